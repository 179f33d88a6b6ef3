/**
 * The newest frame of port 8000 and the last ten minutes.
 *
 *   const cpu = useStats((stats) => stats?.cpu_usage ?? null)      // null: no frame yet, or unknown
 *   statsHistory.window(['cpu', 'cpu.kernel'], fromMs, untilMs)    // { times, values[][] }, null = gap
 *   subscribe with liveStats.subscribe to redraw; `stats.sampled_at_ms` is "now" for charts (it stands still when paused)
 * Series: see `statsSeries` in lib/stats-series.ts ('cpu', 'memory', 'disk.<id>.read', 'net.<id>.recv', 'gpu-0.usage' …).
 */
import type { SystemInfo, SystemStats } from '@taskmanager/contracts'
import { createStore, useStore } from '../lib/create-store.ts'
import { gapBetween, isLateAnswer, type Gap } from '../lib/gaps.ts'
import { SampleHistory } from '../lib/sample-history.ts'
import { statsSeries } from '../lib/stats-series.ts'
import { useClock } from './clock.ts'

/** Ten minutes at the fastest rate, 0.5 s. */
const CAPACITY = 1210

export const liveStats = createStore<SystemStats | null>(null)
export const systemInfo = createStore<SystemInfo | null>(null)
export const statsHistory = new SampleHistory(CAPACITY)

/** The newest frame that came, shown or not. */
export const newestStats = createStore<SystemStats | null>(null)
let shown = true
/** By so much the clock of the service is ahead of this browser's, which may be on another machine. */
let aheadMs = 0

/** Why there is nothing between some samples, oldest first. */
let gaps: readonly Gap[] = []
const GAPS_KEPT = 50

/** Takes a frame: into the past always, onto the screen unless it is held. */
export function receiveStats(stats: SystemStats): void {
  const previous = newestStats.get()
  if (previous !== null) {
    if (isLateAnswer(previous, stats)) return
    if (stats.sampled_at_ms <= previous.sampled_at_ms) {
      // The clock was set back: what was held lies in a future that has not come.
      statsHistory.clear()
      gaps = []
    } else {
      const gap = gapBetween(previous, stats)
      if (gap !== null) {
        statsHistory.pushGap((gap.fromMs + gap.untilMs) / 2)
        gaps = [...gaps, gap].slice(-GAPS_KEPT)
      }
    }
  }
  aheadMs = stats.sampled_at_ms - Date.now()
  newestStats.set(stats)
  statsHistory.push(stats.sampled_at_ms, statsSeries(stats))
  if (shown) liveStats.set(stats)
}

/** What the clock of the service shows when this browser's shows that, and the other way round; epoch milliseconds. */
export const toServiceTime = (pageMs: number): number => pageMs + aheadMs
export const toPageTime = (serviceMs: number): number => serviceMs - aheadMs

/** An order that is read later, as by a service that was stalled, does nothing and answers expired. */
const ORDER_VALID_MS = 10_000

/** Until when an order given now is valid, by the clock of the service. */
export const orderExpiry = (): number => toServiceTime(Date.now() + ORDER_VALID_MS)

/** The present by the clock of the service, once a second: for the age of what it told. */
export const useServiceClock = (): number => toServiceTime(useClock())

/** Gaps that reach into a stretch of time. */
export function gapsIn(fromMs: number, untilMs: number): readonly Gap[] {
  return gaps.filter((gap) => gap.untilMs > fromMs && gap.fromMs < untilMs)
}

/** Held (paused, or a hidden tab): frames go into the past only. Shown again: the newest at once. */
export function showStats(show: boolean): void {
  shown = show
  if (show) liveStats.set(newestStats.get())
}

export function useStats<T>(selector: (stats: SystemStats | null) => T): T {
  return useStore(liveStats, selector)
}

export function useSystem<T>(selector: (system: SystemInfo | null) => T): T {
  return useStore(systemInfo, selector)
}
