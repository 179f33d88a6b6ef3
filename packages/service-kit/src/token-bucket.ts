/** So many at once, then so many a second. Time comes in, in monotonic milliseconds. */
export class TokenBucket {
  readonly #perSecond: number
  readonly #burst: number
  readonly #now: () => number
  #level: number
  #at: number

  constructor(perSecond: number, burst: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond
    this.#burst = burst
    this.#now = now
    this.#level = burst
    this.#at = now()
  }

  /** Takes one; false when there is none left. */
  take(): boolean {
    const now = this.#now()
    this.#level = Math.min(this.#burst, this.#level + ((now - this.#at) / 1000) * this.#perSecond)
    this.#at = now
    if (this.#level < 1) return false
    this.#level -= 1
    return true
  }
}
