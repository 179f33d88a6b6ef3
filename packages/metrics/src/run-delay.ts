import type { RunDelaySample } from '@taskmanager/platform'

/**
 * Share of the time between two samples that threads of a process were ready and waited for a CPU: 100 is one thread
 * that waited all the time, two make 200. null without a baseline. A thread that is not in the sample before has
 * begun since; what one waited that ended since is not known.
 */
export function runDelayPercent(
  previous: RunDelaySample | undefined,
  next: RunDelaySample,
): number | null {
  if (previous === undefined) return null
  const elapsedMs = next.monotonicMs - previous.monotonicMs
  if (elapsedMs <= 0) return null
  let waitedNs = 0
  for (const [tid, ns] of next.byThread) {
    // A thread whose number was used again counts from zero.
    const before = previous.byThread.get(tid) ?? 0
    waitedNs += ns >= before ? ns - before : ns
  }
  return (waitedNs / (elapsedMs * 1e6)) * 100
}
