import type { GridColumn } from '../../components/grid/grid-column.ts'
import { formatCount } from '../../lib/format.ts'
import type { StartupLine } from './startup-lines.ts'
import { startsWithWords, stateWords } from './startup-words.ts'

type StartupColumnId = 'name' | 'state' | 'starts' | 'runs' | 'command' | 'file'

export interface StartupColumn extends GridColumn<StartupColumnId> {
  /** What it sorts by; `null` stands last. */
  readonly value: (line: StartupLine) => number | string | null
  readonly text: (line: StartupLine) => string
}

const text = { isText: true, displayUnit: 1, standard: true, sortable: true } as const

/** Every column of the page, in the standard order. */
export const STARTUP_COLUMNS: readonly StartupColumn[] = [
  {
    id: 'name',
    title: 'Name',
    width: 220,
    priority: 99,
    value: ({ item }) => item.name,
    text: ({ item }) => item.name,
    ...text,
  },
  {
    id: 'state',
    title: 'State',
    width: 232,
    priority: 10,
    value: ({ item }) => stateWords(item),
    text: ({ item }) => stateWords(item),
    ...text,
  },
  {
    id: 'starts',
    title: 'Starts with',
    width: 124,
    priority: 8,
    value: ({ item }) => startsWithWords(item),
    text: ({ item }) => startsWithWords(item),
    ...text,
  },
  {
    id: 'runs',
    title: 'Runs now',
    width: 96,
    displayUnit: 1,
    priority: 9,
    isText: false,
    standard: true,
    sortable: true,
    value: ({ processes }) => (processes.length === 0 ? null : processes.length),
    text: ({ processes }) => (processes.length === 0 ? '' : formatCount(processes.length)),
  },
  {
    id: 'command',
    title: 'Command',
    width: 320,
    priority: 6,
    value: ({ item }) => item.command,
    text: ({ item }) => item.command ?? '',
    ...text,
  },
  {
    id: 'file',
    title: 'File',
    width: 320,
    priority: 3,
    value: ({ item }) => item.file,
    text: ({ item }) => item.file,
    ...text,
    standard: false,
  },
]

export const STARTUP_COLUMN_BY_ID: ReadonlyMap<string, StartupColumn> = new Map(
  STARTUP_COLUMNS.map((column) => [column.id, column]),
)
export const SORTABLE_STARTUP_COLUMNS: readonly string[] = STARTUP_COLUMNS.map(({ id }) => id)

/** Name, state. */
export function phoneStartupColumns(): readonly StartupColumn[] {
  return ['name', 'state'].flatMap((id) => STARTUP_COLUMN_BY_ID.get(id) ?? [])
}
