import type {
  Accounting,
  AppListBody,
  AppRow,
  ListCapabilities,
  OwnCost,
  ProcessExit,
  ProcessFrame,
  ProcessListBody,
  ProcessRow,
  ProcessTotals,
  TableDelta,
  TableSnapshot,
} from '@taskmanager/contracts'
import { atOnce, type Pieces } from './pieces.ts'

/**
 * The two tables of port 8001 as the stream builds them up. Rows are wire objects with their names; a row that did
 * not change keeps its reference from frame to frame, so a view may compare by `===`.
 */
export interface ProcessTableState {
  readonly seq: number
  readonly rows: ReadonlyMap<number, ProcessRow>
  readonly apps: ReadonlyMap<string, AppRow>
  readonly totals: ProcessTotals
  readonly accounting: Accounting
  readonly capabilities: ListCapabilities
  readonly sampledAtMs: number
  readonly intervalMs: number | null
  readonly logicalCpuCount: number
  readonly ownCost: OwnCost
  readonly skipped: number
  readonly processColumns: readonly string[]
  readonly appColumns: readonly string[]
}

export interface AppliedFrame {
  readonly state: ProcessTableState
  /** Processes that were not there before; empty for the first picture. A reused pid is in both lists. */
  readonly added: readonly ProcessRow[]
  readonly ended: readonly ProcessRow[]
  /** How some of those ended: where the system tells, and the frame was a delta. */
  readonly exits: readonly ProcessExit[]
}

/** Applies one frame. `null`: a delta that does not follow on `state` (a frame was lost); ask for a new picture. */
export function applyProcessFrame(
  state: ProcessTableState | null,
  frame: ProcessFrame,
): AppliedFrame | null {
  return atOnce(applyingProcessFrame(state, frame))
}

/** The same, to be done in pieces: a picture of thousands of rows takes longer than a page may stand still. */
export function* applyingProcessFrame(
  state: ProcessTableState | null,
  frame: ProcessFrame,
): Pieces<AppliedFrame | null> {
  if (frame.type === 'snapshot') {
    const rows = yield* readTable<ProcessRow, number>(frame.processes, 'pid', state?.rows)
    return finish(state, everyPid(state, rows), {
      ...sampleOf(frame),
      seq: frame.seq,
      rows,
      apps: yield* readTable<AppRow, string>(frame.apps, 'id', state?.apps),
      capabilities: frame.capabilities,
      processColumns: frame.processes.columns,
      appColumns: frame.apps.columns,
    })
  }
  if (state === null || frame.seq !== state.seq + 1) return null
  const rows = yield* applyDelta(state.rows, frame.processes, state.processColumns, 'pid')
  const next = finish(state, touchedPids(frame.processes, state.processColumns), {
    ...state,
    ...sampleOf(frame),
    seq: frame.seq,
    rows,
    apps: yield* applyDelta(state.apps, frame.apps, state.appColumns, 'id'),
  })
  return { ...next, exits: frame.exits }
}

/** The same state from two answers of the HTTP routes: first load, and the fallback while the stream is down. */
export function applyLists(
  state: ProcessTableState | null,
  processes: ProcessListBody,
  apps: AppListBody | null,
): AppliedFrame {
  const rows = shareRows(processes.processes, (row) => row.pid, state?.rows)
  return finish(state, everyPid(state, rows), {
    ...sampleOf(processes),
    seq: -1, // No delta follows on an HTTP answer.
    rows,
    apps:
      apps === null
        ? (state?.apps ?? new Map())
        : shareRows(apps.apps, (row) => row.id, state?.apps),
    capabilities: processes.capabilities,
    processColumns: [],
    appColumns: [],
  })
}

type Sample = Pick<
  ProcessListBody,
  | 'totals'
  | 'accounting'
  | 'sampled_at_ms'
  | 'interval_ms'
  | 'logical_cpu_count'
  | 'own_cost'
  | 'skipped'
>

