import type { Pieces } from '@taskmanager/client'

/** One value a second for the last minute, `NaN` where unknown; oldest first. Do not write to it. */
export type MinuteOfValues = Float32Array

const SECONDS = 60
/** A few seconds more than are read: while the next ones are written, piece by piece, the minute before is still whole. */
const SLOTS = 64
/** Items between two pauses. */
const PIECE_ITEMS = 500

/**
 * A minute of one-second slots for each of many keys (processes, apps). Kept twice in a row, so that the minute is always
 * one piece of memory: reading allocates a view and copies nothing. A mean over a longer interval fills its seconds; a
 * longer silence stays unknown.
 */
export class SecondHistory<Key> {
  readonly #rings = new Map<Key, Ring>()
  #second: number | null = null
  #records = 0

  /** What comes under this key from now on is another thing. */
  forget(key: Key): void {
    this.#rings.delete(key)
  }

  /**
   * Moves on to the second of `atMs`, writes all values and forgets keys that are not among them. Done in pieces;
   * thousands are written in each sample, so the items come as they are.
   */
  *recording<Item>(
    atMs: number,
    intervalMs: number | null,
    items: Iterable<Item>,
    keyOf: (item: Item) => Key,
    valueOf: (item: Item) => number | null,
  ): Pieces<void> {
    const second = Math.floor(atMs / 1000)
    const passed = this.#second === null ? 1 : second - this.#second
    if (passed < 0) this.#rings.clear() // The clock was set back: the old seconds mean nothing now.
    this.#second = second
    const covered = Math.max(1, Math.ceil((intervalMs ?? 0) / 1000))
    this.#records += 1
    let present = 0
    for (const item of items) {
      present += 1
      if (present % PIECE_ITEMS === 0) yield
      const key = keyOf(item)
      const value = valueOf(item)
      let ring = this.#rings.get(key)
      if (ring === undefined) {
        ring = { values: new Float32Array(SLOTS * 2).fill(Number.NaN), record: 0 }
        this.#rings.set(key, ring)
      }
      ring.record = this.#records
      for (let back = Math.min(passed, SLOTS) - 1; back > 0; back -= 1) {
        write(ring.values, second - back, back < covered ? value : null)
      }
      write(ring.values, second, value)
    }
    if (present < this.#rings.size) this.#dropAbsent()
  }

  /** The minute that ends with the second of `untilMs`, or with the newest one. */
  read(key: Key, untilMs?: number): MinuteOfValues | null {
    const ring = this.#rings.get(key)
    const newest = this.#second
    if (ring === undefined || newest === null) return null
    const last = untilMs === undefined ? newest : Math.floor(untilMs / 1000)
    const first = last - SECONDS + 1
    if (last <= newest && first > newest - SLOTS) {
      const start = (last % SLOTS) + SLOTS - SECONDS + 1
      return ring.values.subarray(start, start + SECONDS)
    }
    return Float32Array.from({ length: SECONDS }, (_, index) => {
      const second = first + index
      const isHeld = second <= newest && second > newest - SLOTS
      return isHeld ? (ring.values[second % SLOTS] as number) : Number.NaN
    })
  }

  /** As it is now; what is recorded here from now on is not in the copy. */
  copy(): SecondHistory<Key> {
    const copy = new SecondHistory<Key>()
    copy.#second = this.#second
    copy.#records = this.#records
    for (const [key, { values, record }] of this.#rings) {
      copy.#rings.set(key, { values: values.slice(), record })
    }
    return copy
  }

  #dropAbsent(): void {
    for (const [key, { record }] of this.#rings) {
      if (record !== this.#records) this.#rings.delete(key)
    }
  }
}

interface Ring {
  readonly values: Float32Array
  /** Number of the record that last had it. */
  record: number
}

function write(ring: Float32Array, second: number, value: number | null): void {
  const slot = second % SLOTS
  ring[slot] = value ?? Number.NaN
  ring[slot + SLOTS] = value ?? Number.NaN
}

/** A second is known when one of them knew it; `null` when there is nothing to sum. */
export function sumMinutes(minutes: Iterable<MinuteOfValues | null>): MinuteOfValues | null {
  let sum: Float32Array | null = null
  for (const minute of minutes) {
    if (minute === null) continue
    sum ??= new Float32Array(SECONDS).fill(Number.NaN)
    // Branches of thousands are summed while a frame is drawn: no iterator here.
    for (let second = 0; second < SECONDS; second += 1) {
      const value = minute[second] as number
      const before = sum[second] as number
      if (Number.isNaN(value)) continue
      sum[second] = Number.isNaN(before) ? value : before + value
    }
  }
  return sum
}
