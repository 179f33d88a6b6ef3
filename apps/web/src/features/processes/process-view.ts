import type { ProcessExit, ProcessRow } from '@taskmanager/contracts'
import { portsOf, type Filter, type FilterContext } from '../../lib/filter.ts'
import { portRole } from '../../lib/port-index.ts'
import {
  addFigures,
  buildProcessTree,
  foldChildren,
  NOTHING,
  plusFigures,
  type Figures,
  type ProcessNode,
} from '../../lib/process-tree.ts'
import { compareSortable, type Sort, type Sortable } from '../../lib/sort.ts'
import { COLUMN_BY_ID, plainSortValue } from './columns.ts'

/** One line of the table. */
export interface ViewRow {
  /** `pid.start_id`, with `:itself` or `:more` behind it for the two derived lines. */
  readonly key: string
  readonly kind: 'process' | 'itself' | 'fold' | 'ghost'
  /** The process; of a fold its parent; of the ghost one that is not there. */
  readonly row: ProcessRow
  readonly depth: number
  /** Processes in the branch, itself included; of a fold those it stands for. */
  readonly count: number
  readonly isParent: boolean
  readonly isOpen: boolean
  /** Tops of what the line sums up: itself with all below, what a fold stands for; empty for a line of its own. */
  readonly branches: readonly ProcessNode[]
  /** Newest sums of the branch. */
  readonly figures: Figures
  /** Mean of three samples: sort, tint and bar. */
  readonly means: Figures
  /** An ancestor of a match, not a match. */
  readonly isDimmed: boolean
  readonly isEnded: boolean
  /** How it ended; null while it runs, and where the system does not tell. */
  readonly exit: ProcessExit | null
  /** Position among its siblings and their number, for screen readers. */
  readonly position: readonly [number, number]
}

export interface ViewInput {
  readonly rows: ReadonlyMap<number, ProcessRow>
  /** Ended, still shown struck through. */
  readonly ended: readonly ProcessRow[]
  readonly exitOf: (row: ProcessRow) => ProcessExit | null
  readonly filter: Filter
  readonly filterContext: FilterContext
  readonly sort: Sort
  readonly tree: boolean
  /** Names of open branches; a name closed by hand while a filter opens everything begins with `-`. */
  readonly open: ReadonlySet<string>
  /** Keys of parents whose fold is open. */
  readonly unfolded: ReadonlySet<string>
  readonly means: (row: ProcessRow) => Figures
  /** Newest figures of one process. */
  readonly figures: (row: ProcessRow) => Figures
  /** Sort values of the moment the order was held; `null`: not held. */
  readonly held: ReadonlyMap<string, Sortable> | null
}

export interface ProcessView {
  readonly rows: readonly ViewRow[]
  /** Rows of the whole list that match; equal to all without a filter. */
  readonly matched: readonly ProcessRow[]
  /** Their sums, means of three samples; of all rows without a filter nobody asks: nothing is summed. */
  readonly sums: Figures
  /** Instant of the picture, epoch milliseconds; 0 before the first. */
  readonly sampledAtMs: number
  /** Rows of the whole list. */
  readonly total: number
  /** New rows that wait until the order is let go. */
  readonly waiting: number
  /** What every process sorts by now; handed back as `held`. */
  readonly sortables: ReadonlyMap<string, Sortable>
}

// Made once a row: thousands are asked for in each sample.
const keys = new WeakMap<ProcessRow, string>()

export function keyOf(row: ProcessRow): string {
  let key = keys.get(row)
  if (key === undefined) {
    key = `${row.pid}.${row.start_id}`
    keys.set(row, key)
  }
  return key
}

interface Branch {
  readonly node: ProcessNode
  readonly children: Branch[]
  readonly own: Figures
  readonly ownMeans: Figures
  readonly figures: Figures
  readonly means: Figures
  readonly count: number
  readonly sortable: Sortable
  /** It matches, or something below it does. */
  readonly isKept: boolean
}

