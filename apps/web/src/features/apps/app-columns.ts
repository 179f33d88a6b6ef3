import type { GridColumn } from '../../components/grid/grid-column.ts'
import {
  cellMib,
  cellNetwork,
  cellPercent,
  cellRate,
  formatCount,
  formatDuration,
  memoryCellUnit,
  networkCellUnit,
  UNKNOWN,
} from '../../lib/format.ts'
import type { AppFigures } from './app-figures.ts'

export type AppColumnId =
  | 'name'
  | 'processes'
  | 'cpu'
  | 'spark'
  | 'memory'
  | 'disk'
  | 'network'
  | 'gpu'
  | 'age'
  | 'by'
  | 'read'
  | 'write'
  | 'gpu-memory'
  | 'threads'
  | 'user'
  | 'unit'

export interface AppColumn extends GridColumn<AppColumnId> {
  /** What it sorts by, and what its tint measures; ages grow as starts fall. */
  readonly value: (figures: AppFigures) => number | string | null
  /** The bare text of a cell. */
  readonly text: (figures: AppFigures, context: AppTextContext) => string
  /** Only where a driver tells who uses its card. */
  readonly needsGpu?: true
  /** Only where the system tells who uses the network. */
  readonly needsNetwork?: true
}

export interface AppTextContext {
  readonly nowMs: number
  readonly cpuFactor: number
}

const number = { isText: false, standard: true, sortable: true } as const
const text = { isText: true, displayUnit: 1, standard: true, sortable: true } as const
const optional = { standard: false } as const

/** Every column of the page of apps, in the standard order. */
export const APP_COLUMNS: readonly AppColumn[] = [
  {
    id: 'name',
    title: 'Name',
    width: 220,
    priority: 99,
    value: (of) => of.name,
    text: (of) => of.name,
    ...text,
  },
  {
    id: 'processes',
    title: 'Processes',
    width: 92,
    displayUnit: 1,
    priority: 4,
    value: (of) => of.processes,
    text: (of) => of.pid ?? formatCount(of.processes),
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
    value: (of) => of.cpu,
    text: ({ cpu }, { cpuFactor }) => cellPercent(cpu === null ? null : cpu * cpuFactor),
    ...number,
  },
  {
    id: 'spark',
    title: '60 s',
    width: 108,
    priority: 9,
    value: () => null,
    text: () => '',
    ...text,
    sortable: false,
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
    value: (of) => of.memory,
    text: (of) => cellMib(of.memory),
    ...number,
  },
  {
    id: 'disk',
    title: 'Disk',
    unit: 'MB/s',
    width: 100,
    hue: 'disk',
    displayUnit: 1e5,
    priority: 6,
    value: (of) => of.disk,
    text: (of) => cellRate(of.disk),
    ...number,
  },
  {
    id: 'network',
    title: 'Network',
    get unit() {
      return networkCellUnit()
    },
    width: 132,
    hue: 'net',
    displayUnit: 12_500,
    priority: 5.5,
    value: (of) => of.network,
    text: (of) => cellNetwork(of.network),
    needsNetwork: true,
    ...number,
  },
  {
    id: 'gpu',
    title: 'GPU',
    unit: '%',
    width: 84,
    hue: 'gpu',
    displayUnit: 1,
    priority: 5,
    value: (of) => of.gpu,
    text: ({ gpu }) => formatCount(gpu === null ? null : Math.round(gpu)),
    needsGpu: true,
    ...number,
  },
  {
    id: 'age',
    title: 'Running for',
    width: 116,
    displayUnit: 1000,
    priority: 3,
    value: (of) => (of.startedAtMs === null ? null : -of.startedAtMs),
    text: ({ startedAtMs }, { nowMs }) =>
      startedAtMs === null ? '' : formatDuration((nowMs - startedAtMs) / 1000),
    ...number,
  },
  {
    id: 'by',
    title: 'Started by',
    width: 168,
    priority: 2,
    value: (of) => of.by,
    text: (of) => of.by ?? UNKNOWN,
    ...text,
  },
  {
    id: 'read',
    title: 'Read',
    unit: 'MB/s',
    width: 84,
    hue: 'disk',
    displayUnit: 1e5,
    priority: 1,
    value: (of) => of.read,
    text: (of) => cellRate(of.read),
    ...number,
    ...optional,
  },
  {
    id: 'write',
    title: 'Write',
    unit: 'MB/s',
    width: 84,
    hue: 'disk',
    displayUnit: 1e5,
    priority: 1,
    value: (of) => of.write,
    text: (of) => cellRate(of.write),
    ...number,
    ...optional,
  },
  {
    id: 'gpu-memory',
    title: 'GPU memory',
    get unit() {
      return memoryCellUnit()
    },
    width: 128,
    hue: 'gpu',
    displayUnit: 1024 ** 2,
    priority: 1,
    value: (of) => of.gpuMemory,
    text: (of) => cellMib(of.gpuMemory),
    needsGpu: true,
    ...number,
    ...optional,
  },
  {
    id: 'threads',
    title: 'Threads',
    width: 84,
    displayUnit: 1,
    priority: 1,
    value: (of) => of.threads,
    text: (of) => formatCount(of.threads),
    ...number,
    ...optional,
  },
  {
    id: 'user',
    title: 'User',
    width: 112,
    priority: 1,
    value: (of) => of.user,
    text: (of) => of.user ?? UNKNOWN,
    ...text,
    ...optional,
  },
  {
    id: 'unit',
    title: 'Unit or container',
    width: 200,
    priority: 1,
    value: (of) => of.unit,
    text: (of) => of.unit ?? '',
    ...text,
    ...optional,
  },
]

export const APP_COLUMN_BY_ID: ReadonlyMap<string, AppColumn> = new Map(
  APP_COLUMNS.map((column) => [column.id, column]),
)
export const SORTABLE_APP_COLUMNS: readonly string[] = APP_COLUMNS.filter(
  (column) => column.sortable,
).map((column) => column.id)

/** Columns of the chooser: what cannot be filled at all is absent. */
export function availableAppColumns(told: {
  readonly hasGpuUsers: boolean
  readonly canTellNetwork: boolean
}): readonly AppColumn[] {
  return APP_COLUMNS.filter(
    ({ needsGpu, needsNetwork }) =>
      (needsGpu !== true || told.hasGpuUsers) && (needsNetwork !== true || told.canTellNetwork),
  )
}

/** Name, what it is sorted by, memory. */
export function phoneAppColumns(sortColumn: string): readonly AppColumn[] {
  const sorted = APP_COLUMN_BY_ID.get(sortColumn)
  const middle = sorted?.hue !== undefined && sorted.id !== 'memory' ? sorted.id : 'cpu'
  return ['name', middle, 'memory'].flatMap((id) => APP_COLUMN_BY_ID.get(id) ?? [])
}
