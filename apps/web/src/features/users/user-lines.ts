import type { ProcessRow, UserSession } from '@taskmanager/contracts'
import { arrangeLines } from '../../components/grid/arrange-lines.ts'
import { sumOfRows } from '../../lib/row-sums.ts'
import type { Sort } from '../../lib/sort.ts'
import { USER_COLUMNS } from './user-columns.ts'

interface Line {
  readonly key: string
  /** Name of the user. */
  readonly user: string
  readonly isParent: false
  readonly isOpen: false
}

/** A user with the sums of their processes, or one of several sessions of theirs. */
export type UserLine = Line &
  (
    | {
        readonly kind: 'user'
        readonly depth: 0
        readonly sessions: readonly UserSession[]
        readonly processes: number
        /** Share of the machine; `null`: not known (yet). */
        readonly cpu: number | null
        readonly memory: number | null
      }
    | { readonly kind: 'session'; readonly depth: 1; readonly sessions: readonly [UserSession] }
  )

interface LinesInput {
  readonly sessions: readonly UserSession[]
  readonly rows: ReadonlyMap<number, ProcessRow>
  readonly query: string
  readonly sort: Sort
}

/** Who is signed in or has processes, in order; several sessions of one user stand below them. Pure. */
export function userLines({ sessions, rows, query, sort }: LinesInput): UserLine[] {
  return arrangeLines<UserLine>({
    lines: usersOf(sessions, rows),
    columns: USER_COLUMNS,
    query,
    sort,
    nameOf: ({ user }) => user,
    wordsOf: ({ user, sessions: own }) => [
      user,
      ...own.flatMap(({ terminal, from }) => [terminal, from]),
    ],
  }).flatMap((line) => [line, ...(line.sessions.length > 1 ? sessionLines(line) : [])])
}

function usersOf(sessions: readonly UserSession[], rows: ReadonlyMap<number, ProcessRow>) {
  const members = new Map<string, ProcessRow[]>()
  for (const { user } of sessions) members.set(user, [])
  for (const row of rows.values()) {
    if (row.user === null) continue
    const known = members.get(row.user)
    if (known === undefined) members.set(row.user, [row])
    else known.push(row)
  }
  return [...members].map(([user, own]) => userLine(user, own, sessions))
}

function userLine(user: string, rows: readonly ProcessRow[], sessions: readonly UserSession[]) {
  return {
    kind: 'user',
    key: `user:${user}`,
    user,
    depth: 0,
    isParent: false,
    isOpen: false,
    sessions: sessions.filter((session) => session.user === user),
    processes: rows.length,
    cpu: sumOfRows(rows, (row) => row.cpu_percent),
    memory: sumOfRows(rows, (row) => row.pss_bytes ?? row.memory),
  } as const
}

function sessionLines({ user, sessions }: UserLine): UserLine[] {
  return sessions.map((session) => ({
    kind: 'session',
    key: `session:${session.pid}.${session.start_id}.${session.terminal ?? ''}`,
    user,
    depth: 1,
    isParent: false,
    isOpen: false,
    sessions: [session],
  }))
}
