import type { AskedField, AskedFigures, ProcessRow } from '@taskmanager/contracts'
import type { GridColumn } from '../../components/grid/grid-column.ts'
import { absentFigures } from '../../lib/absent-figures.ts'
import type { AskedIndex } from '../../lib/asked-index.ts'
import {
  cellMib,
  cellNetwork,
  cellPercent,
  cellRate,
  formatCount,
  formatDuration,
  formatInstant,
  formatNice,
  formatState,
  memoryCellUnit,
  networkCellUnit,
  UNKNOWN,
} from '../../lib/format.ts'
import { figureOf, type FigureKey, type Figures } from '../../lib/process-tree.ts'
import { unknownWords } from '../../lib/unknown-words.ts'
import { keyOfProcess } from '../../lib/process-key.ts'

export type ColumnId =
  | 'name'
  | 'pid'
  | 'user'
  | 'state'
  | 'cpu'
  | 'spark'
  | 'memory'
  | 'read'
  | 'write'
  | 'network'
  | 'gpu'
  | 'gpu-memory'
  | 'threads'
  | 'cmd'
  | 'unit'
  | 'age'
  | 'priority'
  | 'parent'
  | 'time'
  | 'files'
  | 'handles'
  | 'waiting'
  | 'io-wait'
  | 'swap-wait'
  | 'switches'
  | 'pss'
  | 'uss'
  | 'swap'
  | 'started'
  | 'session'
  | 'terminal'
  | 'elevated'
  | 'efficiency'
  | 'arch'
  | 'replaced'

export interface Column extends GridColumn<ColumnId> {
  /** Sum that a branch shows in this column. */
  readonly figure?: FigureKey
  /** Row field whose absence the service explains in `unknown`; `null`: it is not in the list. */
  readonly field: keyof ProcessRow | null
  /** Not in the list: read only while the column is shown. */
  readonly asks?: AskedField
}

const text = { isText: true, displayUnit: 1, standard: true, sortable: true } as const
const figure = { isText: false, standard: true, sortable: true } as const
const optional = { standard: false, sortable: true } as const

