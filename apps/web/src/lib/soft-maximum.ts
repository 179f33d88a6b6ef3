/** Top of a rate axis: grows at once, shrinks only after half a minute of quiet, never clips. */
export interface SoftMaximum {
  readonly maximum: number
  /** Since when the peak fits in half of it, epoch milliseconds. */
  readonly quietSinceMs: number | null
  /** When it last changed: its label is bold for two seconds. */
  readonly changedAtMs: number | null
}

const HEADROOM = 1.15
const SHRINK_AFTER_MS = 30_000
const STEPS = [1, 2, 2.5, 5, 10]

/** The next of 1, 2, 2.5, 5 × 10ⁿ that is at least `value`. */
export function niceCeiling(value: number): number {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = STEPS.find((candidate) => candidate * power >= value * (1 - 1e-9)) ?? 10
  return step * power
}

export function nextSoftMaximum(
  before: SoftMaximum | null,
  peak: number,
  nowMs: number,
  least: number,
): SoftMaximum {
  const wanted = Math.max(least, niceCeiling(peak * HEADROOM))
  if (before === null) return { maximum: wanted, quietSinceMs: null, changedAtMs: null }
  if (wanted > before.maximum) return { maximum: wanted, quietSinceMs: null, changedAtMs: nowMs }
  const quiet = peak < before.maximum / 2 && wanted < before.maximum
  if (!quiet) return before.quietSinceMs === null ? before : { ...before, quietSinceMs: null }
  const since = before.quietSinceMs ?? nowMs
  if (nowMs - since >= SHRINK_AFTER_MS) {
    return { maximum: wanted, quietSinceMs: null, changedAtMs: nowMs }
  }
  return before.quietSinceMs === null ? { ...before, quietSinceMs: since } : before
}