/** From the newest picture to the lines of the table: filter, sums, order, folds. Pure. */
export function buildView(input: ViewInput): ProcessView {
  const sortables = new Map<string, Sortable>()
  const matched: ProcessRow[] = []
  const matchedPids = new Set<number>()
  let waiting = 0
  for (const row of input.rows.values()) {
    if (input.filter.isEmpty || input.filter.matches(row, input.filterContext)) {
      if (input.held !== null && !input.held.has(keyOf(row))) {
        waiting += 1
        continue
      }
      matched.push(row)
      matchedPids.add(row.pid)
    }
  }
  const shown = input.held === null ? input.rows : dropWaiting(input.rows, input.held)
  const endedRows = input.ended.filter(
    (row) => input.filter.isEmpty || input.filter.matches(row, input.filterContext),
  )
  const rows = input.tree
    ? treeRows(input, shown, endedRows, matchedPids, sortables)
    : flatRows(input, [...matched], endedRows, sortables)
  return {
    rows,
    matched,
    sums: input.filter.isEmpty ? NOTHING : addFigures(matched.map(input.means)),
    sampledAtMs: input.filterContext.nowMs,
    total: input.rows.size,
    waiting,
    sortables,
  }
}

function dropWaiting(
  rows: ReadonlyMap<number, ProcessRow>,
  held: ReadonlyMap<string, Sortable>,
): ReadonlyMap<number, ProcessRow> {
  return new Map([...rows].filter(([, row]) => held.has(keyOf(row))))
}

function comparator({ sort }: ViewInput) {
  const column = COLUMN_BY_ID.get(sort.column)
  return compareSortable(sort.descending, column?.displayUnit ?? 1)
}

function sortableOf(input: ViewInput, row: ProcessRow, means: Figures): Sortable {
  const column = COLUMN_BY_ID.get(input.sort.column)
  const value =
    column === undefined
      ? null
      : column.figure === undefined
        ? plainSortValue(column, row)
        : means[column.figure]
  return { value, name: row.name, pid: row.pid, rank: rankOf(input, row) }
}

/** Under `:8000` who listens stands first, then who is connected. */
function rankOf({ filter, filterContext }: ViewInput, row: ProcessRow): number {
  if (filter.ports.length === 0) return 0
  const ports = portsOf(row, filterContext.ports)
  const ranks = filter.ports.map((port) => RANKS[portRole(ports, port) ?? 'none'])
  return Math.min(...ranks)
}

const RANKS = { listens: 0, connected: 1, none: 2 } as const

function flatRows(
  input: ViewInput,
  matched: readonly ProcessRow[],
  ended: readonly ProcessRow[],
  sortables: Map<string, Sortable>,
): ViewRow[] {
  const lines = [...matched, ...ended].map((row, index) => {
    const means = input.means(row)
    const key = keyOf(row)
    const sortable = input.held?.get(key) ?? sortableOf(input, row, means)
    sortables.set(key, sortable)
    return { row, key, means, sortable, isEnded: index >= matched.length }
  })
  // Rows that the filter hides now may be shown while the order is still held.
  for (const row of input.rows.values()) {
    const key = keyOf(row)
    if (!sortables.has(key)) {
      sortables.set(key, input.held?.get(key) ?? sortableOf(input, row, input.means(row)))
    }
  }
  const compare = comparator(input)
  const sorted = lines.toSorted((a, b) => compare(a.sortable, b.sortable))
  return sorted.map(({ row, key, means, isEnded }, index) => ({
    key,
    kind: 'process',
    row,
    depth: 0,
    count: 1,
    isParent: false,
    isOpen: false,
    branches: [],
    figures: input.figures(row),
    means,
    isDimmed: false,
    isEnded,
    exit: isEnded ? input.exitOf(row) : null,
    position: [index + 1, lines.length],
  }))
}

