import { formatClock, formatShortClock } from './format.ts'

export interface Tick {
  readonly atMs: number
  /** `14:04`, or `14:04:20` where the range is shorter than the minutes are wide. */
  readonly text: string
}

const MINUTE = 60_000
const STEPS = [MINUTE / 6, MINUTE / 2, MINUTE, 2 * MINUTE, 5 * MINUTE]
/** Pixels of a label with the space beside it; those with seconds are longer. */
const LABEL = { short: 64, long: 84 }
/** At the ends stand other words: the left label would be cut in half, the right one would run into "now". */
const NOW = 30

/** Round instants between two others, as many as have room on `width` pixels. Local time. */
export function tickTimes(fromMs: number, untilMs: number, width: number): Tick[] {
  const spanMs = untilMs - fromMs
  const hasSeconds = spanMs <= 2 * MINUTE
  const label = hasSeconds ? LABEL.long : LABEL.short
  const msOf = (pixels: number) => (pixels / Math.max(1, width)) * spanMs
  const leastMs = msOf(label)
  const step = STEPS.find((one) => one >= leastMs && (hasSeconds || one >= MINUTE)) ?? spanMs
  const print = hasSeconds ? formatClock : formatShortClock
  const ticks: Tick[] = []
  const roomMs = msOf(label / 2 + NOW)
  for (let at = Math.ceil((fromMs + roomMs) / step) * step; at <= untilMs - roomMs; at += step) {
    ticks.push({ atMs: at, text: print(at) })
  }
  return ticks
}
