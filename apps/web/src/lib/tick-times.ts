export interface Tick {
  readonly atMs: number
  /** `14:04`, or `14:04:20` where the range is shorter than the minutes are wide. */
  readonly text: string
}

const MINUTE = 60_000

/** Round instants between two others: every minute, or every 10 s within one minute. Local time. */
export function tickTimes(fromMs: number, untilMs: number): Tick[] {
  const short = untilMs - fromMs <= 2 * MINUTE
  const step = short ? MINUTE / 6 : MINUTE
  const format = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(short && { second: '2-digit' }),
  })
  const ticks: Tick[] = []
  // The ends stay free: the left label would be cut, the right one is "now".
  const room = (untilMs - fromMs) / 25
  for (let at = Math.ceil((fromMs + room) / step) * step; at <= untilMs - room; at += step) {
    ticks.push({ atMs: at, text: format.format(at) })
  }
  return ticks
}
