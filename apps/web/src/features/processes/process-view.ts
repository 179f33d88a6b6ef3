import type { Pieces } from '@taskmanager/client'
import type { ProcessExit, ProcessRow } from '@taskmanager/contracts'
import type { FilterContext } from '../../lib/filter-fields.ts'
import { portsOf, type Filter } from '../../lib/filter.ts'
import { KeptByPid } from '../../lib/kept-by-pid.ts'
import type { AskedIndex } from '../../lib/asked-index.ts'
import { portRole } from '../../lib/port-index.ts'
import {
  addFigures,
  buildProcessTree,
  figureOf,
  foldChildren,
  NOTHING,
  type Figures,
  type ProcessNode,
} from '../../lib/process-tree.ts'
import { compareSortable, type Sort, type Sortable } from '../../lib/sort.ts'
import type { Measured } from '../../stores/recent-rows.ts'
import { COLUMN_BY_ID, plainSortValue } from './columns.ts'
import { keyOfProcess } from '../../lib/process-key.ts'

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
  /** Position among its siblings and their number, for screen readers; `null` in the flat list. */
  readonly position: readonly [number, number] | null
}

export interface ViewInput {
  readonly rows: ReadonlyMap<number, ProcessRow>
  /** Ended, still shown struck through. */
  readonly ended: readonly ProcessRow[]
  readonly exitOf: (row: ProcessRow) => ProcessExit | null
  readonly filter: Filter
  readonly filterContext: FilterContext
  /** `null` while no column shows what is in it. */
  readonly asked: AskedIndex | null
  readonly sort: Sort
  readonly tree: boolean
  /** Names of open branches; a name closed by hand while a filter opens everything begins with `-`. */
  readonly open: ReadonlySet<string>
  /** Keys of parents whose fold is open. */
  readonly unfolded: ReadonlySet<string>
  /** Of one process, the newest and their means. */
  readonly measured: (row: ProcessRow) => Measured
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
  /** What every process sorts by in this picture; handed back as `held`. */
  readonly sortables: () => ReadonlyMap<string, Sortable>
}

// Made once a row: thousands are asked for in each sample.
const keys = new KeptByPid<{ readonly row: ProcessRow; readonly key: string }>()

export function keyOf(row: ProcessRow): string {
  return (keys.of(row) ?? keys.keep({ row, key: keyOfProcess(row) })).key
}

/** Lines of processes that stand for themselves; one that is as it was is the same object. */
const keptLines = new KeptByPid<ViewRow>()

interface Branch {
  readonly node: ProcessNode
  readonly children: readonly Branch[]
  readonly own: Figures
  readonly ownMeans: Figures
  readonly figures: Figures
  readonly means: Figures
  readonly count: number
  /** The lowest of the branch. */
  readonly rank: number
  /** It matches, or something below it does. */
  readonly isKept: boolean
}

/** Rows between two pauses. */
const PIECE_ROWS = 250

/** From the newest picture to the lines of the table: filter, sums, order, folds. Pure, and done in pieces. */
export function* viewing(input: ViewInput): Pieces<ProcessView> {
  keys.trim(input.rows)
  keptLines.trim(input.rows)
  const found = yield* findRows(input)
  const { rows, sortables } = yield* input.tree ? treeRows(input, found) : flatRows(input, found)
  return {
    rows,
    matched: found.matched,
    sums: found.sums,
    sampledAtMs: input.filterContext.nowMs,
    total: input.rows.size,
    waiting: found.waiting,
    sortables,
  }
}

/** What the filter leaves. */
interface Found extends Pick<ProcessView, 'matched' | 'sums' | 'waiting'> {
  /** All but those that wait until the order is let go. */
  readonly shown: readonly ProcessRow[]
  readonly ended: readonly ProcessRow[]
}

