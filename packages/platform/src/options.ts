/** Where the world comes in. Defaults live here and nowhere else, so a recorded tree or a fake clock can stand in. */
export interface PlatformOptions {
  /** Root of the proc file system; a recorded tree in tests. */
  procRoot: string
  /** Root of sysfs. */
  sysRoot: string
  /** Directory with passwd and os-release. */
  etcRoot: string
  clock: Clock
}

export interface Clock {
  /** Monotonic milliseconds with fraction, for intervals. */
  monotonicMs(): number
  /** Epoch milliseconds, for instants. */
  epochMs(): number
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  epochMs: () => Date.now(),
}

export const defaultOptions: PlatformOptions = {
  procRoot: '/proc',
  sysRoot: '/sys',
  etcRoot: '/etc',
  clock: systemClock,
}
