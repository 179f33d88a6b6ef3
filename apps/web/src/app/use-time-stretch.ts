import { isOld, useConnectionState } from '../stores/connection.ts'
import { useServiceClock, useStats } from '../stores/live-stats.ts'
import { usePreference } from '../stores/preferences.ts'

/** Of a second at most nobody says that it is missing. */
const LEAST_UNKNOWN_MS = 1500

export interface TimeStretch {
  readonly fromMs: number
  readonly untilMs: number
  readonly spanMs: number
  /** From here to the end nothing is known; `null`: all of it is. */
  readonly unknownFromMs: number | null
  /** Whether it ends with the present. */
  readonly isNow: boolean
}

/**
 * What the time bar shows: it ends with the newest sample, while the page is paused with the one it was paused at. When no
 * more come it goes on with the clock, until half of it is unknown: what is known stays.
 */
export function useTimeStretch(minutes: number): TimeStretch {
  const newestMs = useStats((stats) => stats?.sampled_at_ms ?? null)
  const isLate = isOld(useConnectionState('stats'))
  const paused = usePreference('paused')
  const now = useServiceClock()
  const spanMs = minutes * 60_000
  const knownMs = newestMs ?? now
  const isUnknown = isLate && !paused && now - knownMs > LEAST_UNKNOWN_MS
  const untilMs = isUnknown ? Math.min(now, knownMs + spanMs / 2) : knownMs
  return {
    fromMs: untilMs - spanMs,
    untilMs,
    spanMs,
    unknownFromMs: isUnknown ? knownMs : null,
    isNow: !paused && (!isUnknown || untilMs === now),
  }
}
