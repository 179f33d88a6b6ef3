/**
 * The lists of port 8001, live.
 *
 *   const rows = useProcesses((live) => live.rows)         // ReadonlyMap<pid, ProcessRow>, new when anything changed;
 *                                                          // unchanged rows keep their reference
 *   live.apps, live.totals, live.accounting, live.capabilities (null before the first frame), live.sampledAtMs, live.seq
 *   live.ended       what ended in the last 10 s: [{ row, endedAtMs, exit }]
 *   live.endedApps   the same of apps: [{ app, endedAtMs }]
 *   live.addedAt     keyOfProcess → instant it appeared (only what appeared while we watched, last 60 s)
 *   cpuHistory(pid, startId) → Float32Array(60), one value a second, cpu_percent of the machine, NaN = unknown; or null
 *   appHistory('cpu', appId) → the same for an app; also 'memory' (bytes) and 'disk' (bytes per second)
 *   appCpuHistory(appId)     → appHistory('cpu', appId)
 * Both end with the second that is shown: while the page is paused they stand still.
 */
import {
  applyingProcessFrame,
  applyLists,
  inPieces,
  type AppliedFrame,
  type Pieces,
  type ProcessTableState,
} from '@taskmanager/client'
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
} from '@taskmanager/contracts'
import { keyOfProcess } from '../lib/process-key.ts'
import { appDiskRate } from '../lib/biggest.ts'
import { createStore, useStore } from '../lib/create-store.ts'
import { SecondHistory, type MinuteOfValues } from '../lib/second-history.ts'

export interface EndedProcess {
  readonly row: ProcessRow
  readonly endedAtMs: number
  /** null where the system does not tell. */
  readonly exit: ProcessExit | null
}

export interface EndedApp {
  /** As it was last. */
  readonly app: AppRow
  readonly endedAtMs: number
}

export interface LiveProcesses {
  readonly rows: ReadonlyMap<number, ProcessRow>
  readonly apps: ReadonlyMap<string, AppRow>
  readonly totals: ProcessTotals | null
  readonly accounting: Accounting | null
  readonly capabilities: ListCapabilities | null
  readonly sampledAtMs: number | null
  readonly intervalMs: number | null
  readonly logicalCpuCount: number | null
  readonly ownCost: OwnCost | null
  readonly seq: number
  readonly ended: readonly EndedProcess[]
  readonly endedApps: readonly EndedApp[]
  readonly addedAt: ReadonlyMap<string, number>
}

const ENDED_KEPT_MS = 10_000
const ADDED_KEPT_MS = 60_000

export const emptyProcesses: LiveProcesses = {
  rows: new Map(),
  apps: new Map(),
  totals: null,
  accounting: null,
  capabilities: null,
  sampledAtMs: null,
  intervalMs: null,
  logicalCpuCount: null,
  ownCost: null,
  seq: -1,
  ended: [],
  endedApps: [],
  addedAt: new Map(),
}

export const liveProcesses = createStore<LiveProcesses>(emptyProcesses)

export type AppFigure = 'cpu' | 'memory' | 'disk'

interface Past {
  /** By pid: thousands are written in each sample. Who ended is forgotten, so that a pid that lives again begins anew. */
  readonly processes: SecondHistory<number>
  readonly apps: Readonly<Record<AppFigure, SecondHistory<string>>>
}

const past: Past = {
  processes: new SecondHistory(),
  apps: { cpu: new SecondHistory(), memory: new SecondHistory(), disk: new SecondHistory() },
}
/** The minute before the lists were held, for as long as they are; recording goes on in the other. */
let heldPast: Past | null = null
let table: ProcessTableState | null = null
/** The newest lists that came, shown or not. */
export const newestProcesses = createStore<LiveProcesses>(emptyProcesses)
let shown = true

/** One after the other. @returns false when a frame was lost and a whole picture is needed */
export async function receiveProcessFrame(frame: ProcessFrame): Promise<boolean> {
  return inPieces(receiving(frame))
}

function* receiving(frame: ProcessFrame): Pieces<boolean> {
  const applied = yield* applyingProcessFrame(table, frame)
  if (applied === null) return false
  yield* taking(applied)
  return true
}

/** An answer of the HTTP routes. Ignored when the stream has already brought something newer. */
export async function receiveLists(
  processes: ProcessListBody,
  apps: AppListBody | null,
): Promise<void> {
  if (table !== null && processes.sampled_at_ms <= table.sampledAtMs) return
  await inPieces(taking(applyLists(table, processes, apps)))
}

