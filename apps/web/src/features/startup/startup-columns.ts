import { NUMBER_COLUMN, TEXT_COLUMN, type PlainColumn } from '../../components/grid/plain-column.ts'
import { formatCount } from '../../lib/format.ts'
import type { StartupLine } from './startup-lines.ts'
import { startsWithWords, stateWords } from './startup-words.ts'

type StartupColumnId = 'name' | 'state' | 'starts' | 'runs' | 'command' | 'file'

export type StartupColumn = PlainColumn<StartupLine, StartupColumnId>

/** Every column of the page, in the standard order. */
export const STARTUP_COLUMNS: readonly StartupColumn[] = [
  {
    id: 'name',
    title: 'Name',
    width: 220,
    priority: 99,
    value: ({ item }) => item.name,
    text: ({ item }) => item.name,
    ...TEXT_COLUMN,
  },
  {
    id: 'state',
    title: 'State',
    width: 232,
    priority: 10,
    value: ({ item }) => stateWords(item),
    text: ({ item }) => stateWords(item),
    ...TEXT_COLUMN,
  },
  {
    id: 'starts',
    title: 'Starts with',
    width: 124,
    priority: 8,
    value: ({ item }) => startsWithWords(item),
    text: ({ item }) => startsWithWords(item),
    ...TEXT_COLUMN,
  },
  {
    id: 'runs',
    title: 'Runs now',
    width: 96,
    priority: 9,
    value: ({ processes }) => (processes.length === 0 ? null : processes.length),
    text: ({ processes }) => (processes.length === 0 ? '' : formatCount(processes.length)),
    ...NUMBER_COLUMN,
  },
  {
    id: 'command',
    title: 'Command',
    width: 320,
    priority: 6,
    value: ({ item }) => item.command,
    text: ({ item }) => item.command ?? '',
    ...TEXT_COLUMN,
  },
  {
    id: 'file',
    title: 'File',
    width: 320,
    priority: 3,
    value: ({ item }) => item.file,
    text: ({ item }) => item.file,
    ...TEXT_COLUMN,
    standard: false,
  },
]

export const SORTABLE_STARTUP_COLUMNS: readonly string[] = STARTUP_COLUMNS.map(({ id }) => id)

export const PHONE_STARTUP_COLUMNS: readonly StartupColumnId[] = ['name', 'state']