function* findRows(input: ViewInput): Pieces<Found> {
  const { held, filter, filterContext } = input
  const matches = (row: ProcessRow) => filter.isEmpty || filter.matches(row, filterContext)
  const matched: ProcessRow[] = []
  const shown: ProcessRow[] = []
  let waiting = 0
  let looked = 0
  for (const row of input.rows.values()) {
    looked += 1
    if (looked % PIECE_ROWS === 0) yield
    const isLate = held !== null && !held.has(keyOf(row))
    if (!isLate) shown.push(row)
    if (!matches(row)) continue
    if (isLate) waiting += 1
    else matched.push(row)
  }
  return {
    matched,
    sums: filter.isEmpty ? NOTHING : addFigures(matched.map((row) => input.measured(row).means)),
    waiting,
    shown,
    // What came and went while the order is held never had a place in it.
    ended: input.ended.filter((row) => matches(row) && (held === null || held.has(keyOf(row)))),
  }
}

/** Lines, and what they sort by for whoever is going to hold their order: it is asked for once, not in each sample. */
interface Ordered {
  readonly rows: ViewRow[]
  readonly sortables: () => ReadonlyMap<string, Sortable>
}

function comparator({ sort }: ViewInput) {
  const column = COLUMN_BY_ID.get(sort.column)
  return compareSortable(sort.descending, column?.displayUnit ?? 1)
}

/** Held, or by the newest means. */
function sortableOf(input: ViewInput, row: ProcessRow, means: Figures, rank: number): Sortable {
  return input.held?.get(keyOf(row)) ?? newestSortable(input, row, means, rank)
}

function newestSortable(input: ViewInput, row: ProcessRow, means: Figures, rank: number): Sortable {
  const column = COLUMN_BY_ID.get(input.sort.column)
  const value =
    column === undefined
      ? null
      : column.figure === undefined
        ? plainSortValue(column, row, input.asked?.get(keyOf(row)))
        : figureOf(means, column.figure)
  return { value, name: row.name, pid: row.pid, rank }
}

/** Under `:8000` who listens stands first, then who is connected. */
function rankOf({ filter, filterContext }: ViewInput, row: ProcessRow): number {
  if (filter.ports.length === 0) return 0
  const ports = portsOf(row, filterContext.ports)
  const ranks = filter.ports.map((port) => RANKS[portRole(ports, port) ?? 'none'])
  return Math.min(...ranks)
}

const NOBODY: ReadonlySet<number> = new Set()

const RANKS = { listens: 0, connected: 1, none: 2 } as const

function* flatRows(input: ViewInput, { matched, ended }: Found): Pieces<Ordered> {
  const lines: { line: ViewRow; sortable: Sortable }[] = []
  const add = (line: ViewRow) => {
    const { row, means } = line
    lines.push({ line, sortable: sortableOf(input, row, means, rankOf(input, row)) })
  }
  for (const [index, row] of matched.entries()) {
    if (index % PIECE_ROWS === 0) yield
    add(keptLine(row, input.measured(row), FLAT))
  }
  for (const row of ended) {
    add({ ...newLine(row, input.measured(row), FLAT), isEnded: true, exit: input.exitOf(row) })
  }
  const compare = comparator(input)
  lines.sort((a, b) => compare(a.sortable, b.sortable))
  yield
  const rows = lines.map(({ line }) => line)
  const sortables = () => {
    const all = new Map<string, Sortable>()
    const note = (row: ProcessRow, means: Figures) =>
      all.set(keyOf(row), sortableOf(input, row, means, rankOf(input, row)))
    for (const { row, means } of rows) note(row, means)
    // Rows that the filter hides now may be shown while the order is still held.
    for (const row of input.rows.values()) {
      if (!all.has(keyOf(row))) note(row, input.measured(row).means)
    }
    return all
  }
  return { rows, sortables }
}

type Place = Pick<ViewRow, 'depth' | 'position'>

const FLAT: Place = { depth: 0, position: null }

function keptLine(row: ProcessRow, measured: Measured, place: Place): ViewRow {
  const before = keptLines.of(row)
  const isSame =
    before?.figures === measured.figures &&
    before.means === measured.means &&
    before.depth === place.depth &&
    before.position?.[0] === place.position?.[0] &&
    before.position?.[1] === place.position?.[1]
  return isSame ? before : keptLines.keep(newLine(row, measured, place))
}

/** A process that stands for itself. */
function newLine(
  row: ProcessRow,
  { figures, means }: Measured,
  { depth, position }: Place,
): ViewRow {
  return {
    key: keyOf(row),
    kind: 'process',
    row,
    depth,
    count: 1,
    isParent: false,
    isOpen: false,
    branches: BRANCHLESS,
    figures,
    means,
    isDimmed: false,
    isEnded: false,
    exit: null,
    position,
  }
}