/** Held (paused, or a hidden tab): the lists go on in the background. Shown again: the newest at once. */
export function showProcesses(show: boolean): void {
  shown = show
  heldPast = show ? null : (heldPast ?? copyOf(past))
  if (show) liveProcesses.set(newestProcesses.get())
}

const copyOf = ({ processes, apps }: Past): Past => ({
  processes: processes.copy(),
  apps: { cpu: apps.cpu.copy(), memory: apps.memory.copy(), disk: apps.disk.copy() },
})

export function cpuHistory(pid: number, startId: string): MinuteOfValues | null {
  const { rows, sampledAtMs } = liveProcesses.get()
  if (sampledAtMs === null || rows.get(pid)?.start_id !== startId) return null
  return (heldPast ?? past).processes.read(pid, sampledAtMs)
}

export function appHistory(figure: AppFigure, appId: string): MinuteOfValues | null {
  const { sampledAtMs } = liveProcesses.get()
  return sampledAtMs === null ? null : (heldPast ?? past).apps[figure].read(appId, sampledAtMs)
}

export const appCpuHistory = (appId: string): MinuteOfValues | null => appHistory('cpu', appId)

export function useProcesses<T>(selector: (live: LiveProcesses) => T): T {
  return useStore(liveProcesses, selector)
}

function* taking({ state, added, ended, exits }: AppliedFrame): Pieces<void> {
  const { sampledAtMs, intervalMs } = state
  for (const { pid } of ended) past.processes.forget(pid)
  if (state.sampledAtMs !== table?.sampledAtMs) {
    const rows = state.rows.values()
    yield* past.processes.recording(sampledAtMs, intervalMs, rows, pidOf, cpuOf)
    for (const figure of APP_FIGURES) {
      const apps = state.apps.values()
      const valueOf = FIGURE_OF_APP[figure]
      yield* past.apps[figure].recording(sampledAtMs, intervalMs, apps, idOf, valueOf)
    }
  }
  yield
  table = state
  const before = newestProcesses.get()
  const newest: LiveProcesses = {
    rows: state.rows,
    apps: state.apps,
    totals: state.totals,
    accounting: state.accounting,
    capabilities: state.capabilities,
    sampledAtMs,
    intervalMs,
    logicalCpuCount: state.logicalCpuCount,
    ownCost: state.ownCost,
    seq: state.seq,
    ended: keepEnded(before.ended, withExits(ended, exits, sampledAtMs), sampledAtMs),
    endedApps: keepEnded(before.endedApps, goneApps(before, state), sampledAtMs),
    addedAt: keepAdded(before.addedAt, added, sampledAtMs),
  }
  newestProcesses.set(newest)
  if (shown) liveProcesses.set(newest)
}

const pidOf = (row: ProcessRow): number => row.pid
const cpuOf = (row: ProcessRow): number | null => row.cpu_percent
const idOf = (app: AppRow): string => app.id

const APP_FIGURES = ['cpu', 'memory', 'disk'] as const
const FIGURE_OF_APP: Record<AppFigure, (app: AppRow) => number | null> = {
  cpu: (app) => app.cpu_percent,
  memory: (app) => app.memory,
  disk: appDiskRate,
}

function withExits(
  rows: readonly ProcessRow[],
  exits: readonly ProcessExit[],
  endedAtMs: number,
): EndedProcess[] {
  return rows.map((row) => {
    const exit = exits.find((one) => one.pid === row.pid && one.start_id === row.start_id) ?? null
    return { row, endedAtMs, exit }
  })
}

function goneApps(before: LiveProcesses, { apps, sampledAtMs }: ProcessTableState): EndedApp[] {
  if (apps === before.apps) return []
  return [...before.apps.values()]
    .filter(({ id }) => !apps.has(id))
    .map((app) => ({ app, endedAtMs: sampledAtMs }))
}

function keepEnded<Item extends { readonly endedAtMs: number }>(
  before: readonly Item[],
  ended: readonly Item[],
  atMs: number,
): readonly Item[] {
  const kept = before.filter((item) => atMs - item.endedAtMs < ENDED_KEPT_MS)
  if (ended.length === 0 && kept.length === before.length) return before
  return [...kept, ...ended]
}

function keepAdded(
  before: ReadonlyMap<string, number>,
  added: readonly ProcessRow[],
  atMs: number,
): ReadonlyMap<string, number> {
  const old = [...before].filter(([, addedAtMs]) => atMs - addedAtMs < ADDED_KEPT_MS)
  if (added.length === 0 && old.length === before.size) return before
  return new Map([...old, ...added.map((row) => [keyOfProcess(row), atMs] as const)])
}
