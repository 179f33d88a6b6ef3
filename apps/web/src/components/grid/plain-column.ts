import { cellMib, cellPercent, formatCount, memoryCellUnit } from '../../lib/format.ts'
import type { GridColumn } from './grid-column.ts'

/** A column of a plain list: what it sorts by and what it shows. */
export interface PlainColumn<
  Line,
  Id extends string = string,
  Context = unknown,
> extends GridColumn<Id> {
  /** What it sorts by; `null` stands last. */
  readonly value: (line: Line) => number | string | null
  readonly text: (line: Line, context: Context) => string
  /** What is saved, where that is not what it sorts by. */
  readonly saved?: (line: Line) => number | string | null
}

export const TEXT_COLUMN = {
  isText: true,
  displayUnit: 1,
  standard: true,
  sortable: true,
} as const

export const NUMBER_COLUMN = {
  isText: false,
  displayUnit: 1,
  standard: true,
  sortable: true,
} as const

/** What the processes of a line use together. */
export interface LineUse {
  readonly processes: number
  /** Share of the machine; `null`: not known (yet). */
  readonly cpu: number | null
  readonly memory: number | null
}

interface UseContext {
  readonly cpuFactor: number
}

type UseColumnId = 'processes' | 'cpu' | 'memory'

/** The columns of what runs. `use` answers `null` for a line that has no such figures: its cells are empty. */
export function figureColumns<Line>(
  use: (line: Line) => LineUse | null,
): Readonly<Record<UseColumnId, PlainColumn<Line, UseColumnId, UseContext>>> {
  return {
    processes: {
      id: 'processes',
      title: 'Processes',
      width: 92,
      priority: 8,
      value: (line) => use(line)?.processes ?? null,
      text: (line) => {
        const count = use(line)?.processes
        return count === undefined ? '' : formatCount(count)
      },
      ...NUMBER_COLUMN,
    },
    cpu: {
      id: 'cpu',
      title: 'CPU',
      unit: '%',
      width: 88,
      hue: 'cpu',
      priority: 12,
      value: (line) => use(line)?.cpu ?? null,
      text: (line, { cpuFactor }) => {
        const figures = use(line)
        if (figures === null) return ''
        return cellPercent(figures.cpu === null ? null : figures.cpu * cpuFactor)
      },
      ...NUMBER_COLUMN,
      displayUnit: 0.1,
    },
    memory: {
      id: 'memory',
      title: 'Memory',
      get unit() {
        return memoryCellUnit()
      },
      width: 108,
      hue: 'mem',
      priority: 11,
      value: (line) => use(line)?.memory ?? null,
      text: (line) => {
        const figures = use(line)
        return figures === null ? '' : cellMib(figures.memory)
      },
      ...NUMBER_COLUMN,
      displayUnit: 1024 ** 2,
    },
  }
}
