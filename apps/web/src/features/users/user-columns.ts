import type { UserSession } from '@taskmanager/contracts'
import {
  figureColumns,
  NUMBER_COLUMN,
  TEXT_COLUMN,
  type PlainColumn,
} from '../../components/grid/plain-column.ts'
import { formatDuration, formatInstant, UNKNOWN } from '../../lib/format.ts'
import type { UserLine } from './user-lines.ts'

type UserColumnId = 'name' | 'terminal' | 'from' | 'since' | 'idle' | 'processes' | 'cpu' | 'memory'

export interface UserTextContext {
  readonly cpuFactor: number
  readonly nowMs: number
}

export type UserColumn = PlainColumn<UserLine, UserColumnId, UserTextContext>

/** A session has none of its own. */
const { processes, cpu, memory } = figureColumns((line: UserLine) =>
  line.kind === 'user' ? line : null,
)

/** Every column of the page of users, in the standard order. */
export const USER_COLUMNS: readonly UserColumn[] = [
  {
    id: 'name',
    title: 'Name',
    width: 220,
    priority: 99,
    value: ({ user }) => user,
    text: (line) => (line.kind === 'user' ? line.user : (line.sessions[0].terminal ?? 'session')),
    ...TEXT_COLUMN,
  },
  {
    id: 'terminal',
    title: 'Signed in at',
    width: 132,
    priority: 10,
    value: ({ sessions }) => sessions[0]?.terminal ?? null,
    text: ({ sessions }) =>
      sessions.length > 1 ? `${sessions.length} sessions` : (sessions[0]?.terminal ?? ''),
    ...TEXT_COLUMN,
  },
  {
    id: 'from',
    title: 'From',
    width: 168,
    priority: 6,
    value: ({ sessions }) => sessions[0]?.from ?? null,
    text: fromText,
    ...TEXT_COLUMN,
  },
  {
    id: 'since',
    title: 'Since',
    width: 132,
    priority: 7,
    value: ({ sessions }) => least(sessions, ({ since_ms: since }) => since),
    text: ({ sessions }, { nowMs }) => {
      const since = least(sessions, ({ since_ms: at }) => at)
      return since === null ? '' : formatInstant(since, nowMs)
    },
    saved: ({ sessions }) => {
      const since = least(sessions, ({ since_ms: at }) => at)
      return since === null ? null : new Date(since).toISOString()
    },
    ...NUMBER_COLUMN,
    displayUnit: 1000,
  },
  {
    id: 'idle',
    title: 'Idle',
    width: 108,
    priority: 5,
    value: ({ sessions }) => idleOf(sessions),
    text: ({ sessions }) => {
      if (sessions.length === 0) return ''
      const idle = idleOf(sessions)
      return idle === null ? UNKNOWN : formatDuration(idle)
    },
    ...NUMBER_COLUMN,
  },
  processes,
  cpu,
  memory,
]

function fromText({ sessions }: UserLine): string {
  if (sessions.length === 0) return ''
  return [...new Set(sessions.map(({ from }) => from ?? 'this machine'))].join(', ')
}

/** Who types anywhere is not idle: unknown of one session is unknown of all. */
function idleOf(sessions: readonly UserSession[]): number | null {
  const isKnown = sessions.every(({ idle_seconds: idle }) => idle !== null)
  return isKnown ? least(sessions, ({ idle_seconds: idle }) => idle) : null
}

function least(
  sessions: readonly UserSession[],
  read: (session: UserSession) => number | null,
): number | null {
  const known = sessions.map(read).filter((value) => value !== null)
  return known.length === 0 ? null : Math.min(...known)
}

export const SORTABLE_USER_COLUMNS: readonly string[] = USER_COLUMNS.map(({ id }) => id)

export const PHONE_USER_COLUMNS: readonly UserColumnId[] = ['name', 'cpu', 'memory']
