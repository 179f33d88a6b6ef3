import type { Clock } from './options.ts'

/** Hardware is plugged in rarely, and looking for what is not there costs as much as reading it. */
const NOTHING_EVERY_MS = 30_000

export interface BackgroundOptions<T> {
  read: () => Promise<T>
  everyMs: number
  /** Older values are not shown any more. */
  staleAfterMs: number
  /** What tells that there is nothing here to read; then it is looked for again only every half minute. */
  isNothing?: (value: T) => boolean
  clock: Clock
  onError: (error: unknown) => void
}

/**
 * Something that is slow or may hang (sensors, drivers, network mounts), read beside the tick on its own clock. A read
 * that never ends is never started a second time, so it can hold one thread and nothing else.
 */
export class BackgroundReading<T> {
  readonly #options: BackgroundOptions<T>
  #value: { value: T; atMs: number } | null = null
  #startedMs: number | null = null
  #running: Promise<void> | null = null

  constructor(options: BackgroundOptions<T>) {
    this.#options = options
  }

  /** Starts a read when it is due and none is under way. Answers the one under way, for the first sample to wait for. */
  poll(): Promise<void> | null {
    const now = this.#options.clock.monotonicMs()
    const due = this.#startedMs === null || now - this.#startedMs >= this.#everyMs
    if (this.#running === null && due) {
      this.#startedMs = now
      this.#running = this.#run()
    }
    return this.#running
  }

  get #everyMs(): number {
    const { everyMs, isNothing } = this.#options
    const nothing = this.#value !== null && isNothing?.(this.#value.value) === true
    return nothing ? Math.max(everyMs, NOTHING_EVERY_MS) : everyMs
  }

  async #run() {
    try {
      const value = await this.#options.read()
      this.#value = { value, atMs: this.#options.clock.monotonicMs() }
    } catch (error) {
      this.#options.onError(error)
    } finally {
      this.#running = null
    }
  }

  /** The last value, or null when there is none or it is too old to be shown. */
  get(): T | null {
    if (this.#value === null) return null
    const ageMs = this.#options.clock.monotonicMs() - this.#value.atMs
    const staleAfterMs = this.#options.staleAfterMs + this.#everyMs - this.#options.everyMs
    return ageMs > staleAfterMs ? null : this.#value.value
  }
}
