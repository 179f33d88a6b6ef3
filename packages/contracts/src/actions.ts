import { Type, type Static } from 'typebox'
import {
  boolean,
  integer,
  nullable,
  nullableNumber,
  nullableString,
  number,
  string,
  words,
} from './common.ts'
import { CONTROL_RESULTS } from './control.ts'
import { SERVICE_RESULTS } from './services.ts'

export const ActionsQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 500, description: 'At most so many; 100 by default.' }),
    ),
    before: Type.Optional(
      Type.String({
        pattern: '^[0-9a-z]{1,16}-[0-9]{1,12}$',
        description: 'Only what is older: `next` of the answer before.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type ActionsQuery = Static<typeof ActionsQuery>

/** What may become of an action. */
export const ACTION_RESULTS = [...new Set([...CONTROL_RESULTS, ...SERVICE_RESULTS])]

/** One action as the log has it. No token and nothing made from one. */
export const LoggedAction = Type.Object({
  time_ms: number('When the result was known, epoch milliseconds.'),
  action: string(
    'What was asked: end, end with undo (and end when its time has come), force end, suspend, resume, affinity, priority and a nice value, I/O priority and its word; start, stop, restart, enable or disable of a system or user service; enable or disable at startup.',
  ),
  result: words(ACTION_RESULTS, 'What happened.'),
  message: string('The same in the sentence of the answer.'),
  pid: nullableNumber('Process id; null: it was no process.'),
  start_id: nullableString('As in the request; null: it was no process.'),
  name: nullableString(
    'Name of the process, of the present owner after identity_mismatch, of the service, or of what starts with the session. null: it was never seen.',
  ),
  user: nullableString('Owner of the process; null: it was not known.'),
  by: words(
    ['page', 'program'] as const,
    'page: asked by a page in a browser; program: by anything else that has the control token.',
  ),
  elevated: boolean('The service acted with more rights than its user has.'),
})
export type LoggedAction = Static<typeof LoggedAction>

/** `GET /api/actions`: the log of actions, newest first. Source: actions.log of the stats service and its older parts. */
export const ActionList = Type.Object(
  {
    actions: Type.Array(LoggedAction, { description: 'Newest first.' }),
    next: nullable(Type.String(), {
      description:
        'Give it as `before` to go on. null: nothing is older. An answer may end before `limit`: it reads at most 512 KiB of the log.',
    }),
    unreadable: integer('Lines that were passed over because they are torn or not understood.'),
  },
  { $id: 'ActionList' },
)
export type ActionList = Static<typeof ActionList>
