/** The verdict over time. Follows the store outside React. */
import { createStore, useStore } from '../lib/create-store.ts'
import { nextVerdict, verdictReading, type Verdict, type VerdictState } from '../lib/verdict.ts'
import { liveStats } from './live-stats.ts'

let state: VerdictState | null = null
const verdict = createStore<Verdict | null>(null)

liveStats.subscribe(() => {
  const stats = liveStats.get()
  if (stats === null || stats.cpu_usage === null) return
  state = nextVerdict(state, verdictReading(stats), stats.sampled_at_ms)
  verdict.set(state.verdict)
})

export function useVerdict(): Verdict | null {
  return useStore(verdict, (value) => value)
}
