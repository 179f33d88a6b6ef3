import type { UserSession } from '@taskmanager/contracts'
import type { GridColumn } from '../../components/grid/grid-column.ts'
import {
  cellMib,
  cellPercent,
  formatCount,
  formatDuration,
  formatInstant,
  memoryCellUnit,
  UNKNOWN,
} from '../../lib/format.ts'
import type { UserLine } from './user-lines.ts'

type UserColumnId = 'name' | 'terminal' | 'from' | 'since' | 'idle' | 'processes' | 'cpu' | 'memory'

export interface UserTextContext {
  readonly cpuFactor: number
  readonly nowMs: number
}

export interface UserColumn extends GridColumn<UserColumnId> {
  /** What it sorts by; `null` stands last. */
  readonly value: (line: UserLine) => number | string | null
  readonly text: (line: UserLine, context: UserTextContext) => string
}

const number = { isText: false, standard: true, sortable: true } as const
const text = { isText: true, displayUnit: 1, standard: true, sortable: true } as const

/** Every column of the page of users, in the standard order. */
export const USER_COLUMNS: readonly UserColumn[] = [
  {
    id: 'name',
    title: 'Name',
    width: 220,
    priority: 99,
    value: ({ user }) => user,
    text: (line) => (line.kind === 'user' ? line.user : (line.sessions[0].terminal ?? 'session')),
    ...text,
  },
  {
    id: 'terminal',
    title: 'Signed in at',
    width: 132,
    priority: 10,
    value: ({ sessions }) => sessions[0]?.terminal ?? null,
    text: ({ sessions }) =>
      sessions.length > 1 ? `${sessions.length} sessions` : (sessions[0]?.terminal ?? ''),
    ...text,
  },
  {
    id: 'from',
    title: 'From',
    width: 168,
    priority: 6,
    value: ({ sessions }) => sessions[0]?.from ?? null,
    text: fromText,
    ...text,
  },
  {
    id: 'since',
    title: 'Since',
    width: 132,
    displayUnit: 1000,
    priority: 7,
    value: ({ sessions }) => least(sessions, ({ since_ms: since }) => since),
    text: ({ sessions }, { nowMs }) => {
      const since = least(sessions, ({ since_ms: at }) => at)
      return since === null ? '' : formatInstant(since, nowMs)
    },
    ...number,
  },
  {
    id: 'idle',
    title: 'Idle',
    width: 108,
    displayUnit: 1,
    priority: 5,
    value: ({ sessions }) => idleOf(sessions),
    text: ({ sessions }) => {
      if (sessions.length === 0) return ''
      const idle = idleOf(sessions)
      return idle === null ? UNKNOWN : formatDuration(idle)
    },
    ...number,
  },
  {
    id: 'processes',
    title: 'Processes',
    width: 92,
    displayUnit: 1,
    priority: 8,
    value: (line) => (line.kind === 'user' ? line.processes : null),
    text: (line) => (line.kind === 'user' ? formatCount(line.processes) : ''),
    ...number,
  },
  {
    id: 'cpu',
    title: 'CPU',
    unit: '%',
    width: 88,
    hue: 'cpu',
    displayUnit: 0.1,
    priority: 12,
    value: (line) => (line.kind === 'user' ? line.cpu : null),
    text: (line, { cpuFactor }) =>
      line.kind === 'user' ? cellPercent(line.cpu === null ? null : line.cpu * cpuFactor) : '',
    ...number,
  },
  {
    id: 'memory',
    title: 'Memory',
    get unit() {
      return memoryCellUnit()
    },
    width: 108,
    hue: 'mem',
    displayUnit: 1024 ** 2,
    priority: 11,
    value: (line) => (line.kind === 'user' ? line.memory : null),
    text: (line) => (line.kind === 'user' ? cellMib(line.memory) : ''),
    ...number,
  },
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

export const USER_COLUMN_BY_ID: ReadonlyMap<string, UserColumn> = new Map(
  USER_COLUMNS.map((column) => [column.id, column]),
)
export const SORTABLE_USER_COLUMNS: readonly string[] = USER_COLUMNS.map(({ id }) => id)

/** Name, CPU, memory. */
export function phoneUserColumns(): readonly UserColumn[] {
  return ['name', 'cpu', 'memory'].flatMap((id) => USER_COLUMN_BY_ID.get(id) ?? [])
}
