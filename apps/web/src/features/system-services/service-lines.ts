import type { ProcessRow, ServiceUnit } from '@taskmanager/contracts'
import { arrangeLines } from '../../components/grid/arrange-lines.ts'
import type { Sort } from '../../lib/sort.ts'
import type { Target } from '../../stores/commands.ts'
import { targetOf } from '../../stores/commands.ts'
import { SERVICE_COLUMNS } from './service-columns.ts'
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
  return arrangeLines({
    lines: services.map((unit) => lineOf(unit, members.get(keyOfUnit(unit)) ?? [])),
    columns: SERVICE_COLUMNS,
    query,
    sort,
    nameOf: ({ unit }) => unit.name,
    wordsOf: ({ unit }) => [
      serviceTitle(unit),
      unit.name,
      unit.description,
      stateWords(unit),
      startsWords(unit),
      unit.scope === 'user' ? 'session' : 'machine',
    ],
  })
}

/**
 * Rows by service. A name that the machine and the session both have is the session's where its user runs it. Services
 * that tell their process (Windows) may share it: then it is of each.
 */
function membersOf({ services, rows, user }: LinesInput): ReadonlyMap<string, ProcessRow[]> {
  const scopes = new Map<string, ServiceUnit[]>()
  const members = new Map<string, ProcessRow[]>()
  for (const unit of services) {
    scopes.set(unit.unit, [...(scopes.get(unit.unit) ?? []), unit])
    const own = unit.pid === null ? undefined : rows.get(unit.pid)
    if (own !== undefined) members.set(keyOfUnit(unit), [own])
  }
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
