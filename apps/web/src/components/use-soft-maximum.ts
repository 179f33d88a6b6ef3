import { nextSoftMaximum, type SoftMaximum } from '../lib/soft-maximum.ts'
import { statsHistory, useStats } from '../stores/live-stats.ts'

const BOLD_MS = 2000

/** What an axis of network traffic counts, by the unit the user chose. */
export const NETWORK_SCALE = { bits: 8, bytes: 1 } as const

/** Axes by their series and length: they go on when a chart leaves the screen, and two views of one agree. */
const axes = new Map<string, { readonly atMs: number; readonly soft: SoftMaximum }>()

interface AxisOptions {
  readonly keys: readonly string[]
  readonly seconds: number
  readonly least: number
  readonly scale: number
}

/** The axis at an instant; asked twice for one instant it is the same. */
function axisAt(nowMs: number, { keys, seconds, least, scale }: AxisOptions): SoftMaximum {
  const id = `${keys.join(' ')} ${seconds} ${least} ${scale}`
  const before = axes.get(id)
  if (before?.atMs === nowMs) return before.soft
  const { values } = statsHistory.window(keys, nowMs - seconds * 1000, nowMs)
  let peak = 0
  for (const series of values) for (const value of series) peak = Math.max(peak, value ?? 0)
  const soft = nextSoftMaximum(before?.soft ?? null, peak * scale, nowMs, least * scale)
  axes.set(id, { atMs: nowMs, soft })
  return soft
}

/**
 * Top of the axis of a rate, from the peak of the series in sight. `scale` turns bytes into what the axis counts
 * (8 for bits), so that its steps are round in that unit.
 */
export function useSoftMaximum(
  keys: readonly string[],
  seconds: number,
  least: number,
  scale = 1,
): { readonly maximum: number; readonly bold: boolean } {
  const nowMs = useStats((stats) => stats?.sampled_at_ms ?? 0)
  const soft = axisAt(nowMs, { keys, seconds, least, scale })
  return {
    maximum: soft.maximum / scale,
    bold: soft.changedAtMs !== null && nowMs - soft.changedAtMs < BOLD_MS,
  }
}