function treeRows(
  input: ViewInput,
  shown: ReadonlyMap<number, ProcessRow>,
  ended: readonly ProcessRow[],
  matched: ReadonlySet<number>,
  sortables: Map<string, Sortable>,
): ViewRow[] {
  const endedPids = new Set(ended.filter((row) => !shown.has(row.pid)).map((row) => row.pid))
  const all = [...shown.values(), ...ended.filter((row) => endedPids.has(row.pid))]
  const isEnded = (row: ProcessRow) => endedPids.has(row.pid)
  const filtering = !input.filter.isEmpty
  const compare = comparator(input)
  const out: ViewRow[] = []

  const measure = (node: ProcessNode): Branch => {
    const children = node.children.map(measure)
    const own = input.figures(node.row)
    const ownMeans = input.means(node.row)
    let { figures, means, count } = { figures: own, means: ownMeans, count: 1 }
    let least = 2
    let isKept = matched.has(node.row.pid) || isEnded(node.row)
    for (const child of children) {
      least = Math.min(least, child.sortable.rank ?? 0)
      isKept ||= child.isKept
      if (isEnded(child.node.row)) continue
      figures = plusFigures(figures, child.figures)
      means = plusFigures(means, child.means)
      count += child.count
    }
    const key = keyOf(node.row)
    const above = sortableOf(input, node.row, means)
    const rank = Math.min(above.rank ?? 0, least)
    const sortable = input.held?.get(key) ?? { ...above, rank }
    sortables.set(key, sortable)
    return { node, children, own, ownMeans, figures, means, count, sortable, isKept }
  }

  const emit = (branch: Branch, depth: number, position: readonly [number, number]): void => {
    const { node, children } = branch
    const { row } = node
    const key = keyOf(row)
    const kept = filtering ? children.filter((child) => child.isKept) : children
    const isParent = kept.length > 0
    const isOpen =
      isParent && (filtering ? !input.open.has(`-${row.name}`) : input.open.has(row.name))
    out.push({
      key,
      kind: 'process',
      row,
      depth,
      count: branch.count,
      isParent,
      isOpen,
      branches: children.length > 0 ? [node] : [],
      figures: branch.figures,
      means: branch.means,
      isDimmed: filtering && !matched.has(row.pid) && !isEnded(row),
      isEnded: isEnded(row),
      exit: isEnded(row) ? input.exitOf(row) : null,
      position,
    })
    if (isOpen) emitChildren(branch, kept, depth + 1, key)
  }

  const emitChildren = (
    branch: Branch,
    kept: readonly Branch[],
    depth: number,
    key: string,
  ): void => {
    const { row } = branch.node
    const itself = sortableOf(input, row, branch.ownMeans)
    const itselfKey = `${key}:itself`
    sortables.set(itselfKey, input.held?.get(itselfKey) ?? itself)
    const lines: { sortable: Sortable; branch: Branch | null }[] = [
      // An ancestor that is here only for its children has no share of its own to show.
      ...(filtering && !matched.has(row.pid)
        ? []
        : [{ sortable: sortables.get(itselfKey) ?? itself, branch: null }]),
      ...kept.map((child) => ({ sortable: child.sortable, branch: child })),
    ].toSorted((a, b) => compare(a.sortable, b.sortable))
    const { shown: first, folded } = input.unfolded.has(key)
      ? { shown: lines, folded: [] }
      : foldChildren(lines)
    const size = first.length + (folded.length > 0 ? 1 : 0)
    for (const [index, line] of first.entries()) {
      if (line.branch !== null) emit(line.branch, depth, [index + 1, size])
      else out.push(itselfRow(branch, itselfKey, depth, [index + 1, size], matched, filtering))
    }
    if (folded.length > 0) {
      const branches = folded.map((line) => line.branch)
      const figures = branches.map((one) => (one === null ? branch.own : one.figures))
      const means = branches.map((one) => (one === null ? branch.ownMeans : one.means))
      out.push({
        key: `${key}:more`,
        kind: 'fold',
        row,
        depth,
        count: branches.reduce((sum, one) => sum + (one?.count ?? 1), 0),
        isParent: false,
        isOpen: false,
        // A parent's own share that fell into the fold has no branch of its own.
        branches: branches.map((one) => one?.node ?? { row, children: [], parent: null }),
        figures: addFigures(figures),
        means: addFigures(means),
        isDimmed: false,
        isEnded: false,
        exit: null,
        position: [size, size],
      })
    }
  }

  const roots = buildProcessTree(all).map(measure)
  const kept = (filtering ? roots.filter((branch) => branch.isKept) : roots).toSorted((a, b) =>
    compare(a.sortable, b.sortable),
  )
  for (const [index, branch] of kept.entries()) emit(branch, 0, [index + 1, kept.length])
  return out
}

/** A parent's own share, as a child of its branch, so that opening changes no number. */
function itselfRow(
  branch: Branch,
  key: string,
  depth: number,
  position: readonly [number, number],
  matched: ReadonlySet<number>,
  filtering: boolean,
): ViewRow {
  const { row } = branch.node
  return {
    key,
    kind: 'itself',
    row,
    depth,
    count: 1,
    isParent: false,
    isOpen: false,
    branches: [],
    figures: branch.own,
    means: branch.ownMeans,
    isDimmed: filtering && !matched.has(row.pid),
    isEnded: false,
    exit: null,
    position,
  }
}
