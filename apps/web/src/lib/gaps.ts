import { formatDuration } from './format.ts'

/** A stretch of time of which nothing is known, and why. Epoch milliseconds. */
export interface Gap {
  readonly fromMs: number
  readonly untilMs: number
  /** slept: the machine stood still · clock: it was set · silent: no answer came */
  readonly reason: 'slept' | 'clock' | 'silent'
}

/** What a frame tells about its place in time. */
export interface FrameTime {
  readonly seq: number
  readonly sampled_at_ms: number
  /** Length of its interval by a clock that nobody sets. */
  readonly interval_ms: number | null
  /** The service itself saw that far more time went by than it had asked for. */
  readonly gap: boolean
}

/** Fewer missed samples than these are a slow answer, not a gap. */
const MISSED = 2.5

/** The gap between two frames that follow each other on the page; `null`: there is none. */
export function gapBetween(previous: FrameTime, next: FrameTime): Gap | null {
  const passed = next.sampled_at_ms - previous.sampled_at_ms
  const expected = Math.max(next.interval_ms ?? 1000, 1000)
  const [fromMs, untilMs] = [previous.sampled_at_ms, next.sampled_at_ms]
  if (next.gap) return { fromMs, untilMs, reason: 'slept' }
  if (passed <= MISSED * expected) return null
  const followsOn = next.seq === previous.seq + 1 && next.interval_ms !== null
  return { fromMs, untilMs, reason: followsOn ? 'clock' : 'silent' }
}

/** `slept 2 h`, `no data 12 s`, `clock set ahead 1 h`. */
export function describeGap({ fromMs, untilMs, reason }: Gap): string {
  const length = formatDuration(Math.round((untilMs - fromMs) / 1000))
  if (reason === 'slept') return `slept ${length}`
  return reason === 'clock' ? `clock set ahead ${length}` : `no data ${length}`
}

/** An answer that took the slow way round is older than what is shown; a clock set back makes all time anew. */
export function isLateAnswer(previous: FrameTime, next: FrameTime): boolean {
  const back = previous.sampled_at_ms - next.sampled_at_ms
  return next.seq === previous.seq || (next.seq < previous.seq && back >= 0 && back < 60_000)
}
