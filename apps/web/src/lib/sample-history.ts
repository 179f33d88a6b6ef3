/** Values of one series and their instants, oldest first. `null` is a gap: unknown, never zero. */
export interface SeriesWindow {
  readonly times: readonly number[]
  readonly values: readonly (number | null)[]
}

/**
 * The last samples of many series on one time axis, in typed arrays that are written round and never grow.
 * A series that first appears late has gaps before; one that is missing in a sample has a gap there.
 */
export class SampleHistory {
  readonly capacity: number
  readonly #times: Float64Array
  readonly #series = new Map<string, Float32Array>()
  #next = 0
  #length = 0

  constructor(capacity: number) {
    this.capacity = capacity
    this.#times = new Float64Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** Instant of the newest sample, epoch milliseconds. */
  get newest(): number | null {
    return this.#length === 0 ? null : this.#at(this.#length - 1)
  }

  has(key: string): boolean {
    return this.#series.has(key)
  }

  push(atMs: number, values: Iterable<readonly [string, number | null]>): void {
    const slot = this.#next
    this.#times[slot] = atMs
    for (const column of this.#series.values()) column[slot] = Number.NaN
    for (const [key, value] of values) {
      let column = this.#series.get(key)
      if (column === undefined) {
        column = new Float32Array(this.capacity).fill(Number.NaN)
        this.#series.set(key, column)
      }
      column[slot] = value ?? Number.NaN
    }
    this.#next = (slot + 1) % this.capacity
    this.#length = Math.min(this.capacity, this.#length + 1)
  }

  clear(): void {
    this.#next = 0
    this.#length = 0
    this.#series.clear()
  }

  /** A row without values: lines break here. */
  pushGap(atMs: number): void {
    this.push(atMs, [])
  }

  /** Samples in `(fromMs, untilMs]`, of several series on their common times. */
  window(keys: readonly string[], fromMs: number, untilMs: number) {
    const times: number[] = []
    const columns = keys.map((key) => this.#series.get(key))
    const values: (number | null)[][] = keys.map(() => [])
    for (let index = this.#firstAfter(fromMs); index < this.#length; index += 1) {
      const time = this.#at(index)
      if (time > untilMs) break
      times.push(time)
      const slot = this.#slot(index)
      for (let key = 0; key < keys.length; key += 1) {
        const value = columns[key]?.[slot]
        values[key]?.push(value === undefined || Number.isNaN(value) ? null : value)
      }
    }
    return { times, values }
  }

  series(key: string, fromMs: number, untilMs: number): SeriesWindow {
    const { times, values } = this.window([key], fromMs, untilMs)
    return { times, values: values[0] ?? [] }
  }

  #slot(index: number): number {
    return (this.#next - this.#length + index + this.capacity) % this.capacity
  }

  #at(index: number): number {
    return this.#times[this.#slot(index)] ?? Number.NaN
  }

  /** Instants only grow, so the window begins by halving. */
  #firstAfter(fromMs: number): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#at(middle) > fromMs) high = middle
      else low = middle + 1
    }
    return low
  }
}
