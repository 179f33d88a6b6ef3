import {
  figureColumns,
  TEXT_COLUMN,
  type LineUse,
  type PlainColumn,
} from '../../components/grid/plain-column.ts'
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

export interface ServiceTextContext {
  readonly cpuFactor: number
}

export type ServiceColumn = PlainColumn<ServiceLine, ServiceColumnId, ServiceTextContext>

const { processes, cpu, memory } = figureColumns(figuresOf)

/** Every column of the page of services, in the standard order. */
export const SERVICE_COLUMNS: readonly ServiceColumn[] = [
  {
    id: 'name',
    title: 'Name',
    width: 220,
    priority: 99,
    value: ({ unit }) => serviceTitle(unit),
    text: ({ unit }) => serviceTitle(unit),
    ...TEXT_COLUMN,
  },
  {
    id: 'state',
    title: 'State',
    width: 132,
    priority: 10,
    value: ({ unit }) => stateWords(unit),
    text: ({ unit }) => stateWords(unit),
    ...TEXT_COLUMN,
  },
  {
    id: 'starts',
    title: 'Starts',
    width: 148,
    priority: 8,
    value: ({ unit }) => startsWords(unit),
    text: ({ unit }) => startsWords(unit),
    ...TEXT_COLUMN,
  },
  { ...processes, priority: 5 },
  cpu,
  memory,
  {
    id: 'of',
    title: 'Of',
    width: 96,
    priority: 4,
    value: ({ unit }) => unit.scope,
    text: ({ unit }) => (unit.scope === 'system' ? 'Machine' : 'Session'),
    ...TEXT_COLUMN,
  },
  {
    id: 'description',
    title: 'Description',
    width: 320,
    priority: 6,
    value: ({ unit }) => unit.description,
    text: ({ unit }) => unit.description ?? '',
    ...TEXT_COLUMN,
  },
]

export const SORTABLE_SERVICE_COLUMNS: readonly string[] = SERVICE_COLUMNS.map(({ id }) => id)

export const PHONE_SERVICE_COLUMNS: readonly ServiceColumnId[] = ['name', 'state', 'memory']

/** A service that does not run has none. */
function figuresOf({ processes: own, ...use }: ServiceLine): LineUse | null {
  return own.length === 0 ? null : { processes: own.length, cpu: use.cpu, memory: use.memory }
}
