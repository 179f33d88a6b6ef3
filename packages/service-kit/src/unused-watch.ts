/** Exit code of an elevated service that nobody used: EX_TEMPFAIL of sysexits.h. The launcher goes on without elevation. */
export const UNUSED_EXIT_CODE = 75

const POLL_MS = 10_000

export interface UnusedOptions {
  limitMs: number
  onUnused: () => void
  /** Monotonic milliseconds. */
  now?: () => number
}

/**
 * Tells once when rights were not used for a while. Used means: a request or a stream presented a token that is right. A
 * stream counts when it is opened and not while it stays open, and neither what the same user reads without a token nor a
 * log that is followed counts: a page that was forgotten in a tab must not keep the rights.
 */
export class UnusedWatch {
  readonly #limitMs: number
  readonly #onUnused: () => void
  readonly #now: () => number
  readonly #timer: NodeJS.Timeout
  #usedAtMs: number

  constructor({ limitMs, onUnused, now = () => performance.now() }: UnusedOptions) {
    this.#limitMs = limitMs
    this.#onUnused = onUnused
    this.#now = now
    this.#usedAtMs = now()
    this.#timer = setInterval(() => this.check(), Math.min(POLL_MS, limitMs)).unref()
  }

  /** The rights were used just now. */
  note(): void {
    this.#usedAtMs = this.#now()
  }

  /** Looks whether the time is over. By itself every 10 s. */
  check(): void {
    if (this.#now() - this.#usedAtMs < this.#limitMs) return
    this.stop()
    this.#onUnused()
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
