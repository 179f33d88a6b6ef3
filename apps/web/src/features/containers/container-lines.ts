import type { Container, ProcessRow } from '@taskmanager/contracts'
import { arrangeLines } from '../../components/grid/arrange-lines.ts'
import { sumOfRows } from '../../lib/row-sums.ts'
import type { Sort } from '../../lib/sort.ts'
import { CONTAINER_COLUMNS } from './container-columns.ts'
import { containerTitle, engineWords, stateWords } from './container-words.ts'

/** A container with what its processes use. */
export interface ContainerLine {
  readonly key: string
  readonly container: Container
  /** Share of the machine, the sum of its rows; `null`: not known (yet). */
  readonly cpu: number | null
  /** What its programs hold, pages they share split among them (PSS); without files that are cached for them. */
  readonly programs: number | null
  /** A list of one depth, for the keys of the grid. */
  readonly depth: 0
  readonly isParent: false
  readonly isOpen: false
}

interface LinesInput {
  readonly containers: readonly Container[]
  readonly rows: ReadonlyMap<number, ProcessRow>
  readonly query: string
  readonly sort: Sort
}

/** What the filter leaves of all containers, in order. Pure. */
export function containerLines({ containers, rows, query, sort }: LinesInput): ContainerLine[] {
  const members = membersOf(rows)
  const lines = containers.map((container): ContainerLine => {
    const own = members.get(container.app_id)
    return {
      key: container.id,
      container,
      // The list of processes may be of another second.
      cpu: own === undefined ? null : sumOfRows(own, (row) => row.cpu_percent),
      programs: own === undefined ? null : sumOfRows(own, (row) => row.pss_bytes ?? row.memory),
      depth: 0,
      isParent: false,
      isOpen: false,
    }
  })
  return arrangeLines({
    lines,
    columns: CONTAINER_COLUMNS,
    query,
    sort,
    nameOf: ({ container }) => containerTitle(container),
    wordsOf: ({ container }) => [
      container.name,
      container.id,
      container.image,
      engineWords(container),
      stateWords(container),
    ],
  })
}

function membersOf(rows: ReadonlyMap<number, ProcessRow>): ReadonlyMap<string, ProcessRow[]> {
  const members = new Map<string, ProcessRow[]>()
  for (const row of rows.values()) {
    const known = members.get(row.app_id)
    if (known === undefined) members.set(row.app_id, [row])
    else known.push(row)
  }
  return members
}
