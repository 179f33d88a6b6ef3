/**
 * A handle that is used on other threads: closed once, and not before the calls that are under way have come back. By then
 * its number may be another's.
 */
export class GuardedHandle {
  readonly #close: () => void
  #calls = 0
  #isClosed = false

  constructor(close: () => void) {
    this.#close = close
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** What `call` answers; null: it is closed already, and `call` is not begun. */
  async use<T>(call: () => Promise<T>): Promise<T | null> {
    if (this.#isClosed) return null
    this.#calls++
    try {
      return await call()
    } finally {
      this.#calls--
      if (this.#isClosed && this.#calls === 0) this.#close()
    }
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#calls === 0) this.#close()
  }
}
