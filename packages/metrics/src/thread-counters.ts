import type { Counters } from '@taskmanager/platform'

/**
 * Share of the time between two samples that threads of a process waited: 100 is one thread that waited all the time,
 * two make 200. Counters in nanoseconds. null without a baseline.
 */
export function waitedPercent(previous: Counters | undefined, next: Counters): number | null {
  const rise = riseBetween(previous, next)
  return rise === null ? null : (rise.by / (rise.elapsedMs * 1e6)) * 100
}

/** Rise of all counters together, by the second. null without a baseline. */
export function risePerSecond(previous: Counters | undefined, next: Counters): number | null {
  const rise = riseBetween(previous, next)
  return rise === null ? null : (rise.by / rise.elapsedMs) * 1000
}

/** A thread that is not in the sample before has begun since; what one counted that ended since is not known. */
function riseBetween(previous: Counters | undefined, next: Counters) {
  if (previous === undefined) return null
  const elapsedMs = next.monotonicMs - previous.monotonicMs
  if (elapsedMs <= 0) return null
  let by = 0
  for (const [tid, count] of next.byThread) {
    // A thread whose number was used again counts from zero.
    const before = previous.byThread.get(tid) ?? 0
    by += count >= before ? count - before : count
  }
  return { by, elapsedMs }
}
