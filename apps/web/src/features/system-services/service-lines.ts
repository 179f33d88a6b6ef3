import type { ProcessRow, ServiceUnit } from '@taskmanager/contracts'
import { fold } from '../../lib/filter.ts'
import { compareSortable, type Sort } from '../../lib/sort.ts'
import type { Target } from '../../stores/commands.ts'
import { targetOf } from '../../stores/commands.ts'
import { SERVICE_COLUMN_BY_ID } from './service-columns.ts'
import { serviceTitle, startsWords, stateWords } from './service-words.ts'

/** A service with what its processes use. */
export interface ServiceLine {
  /** `scope name`. */
  readonly key: string
  readonly unit: ServiceUnit
  readonly processes: readonly Target[]
  /** Share of the machine; `null`: not known (yet). A service without processes uses 0. */
  readonly cpu: number | null
  readonly memory: number | null
  /** A list of one depth, for the keys of the grid. */
  readonly depth: 0
  readonly isParent: false
  readonly isOpen: false
}

export function keyOfUnit({ scope, name }: Pick<ServiceUnit, 'scope' | 'name'>): string {
  return `${scope} ${name}`
}

interface LinesInput {
  readonly services: readonly ServiceUnit[]
  readonly rows: ReadonlyMap<number, ProcessRow>
  /** Who the service of ours runs as: the services of the session are theirs. */
  readonly user: string | null
  readonly query: string
  readonly sort: Sort
}

/** What the filter leaves of all services, in order. Pure. */
export function serviceLines(input: LinesInput): ServiceLine[] {
  const { services, sort, query } = input
  const members = membersOf(input)
  const words = fold(query).split(/\s+/).filter(Boolean)
  const column = SERVICE_COLUMN_BY_ID.get(sort.column)
  const compare = compareSortable(sort.descending, column?.displayUnit ?? 1)
  return services
    .map((unit) => lineOf(unit, members.get(keyOfUnit(unit)) ?? []))
    .filter((line) => matches(line, words))
    .map((line, index) => ({
      line,
      sortable: { value: column?.value(line) ?? null, name: line.unit.name, pid: index },
    }))
    .toSorted((a, b) => compare(a.sortable, b.sortable))
    .map(({ line }) => line)
}

/** Rows by service. A name that the machine and the session both have is the session's where its user runs it. */
function membersOf({ services, rows, user }: LinesInput): ReadonlyMap<string, ProcessRow[]> {
  const scopes = new Map<string, ServiceUnit[]>()
  for (const unit of services) scopes.set(unit.unit, [...(scopes.get(unit.unit) ?? []), unit])
  const members = new Map<string, ProcessRow[]>()
  for (const row of rows.values()) {
    const units = row.unit === null ? undefined : scopes.get(row.unit)
    if (units === undefined) continue
    const scope = row.user === user && user !== 'root' ? 'user' : 'system'
    const unit = units.find((one) => one.scope === scope) ?? units[0]
    if (unit === undefined) continue
    const key = keyOfUnit(unit)
    const known = members.get(key)
    if (known === undefined) members.set(key, [row])
    else known.push(row)
  }
  return members
}

function lineOf(unit: ServiceUnit, rows: readonly ProcessRow[]): ServiceLine {
  const isMeasured = rows.every((row) => row.cpu_percent !== null)
  return {
    key: keyOfUnit(unit),
    unit,
    processes: rows.map(targetOf),
    cpu: isMeasured ? rows.reduce((sum, row) => sum + (row.cpu_percent ?? 0), 0) : null,
    memory: rows.reduce<number | null>(
      (sum, { memory }) => (sum === null || memory === null ? null : sum + memory),
      0,
    ),
    depth: 0,
    isParent: false,
    isOpen: false,
  }
}

function matches({ unit }: ServiceLine, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = fold(
    [
      serviceTitle(unit),
      unit.name,
      unit.description ?? '',
      stateWords(unit),
      startsWords(unit),
      unit.scope === 'user' ? 'session' : 'machine',
    ].join(' '),
  )
  return words.every((word) => text.includes(word))
}