/** Every column a row of the list can fill, in the standard order. */
export const COLUMNS: readonly Column[] = [
  { id: 'name', title: 'Name', width: 220, field: 'name', priority: 99, ...text },
  {
    id: 'pid',
    title: 'PID',
    width: 66,
    field: 'pid',
    priority: 8,
    ...figure,
    isText: false,
    displayUnit: 1,
  },
  { id: 'user', title: 'User', width: 92, field: 'user', priority: 4, ...text },
  { id: 'state', title: 'State', width: 104, field: 'status', priority: 3, ...text },
  {
    id: 'cpu',
    title: 'CPU',
    unit: '%',
    width: 82,
    hue: 'cpu',
    figure: 'cpu',
    field: 'cpu_percent',
    displayUnit: 0.1,
    priority: 12,
    ...figure,
  },
  {
    id: 'spark',
    title: '60 s',
    width: 92,
    field: 'cpu_percent',
    priority: 9,
    ...text,
    sortable: false,
  },
  {
    id: 'memory',
    title: 'Memory',
    get unit() {
      return memoryCellUnit()
    },
    width: 96,
    hue: 'mem',
    figure: 'memory',
    field: 'memory',
    displayUnit: 1024 ** 2,
    priority: 11,
    ...figure,
  },
  {
    id: 'read',
    title: 'Read',
    unit: 'MB/s',
    width: 84,
    hue: 'disk',
    figure: 'read',
    field: 'read_bytes_per_second',
    displayUnit: 1e5,
    priority: 7,
    ...figure,
  },
  {
    id: 'write',
    title: 'Write',
    unit: 'MB/s',
    width: 84,
    hue: 'disk',
    figure: 'write',
    field: 'write_bytes_per_second',
    displayUnit: 1e5,
    priority: 6,
    ...figure,
  },
  {
    id: 'network',
    title: 'Network',
    get unit() {
      return networkCellUnit()
    },
    width: 132,
    hue: 'net',
    figure: 'network',
    field: null,
    displayUnit: 12_500,
    priority: 7.5,
    ...figure,
  },
  {
    id: 'gpu',
    title: 'GPU',
    unit: '%',
    width: 70,
    hue: 'gpu',
    figure: 'gpu',
    field: null,
    displayUnit: 1,
    priority: 5,
    ...figure,
  },
  {
    id: 'gpu-memory',
    title: 'GPU memory',
    get unit() {
      return memoryCellUnit()
    },
    width: 112,
    hue: 'gpu',
    figure: 'gpuMemory',
    field: null,
    displayUnit: 1024 ** 2,
    priority: 1,
    ...figure,
  },
  {
    id: 'threads',
    title: 'Threads',
    width: 76,
    figure: 'threads',
    field: 'num_threads',
    displayUnit: 1,
    priority: 2,
    ...figure,
  },
  {
    id: 'cmd',
    title: 'Command line',
    width: 320,
    field: 'cmdline',
    priority: 1,
    ...text,
    ...optional,
  },
  {
    id: 'unit',
    title: 'Unit or container',
    width: 180,
    field: 'unit',
    priority: 1,
    ...text,
    ...optional,
  },
  {
    id: 'age',
    title: 'Running for',
    width: 112,
    isText: false,
    field: 'started_at_ms',
    displayUnit: 1000,
    priority: 1,
    ...optional,
  },
  {
    id: 'priority',
    title: 'Priority',
    width: 108,
    isText: false,
    field: 'nice',
    displayUnit: 1,
    priority: 1,
    ...optional,
  },
  {
    id: 'parent',
    title: 'Parent',
    width: 74,
    isText: false,
    field: 'ppid',
    displayUnit: 1,
    priority: 1,
    ...optional,
  },
  {
    id: 'time',
    title: 'CPU time',
    width: 104,
    isText: false,
    field: 'cpu_time_ms',
    displayUnit: 1000,
    priority: 1,
    ...optional,
  },
  {
    id: 'files',
    title: 'Open files',
    width: 96,
    isText: false,
    figure: 'files',
    field: null,
    asks: 'num_fds',
    displayUnit: 1,
    priority: 1,
    ...optional,
  },
  {
    id: 'handles',
    title: 'Handles',
    width: 84,
    isText: false,
    figure: 'num_handles',
    field: null,
    asks: 'num_handles',
    displayUnit: 1,
    priority: 1,
    ...optional,
  },
  {
    id: 'waiting',
    title: 'Waiting for CPU',
    unit: '%',
    width: 138,
    isText: false,
    figure: 'waiting',
    field: null,
    asks: 'run_delay_percent',
    displayUnit: 0.1,
    priority: 1,
    ...optional,
  },
  {
    id: 'io-wait',
    title: 'Waiting for disk',
    unit: '%',
    width: 138,
    isText: false,
    figure: 'io_delay_percent',
    field: null,
    asks: 'io_delay_percent',
    displayUnit: 0.1,
    priority: 1,
    ...optional,
  },
  {
    id: 'swap-wait',
    title: 'Waiting for swap',
    unit: '%',
    width: 144,
    isText: false,
    figure: 'swap_delay_percent',
    field: null,
    asks: 'swap_delay_percent',
    displayUnit: 0.1,
    priority: 1,
    ...optional,
  },
  {
    id: 'switches',
    title: 'Switches',
    unit: '/s',
    width: 100,
    isText: false,
    figure: 'context_switches_per_second',
    field: null,
    asks: 'context_switches_per_second',
    displayUnit: 1,
    priority: 1,
    ...optional,
  },
  {
    id: 'pss',
    title: 'Proportional memory',
    get unit() {
      return memoryCellUnit()
    },
    width: 168,
    isText: false,
    figure: 'pss',
    field: 'pss_bytes',
    displayUnit: 1024 ** 2,
    priority: 1,
    ...optional,
  },
  {
    id: 'uss',
    title: 'Private memory',
    get unit() {
      return memoryCellUnit()
    },
    width: 148,
    isText: false,
    figure: 'uss',
    field: 'uss_bytes',
    displayUnit: 1024 ** 2,
    priority: 1,
    ...optional,
  },
  {
    id: 'swap',
    title: 'Swapped out',
    get unit() {
      return memoryCellUnit()
    },
    width: 122,
    isText: false,
    figure: 'swap_bytes',
    field: null,
    asks: 'swap_bytes',
    displayUnit: 1024 ** 2,
    priority: 1,
    ...optional,
  },
  {
    id: 'started',
    title: 'Started',
    width: 132,
    isText: false,
    field: 'started_at_ms',
    displayUnit: 1000,
    priority: 1,
    ...optional,
  },
  {
    id: 'session',
    title: 'Session',
    width: 84,
    isText: false,
    field: null,
    asks: 'session_id',
    displayUnit: 1,
    priority: 1,
    ...optional,
  },
  {
    id: 'terminal',
    title: 'Terminal',
    width: 84,
    field: null,
    asks: 'terminal',
    priority: 1,
    ...text,
    ...optional,
  },
  {
    id: 'elevated',
    title: 'Elevated',
    width: 84,
    field: null,
    asks: 'elevated',
    priority: 1,
    ...text,
    ...optional,
  },
  {
    id: 'efficiency',
    title: 'Efficiency mode',
    width: 118,
    field: null,
    asks: 'efficiency_mode',
    priority: 1,
    ...text,
    ...optional,
  },
  {
    id: 'arch',
    title: 'Architecture',
    width: 104,
    field: null,
    asks: 'architecture',
    priority: 1,
    ...text,
    ...optional,
  },
  {
    id: 'replaced',
    title: 'Program replaced',
    width: 140,
    field: null,
    asks: 'exe_replaced',
    priority: 1,
    ...text,
    ...optional,
  },
]

