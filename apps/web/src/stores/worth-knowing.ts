/**
 * What is worth knowing of the last ten minutes, or as long as the page has history. Follows every frame that arrives,
 * shown or not.
 */
import type { SystemStats } from '@taskmanager/contracts'
import { createStore, useStore } from '../lib/create-store.ts'
import { observeLists, observeStats } from '../lib/worth-knowing-rules.ts'
import { nextLog, type WorthKnowingLog } from '../lib/worth-knowing.ts'
import { newestProcesses } from './live-processes.ts'
import { newestStats } from './live-stats.ts'

const statsLog = createStore<WorthKnowingLog | null>(null)
const listsLog = createStore<WorthKnowingLog | null>(null)
/** Of the machine and of the lists; for what follows them outside React. */
export const worthKnowingLogs = [statsLog, listsLog] as const
let previous: SystemStats | null = null

newestStats.subscribe(() => {
  const stats = newestStats.get()
  if (stats === null) return
  statsLog.set(nextLog(statsLog.get(), observeStats(stats, previous), stats.sampled_at_ms))
  previous = stats
})

newestProcesses.subscribe(() => {
  const live = newestProcesses.get()
  if (live.sampledAtMs === null || live.sampledAtMs === listsLog.get()?.atMs) return
  listsLog.set(nextLog(listsLog.get(), observeLists(live), live.sampledAtMs))
})

export function useWorthKnowingLogs(): readonly (WorthKnowingLog | null)[] {
  return [useStore(statsLog, (log) => log), useStore(listsLog, (log) => log)]
}
