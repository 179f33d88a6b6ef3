const KEPT_MS = 2000

/** Reads when somebody asks and shares that for two seconds; a reading that failed is not kept: the next caller tries again. */
export class KeptReading<T> {
  readonly #read: () => Promise<T>
  readonly #now: () => number
  #kept: { reading: Promise<T>; atMs: number } | null = null

  /** @param now monotonic milliseconds */
  constructor(read: () => Promise<T>, now: () => number = () => performance.now()) {
    this.#read = read
    this.#now = now
  }

  get(): Promise<T> {
    const now = this.#now()
    if (this.#kept !== null && now - this.#kept.atMs < KEPT_MS) return this.#kept.reading
    const kept = { reading: this.#read(), atMs: now }
    this.#kept = kept
    kept.reading.catch(() => {
      if (this.#kept === kept) this.#kept = null
    })
    return kept.reading
  }

  /** Something was changed: the next caller shall see it. */
  forget(): void {
    this.#kept = null
  }
}
