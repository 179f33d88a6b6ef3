import { NUMBER_COLUMN, TEXT_COLUMN, type PlainColumn } from '../../components/grid/plain-column.ts'
import { formatCount, formatDuration, formatInstant } from '../../lib/format.ts'
import type { StartupLine } from './startup-lines.ts'
import { startsWithWords, stateWords } from './startup-words.ts'

type StartupColumnId =
  | 'name'
  | 'state'
  | 'starts'
  | 'next'
  | 'runs'
  | 'cpu-time'
  | 'command'
  | 'runs-as'
  | 'file'

export interface StartupTextContext {
  readonly nowMs: number
}

export type StartupColumn = PlainColumn<StartupLine, StartupColumnId, StartupTextContext>

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
    width: 200,
    priority: 10,
    value: ({ item }) => stateWords(item),
    text: ({ item }) => stateWords(item),
    ...TEXT_COLUMN,
  },
  {
    id: 'starts',
    title: 'Starts with',
    width: 200,
    priority: 8,
    value: ({ item }) => startsWithWords(item),
    text: ({ item }) => startsWithWords(item),
    ...TEXT_COLUMN,
  },
  {
    id: 'next',
    title: 'Next run',
    width: 132,
    priority: 7,
    value: ({ item }) => item.next_at_ms,
    text: ({ item: { next_at_ms: next } }, { nowMs }) =>
      next === null ? '' : formatInstant(next, nowMs),
    saved: ({ item: { next_at_ms: next } }) =>
      next === null ? null : new Date(next).toISOString(),
    ...NUMBER_COLUMN,
    displayUnit: 1000,
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
    id: 'cpu-time',
    title: 'CPU time',
    width: 88,
    priority: 5,
    value: ({ cpuTimeMs }) => cpuTimeMs,
    text: ({ processes, cpuTimeMs }) =>
      processes.length === 0 ? '' : formatDuration(cpuTimeMs === null ? null : cpuTimeMs / 1000),
    ...NUMBER_COLUMN,
    displayUnit: 1000,
  },
  {
    id: 'command',
    title: 'Command',
    width: 240,
    priority: 6,
    value: ({ item }) => item.command,
    text: ({ item }) => item.command ?? '',
    ...TEXT_COLUMN,
  },
  {
    id: 'runs-as',
    title: 'Runs as',
    width: 108,
    priority: 2,
    value: ({ item }) => item.runs_as,
    text: ({ item }) => item.runs_as ?? '',
    ...TEXT_COLUMN,
    standard: false,
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
