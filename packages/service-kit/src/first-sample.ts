/** The slowest first sample that is not broken, with room: that of the machine waits up to 0.4 s for slow sources. */
const WITHIN_MS = 3000

/** Requests that come before there is a sample: they wait for it, and not for ever. */
export class FirstSample {
  readonly #waiting = new Set<() => void>()

  /** It has come. */
  tell(): void {
    for (const goOn of this.#waiting) goOn()
  }

  /** Resolves when it has come, and when the time is over. */
  async wait(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, WITHIN_MS)
    this.#waiting.add(resolve)
    await promise
    clearTimeout(timer)
    this.#waiting.delete(resolve)
  }
}