export const COLUMN_BY_ID: ReadonlyMap<string, Column> = new Map(
  COLUMNS.map((column) => [column.id, column]),
)
export const SORTABLE_COLUMNS: readonly string[] = COLUMNS.filter((one) => one.sortable).map(
  (one) => one.id,
)

/** What the services here can tell. */
export interface ColumnSources {
  /** What the list service can fill; `null`: not known yet, all. */
  readonly fields: readonly string[] | null
  /** A driver tells who uses its card. */
  readonly hasGpuUsers: boolean
  /** What port 8000 reads beside the list; `null`: not known yet, all. */
  readonly asked: readonly AskedField[] | null
  readonly canTellNetwork: boolean
}

/** Columns of the chooser: what cannot be filled at all is absent. */
export function availableColumns(sources: ColumnSources): readonly Column[] {
  const { fields, hasGpuUsers, asked, canTellNetwork } = sources
  return COLUMNS.filter(({ field, asks, hue }) => {
    if (asks !== undefined) return asked === null || asked.includes(asks)
    if (hue === 'net') return canTellNetwork
    return field === null ? hasGpuUsers : fields === null || fields.includes(field)
  })
}

/** Each system has one of them, and nobody misses the other. */
const COUNTERPART: Partial<Record<ColumnId, ColumnId>> = { files: 'handles', handles: 'files' }

/** One line on what the chooser leaves out, and why. */
export function absentColumns(available: readonly Column[], hasGpu: boolean): string {
  const isThere = (id: ColumnId | undefined) => available.some((column) => column.id === id)
  const missing = COLUMNS.filter(({ id }) => !isThere(id) && !isThere(COUNTERPART[id]))
  const lacks = (hue: Column['hue']) => missing.some((column) => column.hue === hue)
  const titles = missing.filter(({ hue }) => hue !== 'gpu' && hue !== 'net').map((one) => one.title)
  const absent = absentFigures({
    hasGpuUsers: !lacks('gpu'),
    hasGpu,
    canTellNetwork: !lacks('net'),
  })
  const others = titles.length === 0 ? '' : `${titles.join(', ')}: not told by this system.`
  return [absent, others].filter((line) => line !== '').join(' ')
}

/** The bare text of a cell. `figures`: the sums of the branch. */
export function cellText(
  column: Column,
  row: ProcessRow,
  figures: Figures,
  context: {
    readonly nowMs: number
    readonly cpuFactor: number
    readonly asked: AskedIndex | null
  },
): string {
  switch (column.id) {
    case 'name':
      return row.name
    case 'pid':
      return String(row.pid)
    case 'user':
      return row.user ?? UNKNOWN
    case 'state':
      return formatState(row.status, false)
    case 'cpu':
      return cellPercent(figures.cpu === null ? null : figures.cpu * context.cpuFactor)
    case 'memory':
      return cellMib(figures.memory)
    case 'read':
      return cellRate(figures.read)
    case 'write':
      return cellRate(figures.write)
    case 'network':
      return cellNetwork(figures.network)
    case 'gpu':
      return formatCount(figures.gpu === null ? null : Math.round(figures.gpu))
    case 'gpu-memory':
      return cellMib(figures.gpuMemory)
    case 'threads':
      return formatCount(figures.threads)
    case 'cmd':
      return row.cmdline ?? UNKNOWN
    case 'unit':
      return row.unit ?? ''
    case 'age':
      return row.started_at_ms === null
        ? UNKNOWN
        : formatDuration((context.nowMs - row.started_at_ms) / 1000)
    case 'priority':
      return formatNice(row.nice)
    case 'parent':
      return String(row.ppid)
    case 'time':
      return row.cpu_time_ms === null ? UNKNOWN : formatDuration(row.cpu_time_ms / 1000)
    case 'files':
      return formatCount(figures.files)
    case 'handles':
      return formatCount(figureOf(figures, 'num_handles'))
    case 'waiting':
      return cellPercent(figures.waiting)
    case 'io-wait':
      return cellPercent(figureOf(figures, 'io_delay_percent'))
    case 'swap-wait':
      return cellPercent(figureOf(figures, 'swap_delay_percent'))
    case 'switches':
      return formatCount(rounded(figureOf(figures, 'context_switches_per_second')))
    case 'pss':
    case 'uss':
      return cellMib(figures[column.id])
    case 'swap':
      return cellMib(figureOf(figures, 'swap_bytes'))
    case 'started':
      return formatInstant(row.started_at_ms, context.nowMs)
    case 'session':
    case 'terminal':
    case 'elevated':
    case 'efficiency':
    case 'arch':
    case 'replaced':
      return askedText(askedValue(column, askedOf(row, context.asked)))
    case 'spark':
      return ''
    default:
      return column.id satisfies never
  }
}

