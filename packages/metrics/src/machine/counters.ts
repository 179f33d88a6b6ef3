const WRAP_32 = 2 ** 32

/** What a counter grew by; null without a former value and when it ran backwards (device came anew, counter restarted). */
export function delta(
  previous: number | null | undefined,
  next: number | null | undefined,
): number | null {
  if (previous == null || next == null || next < previous) return null
  return next - previous
}

/**
 * As `delta`, for counters the kernel keeps in 32 bits (the times in `/proc/diskstats`). Backwards is a wrap only when
 * the counter was in the last quarter before 2^32 and is in the first now; else it restarted.
 */
export function deltaOf32(
  previous: number | null | undefined,
  next: number | null | undefined,
): number | null {
  if (previous == null || next == null || next >= previous) return delta(previous, next)
  const isWrap = previous < WRAP_32 && previous >= WRAP_32 * 0.75 && next < WRAP_32 / 4
  return isWrap ? next + WRAP_32 - previous : null
}

/** Two samples nearer than this are one: what grew in between is no rate. */
const LEAST_INTERVAL_MS = 1

/** Growth a second; null where the growth is not known or hardly any time went by. */
export function perSecond(growth: number | null, elapsedMs: number): number | null {
  return growth === null || elapsedMs < LEAST_INTERVAL_MS ? null : (growth * 1000) / elapsedMs
}

/** Parts of a whole in percent, held within 0-100; null when either is not known or the whole is nothing. */
export function percentOf(part: number | null, whole: number | null): number | null {
  if (part === null || whole === null || whole <= 0) return null
  return Math.min(100, Math.max(0, (part / whole) * 100))
}
