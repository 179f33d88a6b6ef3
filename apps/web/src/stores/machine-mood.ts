/** The verdict over time, and what was seen since the page opened. Follows the store outside React. */
import { createStore, useStore } from '../lib/create-store.ts'
import { nextVerdict, verdictReading, type Verdict, type VerdictState } from '../lib/verdict.ts'
import { liveStats } from './live-stats.ts'

let state: VerdictState | null = null
const verdict = createStore<Verdict | null>(null)
/** Counter of the kernel when the first frame came. */
const oomKillsAtStart = createStore<number | null>(null)

liveStats.subscribe(() => {
  const stats = liveStats.get()
  if (stats === null) return
  if (oomKillsAtStart.get() === null) oomKillsAtStart.set(stats.memory.oom_kills)
  if (stats.cpu_usage === null) return
  state = nextVerdict(state, verdictReading(stats), stats.sampled_at_ms)
  verdict.set(state.verdict)
})

export function useVerdict(): Verdict | null {
  return useStore(verdict, (value) => value)
}

export function useOomKillsAtStart(): number | null {
  return useStore(oomKillsAtStart, (value) => value)
}