const rounded = (value: number | null) => (value === null ? null : Math.round(value))

const askedOf = (row: ProcessRow, asked: AskedIndex | null): AskedFigures | undefined =>
  asked?.get(keyOfProcess(row))

/** What is not in the list; `undefined`: it is not known, `null`: the process has none. */
export function askedValue(
  { asks }: Column,
  one: AskedFigures | undefined,
): number | string | boolean | null | undefined {
  if (asks === undefined || one === undefined) return undefined
  const value = one[asks]
  return value === null && one.unknown[asks] !== undefined ? undefined : value
}

/** A mark stands only where there is something to see. */
function askedText(value: ReturnType<typeof askedValue>): string {
  if (value === undefined) return UNKNOWN
  if (typeof value === 'boolean') return value ? 'yes' : ''
  return value === null ? '' : String(value)
}

/** Value a column sorts by when it is not a figure of the branch. Ages grow as starts fall. */
export function plainSortValue(
  column: Column,
  row: ProcessRow,
  asked?: AskedFigures,
): number | string | null {
  if (column.asks !== undefined) {
    const value = askedValue(column, asked)
    return typeof value === 'boolean' ? Number(value) : (value ?? null)
  }
  if (column.id === 'age') return row.started_at_ms === null ? null : -row.started_at_ms
  if (column.id === 'state') return formatState(row.status, false)
  if (column.field === null) return null
  const value = row[column.field]
  return typeof value === 'number' || typeof value === 'string' ? value : null
}

/** Why a cell has no value, in words; `null` when it has one. */
export function unknownReason(row: ProcessRow, field: keyof ProcessRow | null): string | null {
  if (field === null) return 'not reported by this driver'
  if (row[field] !== null) return null
  return unknownWords(row.unknown[field], row.user)
}

/** Why a cell that shows no figure has no value; `null` when it has one, and where none is an answer. */
export function plainReason(row: ProcessRow, { field }: Column): string | null {
  if (field === null || row[field] !== null) return null
  if (row.unknown[field] === undefined) {
    if (field === 'unit') return null
    if (field === 'cmdline' && row.kind === 'kernel') return 'a kernel thread has none'
    if (field === 'cmdline' && row.status === 'zombie') return 'a zombie has none'
  }
  return unknownReason(row, field)
}

const DELAYS_OFF =
  'the kernel does not count this now; as root, "sysctl kernel.task_delayacct=1" makes it, for programs that start after it'
const SPECIAL_REASONS: Readonly<Record<string, string>> = {
  'io_delay_percent not_supported': DELAYS_OFF,
  'swap_delay_percent not_supported': DELAYS_OFF,
  'swap_delay_percent not_permitted':
    'needs permission: the kernel tells it only to a service that runs as root',
}

/** The same for what is not in the list. */
export function askedReason(row: ProcessRow, field: AskedField, asked: AskedIndex | null): string {
  if (asked === null) return unknownWords('first_sample')
  const one = askedOf(row, asked)
  const special = SPECIAL_REASONS[`${field} ${one?.unknown[field]}`]
  if (special !== undefined) return special
  // It began after the reading: the next one has it.
  return one === undefined
    ? unknownWords('first_sample')
    : unknownWords(one.unknown[field], row.user)
}
