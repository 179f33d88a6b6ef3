import type { GridColumn } from '../../components/grid/grid-column.ts'
import { cellMib, cellPercent, formatCount, memoryCellUnit } from '../../lib/format.ts'
import type { ServiceLine } from './service-lines.ts'
import { serviceTitle, startsWords, stateWords } from './service-words.ts'

type ServiceColumnId =
  | 'name'
  | 'state'
  | 'starts'
  | 'processes'
  | 'cpu'
  | 'memory'
  | 'of'
  | 'description'

export interface ServiceColumn extends GridColumn<ServiceColumnId> {
  /** What it sorts by; `null` stands last. */
  readonly value: (line: ServiceLine) => number | string | null
  readonly text: (line: ServiceLine, cpuFactor: number) => string
}

const number = { isText: false, standard: true, sortable: true } as const
const text = { isText: true, displayUnit: 1, standard: true, sortable: true } as const

/** Every column of the page of services, in the standard order. */
export const SERVICE_COLUMNS: readonly ServiceColumn[] = [
  {
    id: 'name',
    title: 'Name',
    width: 220,
    priority: 99,
    value: ({ unit }) => serviceTitle(unit),
    text: ({ unit }) => serviceTitle(unit),
    ...text,
  },
  {
    id: 'state',
    title: 'State',
    width: 132,
    priority: 10,
    value: ({ unit }) => stateWords(unit),
    text: ({ unit }) => stateWords(unit),
    ...text,
  },
  {
    id: 'starts',
    title: 'Starts',
    width: 148,
    priority: 8,
    value: ({ unit }) => startsWords(unit),
    text: ({ unit }) => startsWords(unit),
    ...text,
  },
  {
    id: 'processes',
    title: 'Processes',
    width: 92,
    displayUnit: 1,
    priority: 5,
    value: ({ processes }) => processes.length,
    text: ({ processes }) => (processes.length === 0 ? '' : formatCount(processes.length)),
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
    value: ({ cpu, processes }) => (processes.length === 0 ? null : cpu),
    text: ({ cpu, processes }, cpuFactor) =>
      processes.length === 0 ? '' : cellPercent(cpu === null ? null : cpu * cpuFactor),
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
    value: ({ memory, processes }) => (processes.length === 0 ? null : memory),
    text: ({ memory, processes }) => (processes.length === 0 ? '' : cellMib(memory)),
    ...number,
  },
  {
    id: 'of',
    title: 'Of',
    width: 96,
    priority: 4,
    value: ({ unit }) => unit.scope,
    text: ({ unit }) => (unit.scope === 'system' ? 'Machine' : 'Session'),
    ...text,
  },
  {
    id: 'description',
    title: 'Description',
    width: 320,
    priority: 6,
    value: ({ unit }) => unit.description,
    text: ({ unit }) => unit.description ?? '',
    ...text,
  },
]

export const SERVICE_COLUMN_BY_ID: ReadonlyMap<string, ServiceColumn> = new Map(
  SERVICE_COLUMNS.map((column) => [column.id, column]),
)
export const SORTABLE_SERVICE_COLUMNS: readonly string[] = SERVICE_COLUMNS.map(({ id }) => id)

/** Name, state, memory. */
export function phoneServiceColumns(): readonly ServiceColumn[] {
  return ['name', 'state', 'memory'].flatMap((id) => SERVICE_COLUMN_BY_ID.get(id) ?? [])
}