function sampleOf(body: Sample) {
  return {
    totals: body.totals,
    accounting: body.accounting,
    sampledAtMs: body.sampled_at_ms,
    intervalMs: body.interval_ms,
    logicalCpuCount: body.logical_cpu_count,
    ownCost: body.own_cost,
    skipped: body.skipped,
  }
}

/** @param pids whose process may be another one than before, or none */
function finish(
  previous: ProcessTableState | null,
  pids: Iterable<number>,
  state: ProcessTableState,
): AppliedFrame {
  if (previous === null) return { state, added: [], ended: [], exits: [] }
  const added: ProcessRow[] = []
  const ended: ProcessRow[] = []
  for (const pid of pids) {
    const before = previous.rows.get(pid)
    const now = state.rows.get(pid)
    if (before?.start_id === now?.start_id) continue
    if (now !== undefined) added.push(now)
    if (before !== undefined) ended.push(before)
  }
  return { state, added, ended, exits: [] }
}

function everyPid(
  previous: ProcessTableState | null,
  rows: ReadonlyMap<number, ProcessRow>,
): ReadonlySet<number> {
  return new Set([...rows.keys(), ...(previous?.rows.keys() ?? [])])
}

function touchedPids({ removed, added }: TableDelta, columns: readonly string[]): Set<number> {
  const at = columns.indexOf('pid')
  return new Set([...removed, ...added.map((cells) => cells[at])] as number[])
}

/** Rows between two pauses. */
const PIECE_ROWS = 250

function* readTable<Row extends object, Key>(
  { columns, rows }: TableSnapshot,
  keyColumn: keyof Row & string,
  previous: ReadonlyMap<Key, Row> | undefined,
): Pieces<Map<Key, Row>> {
  const keyAt = columns.indexOf(keyColumn)
  const next = new Map<Key, Row>()
  for (const [index, cells] of rows.entries()) {
    if (index % PIECE_ROWS === 0) yield
    const key = cells[keyAt] as Key
    const old = previous?.get(key)
    next.set(
      key,
      old !== undefined && holds(old, columns, cells) ? old : (toRow(columns, cells) as Row),
    )
  }
  return next
}

/** Whether a row says what these cells say. */
function holds(row: object, columns: readonly string[], cells: readonly unknown[]): boolean {
  return columns.every((column, at) =>
    sameValue((row as Record<string, unknown>)[column], cells[at]),
  )
}

function toRow(columns: readonly string[], cells: readonly unknown[]): object {
  const row: Record<string, unknown> = {}
  for (let index = 0; index < columns.length; index += 1) row[columns[index] ?? ''] = cells[index]
  return row
}

function shareRows<Row extends object, Key>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
  previous: ReadonlyMap<Key, Row> | undefined,
): Map<Key, Row> {
  const next = new Map<Key, Row>()
  for (const row of rows) {
    const key = keyOf(row)
    const old = previous?.get(key)
    next.set(key, old !== undefined && sameValue(old, row) ? old : row)
  }
  return next
}

function* applyDelta<Row extends object, Key>(
  previous: ReadonlyMap<Key, Row>,
  delta: TableDelta,
  columns: readonly string[],
  keyColumn: keyof Row & string,
): Pieces<ReadonlyMap<Key, Row>> {
  const { removed, added, changed } = delta
  if (removed.length === 0 && added.length === 0 && changed.length === 0) return previous
  const next = new Map(previous)
  for (const key of removed) next.delete(key as Key)
  for (const cells of added) {
    const row = toRow(columns, cells) as Row
    next.set(row[keyColumn] as Key, row)
  }
  for (const [index, [key, ...cells]] of changed.entries()) {
    if (index % PIECE_ROWS === 0) yield
    const old = next.get(key as Key)
    if (old === undefined) continue
    const row = { ...old } as Record<string, unknown>
    for (let at = 0; at + 1 < cells.length; at += 2) {
      const column = columns[cells[at] as number]
      if (column !== undefined) row[column] = cells[at + 1]
    }
    next.set(key as Key, row as Row)
  }
  return next
}

/** Equality of JSON values: cells are primitives, lists of pids or small maps of reasons. */
function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) =>
    sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  )
}
