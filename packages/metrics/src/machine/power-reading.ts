import type { EnergySample } from '@taskmanager/platform'

/** A fall that would mean more than this was no wrap: suspend sets the counter back too, and machines that suspend take less. */
const MOST_WATTS_OVER_WRAP = 1000

/**
 * Mean draw between two readings of the energy counter; null when it is the same reading, or one of a counter that
 * began anew. Source: powercap.rst.
 */
export function packageWatts(
  previous: EnergySample | null | undefined,
  next: EnergySample | null,
): number | null {
  if (previous == null || next === null) return null
  const seconds = (next.monotonicMs - previous.monotonicMs) / 1000
  if (seconds <= 0) return null
  const microjoules = next.microjoules - previous.microjoules
  if (microjoules >= 0) return microjoules / 1e6 / seconds
  const overWrap = microjoules + next.wrapsAtMicrojoules
  if (overWrap < 0 || overWrap > next.wrapsAtMicrojoules / 4) return null
  const watts = overWrap / 1e6 / seconds
  return watts > MOST_WATTS_OVER_WRAP ? null : watts
}
