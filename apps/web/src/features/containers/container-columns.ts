import {
  figureColumns,
  NUMBER_COLUMN,
  TEXT_COLUMN,
  type LineUse,
  type PlainColumn,
} from '../../components/grid/plain-column.ts'
import {
  cellMib,
  cellNetwork,
  formatBytes,
  formatCount,
  formatInstant,
  memoryCellUnit,
  networkCellUnit,
} from '../../lib/format.ts'
import type { ContainerLine } from './container-lines.ts'
import { containerTitle, engineWords, stateWords } from './container-words.ts'

type ContainerColumnId =
  | 'name'
  | 'state'
  | 'engine'
  | 'processes'
  | 'cpu'
  | 'cpu-limit'
  | 'memory'
  | 'programs'
  | 'memory-limit'
  | 'tasks'
  | 'network'
  | 'image'
  | 'since'
  | 'id'

export interface ContainerTextContext {
  readonly cpuFactor: number
  readonly nowMs: number
}

export type ContainerColumn = PlainColumn<ContainerLine, ContainerColumnId, ContainerTextContext>

const { processes, cpu, memory } = figureColumns(figuresOf)

/** Every column of the page, in the standard order. */
export const CONTAINER_COLUMNS: readonly ContainerColumn[] = [
  {
    id: 'name',
    title: 'Name',
    width: 220,
    priority: 99,
    value: ({ container }) => containerTitle(container),
    text: ({ container }) => containerTitle(container),
    ...TEXT_COLUMN,
  },
  {
    id: 'state',
    title: 'State',
    width: 168,
    priority: 10,
    value: ({ container }) => stateWords(container),
    text: ({ container }) => stateWords(container),
    ...TEXT_COLUMN,
  },
  {
    id: 'engine',
    title: 'Engine',
    width: 116,
    priority: 4,
    value: ({ container }) => engineWords(container),
    text: ({ container }) => engineWords(container),
    ...TEXT_COLUMN,
  },
  { ...processes, priority: 6 },
  cpu,
  {
    id: 'cpu-limit',
    title: 'CPU limit',
    width: 92,
    priority: 5,
    value: ({ container }) => container.cpu_limit_count,
    text: ({ container: { cpu_limit_count: limit } }) =>
      limit === null ? '' : `${limit}\u202f${limit === 1 ? 'CPU' : 'CPUs'}`,
    ...NUMBER_COLUMN,
    displayUnit: 0.01,
  },
  memory,
  {
    id: 'programs',
    title: 'Programs',
    get unit() {
      return memoryCellUnit()
    },
    width: 108,
    priority: 3,
    value: ({ programs }) => programs,
    text: ({ programs, container }) => (container.processes === 0 ? '' : cellMib(programs)),
    ...NUMBER_COLUMN,
    standard: false,
    displayUnit: 1024 ** 2,
  },
  {
    id: 'memory-limit',
    title: 'Memory limit',
    width: 120,
    priority: 7,
    value: ({ container }) => container.memory_limit_bytes,
    text: ({ container: { memory_limit_bytes: limit } }) =>
      limit === null ? '' : formatBytes(limit),
    ...NUMBER_COLUMN,
  },
  {
    id: 'tasks',
    title: 'Tasks',
    width: 108,
    priority: 2,
    value: ({ container }) => container.tasks,
    text: ({ container: { tasks, tasks_limit: limit } }) => {
      if (tasks === null) return ''
      return limit === null ? formatCount(tasks) : `${formatCount(tasks)} of ${formatCount(limit)}`
    },
    ...NUMBER_COLUMN,
  },
  {
    id: 'network',
    title: 'Network',
    get unit() {
      return networkCellUnit()
    },
    width: 112,
    priority: 9,
    value: trafficOf,
    text: (line) => (line.container.network === null ? '' : cellNetwork(trafficOf(line))),
    ...NUMBER_COLUMN,
    displayUnit: 1000,
  },
  {
    id: 'image',
    title: 'Image',
    width: 220,
    priority: 8,
    value: ({ container }) => container.image,
    text: ({ container }) => container.image ?? '',
    ...TEXT_COLUMN,
  },
  {
    id: 'since',
    title: 'Since',
    width: 132,
    priority: 1,
    value: ({ container }) => container.started_at_ms,
    text: ({ container: { started_at_ms: since } }, { nowMs }) =>
      since === null ? '' : formatInstant(since, nowMs),
    saved: ({ container: { started_at_ms: since } }) =>
      since === null ? null : new Date(since).toISOString(),
    ...NUMBER_COLUMN,
    displayUnit: 1000,
  },
  {
    id: 'id',
    title: 'Id',
    width: 132,
    priority: 0,
    value: ({ container }) => container.id,
    text: ({ container }) => container.id,
    ...TEXT_COLUMN,
    standard: false,
  },
]

/** One that does not run has none. */
function figuresOf({ container, cpu: share }: ContainerLine): LineUse | null {
  const { processes: count, memory_bytes: charged } = container
  return count === 0 ? null : { processes: count, cpu: share, memory: charged }
}

function trafficOf({ container }: ContainerLine): number | null {
  const { recv_bytes_per_second: recv, sent_bytes_per_second: sent } = container
  return recv === null || sent === null ? null : recv + sent
}

export const SORTABLE_CONTAINER_COLUMNS: readonly string[] = CONTAINER_COLUMNS.map(({ id }) => id)

export const PHONE_CONTAINER_COLUMNS: readonly ContainerColumnId[] = ['name', 'cpu', 'memory']
