import { Type, type Static } from 'typebox'
import { nullable, nullableNumber, nullableString, number, string, UnknownMap } from './common.ts'

/** Somebody who is signed in. */
export const UserSession = Type.Object({
  user: string('Name of the user.'),
  terminal: nullableString(
    'pts/0, tty1; of a display :0; of macOS ttys000, and console for its screen; of Windows Console, RDP-Tcp#1, or that nothing is connected.',
  ),
  from: nullableString('Where from: a name or an address; null: at this machine.'),
  since_ms: nullableNumber('When they signed in, epoch milliseconds.'),
  idle_seconds: nullableNumber(
    'Since something was last typed. Source: access time of the terminal, LastInputTime of Windows, HIDIdleTime of macOS; null where there is none.',
  ),
  pid: nullable(Type.Integer(), {
    description: 'Process that leads the session; null on Windows, where none does.',
  }),
  start_id: nullableString('Start mark of that process.'),
  unknown: UnknownMap,
})
export type UserSession = Static<typeof UserSession>

/** `GET /api/sessions`: who is signed in. */
export const SessionList = Type.Object(
  {
    sessions: Type.Array(UserSession, {
      description: 'Source: utmp(5), WTSEnumerateSessionsW of Windows, getutxent(3) of macOS.',
    }),
    missing: nullableString('Why nobody can be listed, in a sentence; null: the list is whole.'),
    sampled_at_ms: number('Instant, epoch milliseconds.'),
  },
  { $id: 'SessionList' },
)
export type SessionList = Static<typeof SessionList>