const BRANCHLESS: readonly ProcessNode[] = []

function* treeRows(input: ViewInput, found: Found): Pieces<Ordered> {
  const { shown, ended } = found
  const matched = new Set(found.matched.map((row) => row.pid))
  const alive = ended.length === 0 ? NOBODY : new Set(shown.map((row) => row.pid))
  const gone = ended.filter((row) => !alive.has(row.pid))
  const endedPids = new Set(gone.map((row) => row.pid))
  const all = [...shown, ...gone]
  const isEnded = (row: ProcessRow) => endedPids.has(row.pid)
  const filtering = !input.filter.isEmpty
  const compare = comparator(input)
  const out: ViewRow[] = []

  const measure = (node: ProcessNode): Branch => {
    const { row } = node
    const { figures: own, means: ownMeans } = input.measured(row)
    let rank = rankOf(input, row)
    let isKept = matched.has(row.pid) || isEnded(row)
    if (node.children.length === 0) {
      const [figures, means] = [own, ownMeans]
      return { node, children: CHILDLESS, own, ownMeans, figures, means, count: 1, rank, isKept }
    }
    const children = node.children.map(measure)
    let count = 1
    for (const child of children) {
      rank = Math.min(rank, child.rank)
      isKept ||= child.isKept
      if (!isEnded(child.node.row)) count += child.count
    }
    const living = children.filter((child) => !isEnded(child.node.row))
    const figures = addFigures([own, ...living.map((child) => child.figures)])
    const means = addFigures([ownMeans, ...living.map((child) => child.means)])
    return { node, children, own, ownMeans, figures, means, count, rank, isKept }
  }
  // Only what stands side by side in the table is put in order: most branches of a long list are closed.
  const sortable = ({ node, means, rank }: Branch) => sortableOf(input, node.row, means, rank)
  const sortableItself = ({ node, ownMeans }: Branch) =>
    newestSortable(input, node.row, ownMeans, rankOf(input, node.row))

  const emit = (branch: Branch, depth: number, position: readonly [number, number]): void => {
    const { node, children } = branch
    const { row } = node
    if (children.length === 0 && !filtering && !isEnded(row)) {
      out.push(keptLine(row, branch, { depth, position }))
      return
    }
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
      branches: children.length > 0 ? [node] : BRANCHLESS,
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
    const itselfKey = `${key}:itself`
    const itself = input.held?.get(itselfKey) ?? sortableItself(branch)
    const lines: { sortable: Sortable; branch: Branch | null }[] = [
      // An ancestor that is here only for its children has no share of its own to show.
      ...(filtering && !matched.has(row.pid) ? [] : [{ sortable: itself, branch: null }]),
      ...kept.map((child) => ({ sortable: sortable(child), branch: child })),
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

  const roots: Branch[] = []
  let measured = 0
  for (const root of buildProcessTree(all)) {
    if (measured >= PIECE_ROWS) {
      measured = 0
      yield
    }
    const branch = measure(root)
    measured += branch.count
    roots.push(branch)
  }
  yield
  const kept = (filtering ? roots.filter((branch) => branch.isKept) : roots)
    .map((branch) => ({ branch, sortable: sortable(branch) }))
    .toSorted((a, b) => compare(a.sortable, b.sortable))
  for (const [index, { branch }] of kept.entries()) {
    if (index % PIECE_ROWS === 0) yield
    emit(branch, 0, [index + 1, kept.length])
  }
  const sortables = () => {
    const keyed = new Map<string, Sortable>()
    const note = (branch: Branch): void => {
      const key = keyOf(branch.node.row)
      keyed.set(key, sortable(branch))
      if (branch.children.length > 0) keyed.set(`${key}:itself`, sortableItself(branch))
      for (const child of branch.children) note(child)
    }
    for (const root of roots) note(root)
    return keyed
  }
  return { rows: out, sortables }
}

const CHILDLESS: readonly Branch[] = []

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
    branches: BRANCHLESS,
    figures: branch.own,
    means: branch.ownMeans,
    isDimmed: filtering && !matched.has(row.pid),
    isEnded: false,
    exit: null,
    position,
  }
}
