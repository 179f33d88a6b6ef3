import type { ProcessRow, UserSession } from '@taskmanager/contracts'
import { fold } from '../../lib/filter.ts'
import { compareSortable, type Sort } from '../../lib/sort.ts'
import { USER_COLUMN_BY_ID } from './user-columns.ts'

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
  const words = fold(query).split(/\s+/).filter(Boolean)
  const column = USER_COLUMN_BY_ID.get(sort.column)
  const compare = compareSortable(sort.descending, column?.displayUnit ?? 1)
  return usersOf(sessions, rows)
    .filter((line) => matches(line, words))
    .map((line, index) => ({
      line,
      sortable: { value: column?.value(line) ?? null, name: line.user, pid: index },
    }))
    .toSorted((a, b) => compare(a.sortable, b.sortable))
    .flatMap(({ line }) => [line, ...(line.sessions.length > 1 ? sessionLines(line) : [])])
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
    cpu: sumOf(rows, (row) => row.cpu_percent),
    memory: sumOf(rows, (row) => row.pss_bytes ?? row.memory),
  } as const
}

/** What a process began with is not known in its first second: the sum is of the others. */
function sumOf(
  rows: readonly ProcessRow[],
  read: (row: ProcessRow) => number | null,
): number | null {
  return rows.reduce<number | null>(
    (sum, row) => {
      const value = read(row)
      return value === null ? sum : (sum ?? 0) + value
    },
    rows.length === 0 ? 0 : null,
  )
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

function matches({ user, sessions }: UserLine, words: readonly string[]): boolean {
  const told = sessions.flatMap(({ terminal, from }) => [terminal ?? '', from ?? ''])
  const text = fold([user, ...told].join(' '))
  return words.every((word) => text.includes(word))
}
