/**
 * What happened to the machine and to our services in the last ten minutes, beside the log of actions. Follows every frame
 * that arrives, shown or not; new only when something happened.
 *
 *   const events = useTimeEvents()
 */
import { createStore, useStore } from '../lib/create-store.ts'
import { eventBetween, eventOfListOutage, eventsOfLog, type TimeEvent } from '../lib/time-events.ts'
import { HORIZON_MS } from '../lib/worth-knowing.ts'
import { connections, isSilent } from './connection.ts'
import { newestProcesses } from './live-processes.ts'
import { newestStats } from './live-stats.ts'
import { worthKnowingLogs } from './worth-knowing.ts'

const timeEvents = createStore<readonly TimeEvent[]>([])

function add(events: readonly TimeEvent[]): void {
  const before = timeEvents.get()
  const added = events.filter(({ id }) => !before.some((event) => event.id === id))
  if (added.length === 0) return
  const oldestMs = Math.max(...added.map(({ atMs }) => atMs)) - HORIZON_MS
  timeEvents.set([...before.filter(({ atMs }) => atMs > oldestMs), ...added])
}

for (const log of worthKnowingLogs) {
  log.subscribe(() => {
    const seen = log.get()
    if (seen !== null && seen.episodes.size > 0) add(eventsOfLog(seen))
  })
}

let previous = newestStats.get()
newestStats.subscribe(() => {
  const next = newestStats.get()
  if (previous !== null && next !== null) {
    // The clock was set back: what was flagged lies in a future that has not come.
    if (next.sampled_at_ms <= previous.sampled_at_ms) timeEvents.set([])
    const event = eventBetween(previous, next, connections.stats.get().port)
    if (event !== null) add([event])
  }
  previous = next
})

let listsLost: { readonly fromMs: number; readonly seq: number } | null = null
connections.accuracy.subscribe(() => {
  const { state, lastDataAtMs, port } = connections.accuracy.get()
  if (lastDataAtMs === null) return
  const { seq } = newestProcesses.get()
  if (isSilent(state)) listsLost ??= { fromMs: lastDataAtMs, seq }
  else if (listsLost !== null && lastDataAtMs > listsLost.fromMs) {
    const { fromMs } = listsLost
    // Answers by HTTP have no number.
    const isRestarted = seq >= 0 && seq < listsLost.seq
    listsLost = null
    add([eventOfListOutage({ fromMs, untilMs: lastDataAtMs, isRestarted }, port)])
  }
})

export function useTimeEvents(): readonly TimeEvent[] {
  return useStore(timeEvents, (events) => events)
}
