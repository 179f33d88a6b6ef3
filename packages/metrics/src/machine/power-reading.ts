import type { EnergySample } from '@taskmanager/platform'

/** Mean draw between two readings of the energy counter; null when it is the same reading. Source: powercap.rst. */
export function packageWatts(
  previous: EnergySample | null | undefined,
  next: EnergySample | null,
): number | null {
  if (previous == null || next === null) return null
  const seconds = (next.monotonicMs - previous.monotonicMs) / 1000
  if (seconds <= 0) return null
  let microjoules = next.microjoules - previous.microjoules
  if (microjoules < 0) microjoules += next.wrapsAtMicrojoules
  return microjoules < 0 ? null : microjoules / 1e6 / seconds
}
