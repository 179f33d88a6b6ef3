import type { Clock } from '@taskmanager/platform'

export interface FakeClock extends Clock {
  /** Both clocks go on. */
  advance(ms: number): void
  /** Somebody set the wall clock; the monotonic one does not care. */
  jump(ms: number): void
}

/** A clock that moves only when told. Starts at 2026-01-01T00:00:00Z, 1,000 s after boot. */
export function fakeClock(epochMs = Date.UTC(2026, 0, 1), monotonicMs = 1_000_000): FakeClock {
  let epoch = epochMs
  let monotonic = monotonicMs
  return {
    epochMs: () => epoch,
    monotonicMs: () => monotonic,
    advance(ms) {
      epoch += ms
      monotonic += ms
    },
    jump(ms) {
      epoch += ms
    },
  }
}
