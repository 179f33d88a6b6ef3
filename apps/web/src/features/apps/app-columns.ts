import type { AppRow } from '@taskmanager/contracts'
import { memoryCellUnit } from '../../lib/format.ts'

export type AppColumnId = 'name' | 'processes' | 'cpu' | 'spark' | 'memory' | 'disk' | 'age' | 'by'

export interface AppColumn {
  readonly id: AppColumnId
  readonly title: string
  readonly unit?: string
  readonly width: number
  readonly isText: boolean
  readonly hue?: 'cpu' | 'mem' | 'disk'
  readonly displayUnit: number
  /** The lowest leave first when space ends. */
  readonly priority: number
  readonly sortable: boolean
  readonly sortValue: (app: AppRow) => number | string | null
}

/** Bytes per second, both ways; `null` where neither is known. */
export function diskRate(app: {
  readonly read_bytes_per_second: number | null
  readonly write_bytes_per_second: number | null
}): number | null {
  if (app.read_bytes_per_second === null && app.write_bytes_per_second === null) return null
  return (app.read_bytes_per_second ?? 0) + (app.write_bytes_per_second ?? 0)
}

export const APP_COLUMNS: readonly AppColumn[] = [
  {
    id: 'name',
    title: 'Name',
    width: 0,
    isText: true,
    displayUnit: 1,
    priority: 99,
    sortable: true,
    sortValue: (app) => app.name,
  },
  {
    id: 'processes',
    title: 'Processes',
    width: 92,
    isText: false,
    displayUnit: 1,
    priority: 4,
    sortable: true,
    sortValue: (app) => app.process_count,
  },
  {
    id: 'cpu',
    title: 'CPU',
    unit: '%',
    width: 88,
    isText: false,
    hue: 'cpu',
    displayUnit: 0.1,
    priority: 12,
    sortable: true,
    sortValue: (app) => app.cpu_percent,
  },
  {
    id: 'spark',
    title: '60 s',
    width: 108,
    isText: true,
    displayUnit: 1,
    priority: 9,
    sortable: false,
    sortValue: () => null,
  },
  {
    id: 'memory',
    title: 'Memory',
    get unit() {
      return memoryCellUnit()
    },
    width: 108,
    isText: false,
    hue: 'mem',
    displayUnit: 1024 ** 2,
    priority: 11,
    sortable: true,
    sortValue: (app) => app.memory,
  },
  {
    id: 'disk',
    title: 'Disk',
    unit: 'MB/s',
    width: 100,
    isText: false,
    hue: 'disk',
    displayUnit: 1e5,
    priority: 6,
    sortable: true,
    sortValue: diskRate,
  },
  {
    id: 'age',
    title: 'Running for',
    width: 116,
    isText: false,
    displayUnit: 1000,
    priority: 3,
    sortable: true,
    sortValue: (app) => (app.started_at_ms === null ? null : -app.started_at_ms),
  },
  {
    id: 'by',
    title: 'Started by',
    width: 168,
    isText: true,
    displayUnit: 1,
    priority: 2,
    sortable: true,
    sortValue: (app) => app.started_by,
  },
]

export const APP_COLUMN_BY_ID: ReadonlyMap<string, AppColumn> = new Map(
  APP_COLUMNS.map((column) => [column.id, column]),
)

const NAME_LEAST = 220

/** The columns that fit into `room` pixels. */
export function fittingAppColumns(room: number, sortColumn: string): readonly AppColumn[] {
  if (room > 0 && room < 640) {
    return APP_COLUMNS.filter((column) => ['name', 'cpu', 'memory'].includes(column.id))
  }
  const rank = (column: AppColumn) => (column.id === sortColumn ? 50 : column.priority)
  const kept = [...APP_COLUMNS]
  const needed = () => kept.reduce((sum, column) => sum + column.width, NAME_LEAST)
  if (room <= 0) return kept
  while (needed() > room && kept.length > 1) {
    const least = kept.reduce((best, column) => (rank(column) < rank(best) ? column : best))
    kept.splice(kept.indexOf(least), 1)
  }
  return kept
}
