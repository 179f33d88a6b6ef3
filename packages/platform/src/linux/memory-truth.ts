import { ACCESS, DISK_SLEEP, type ProcessColumns } from '../process-table.ts'
import { BiggestFirst } from './biggest-first.ts'
import { DENIED, FAILED } from './kept-descriptors.ts'
import { lineValue } from './keyed-lines.ts'

const PSS = Buffer.from('Pss:')
const CLEAN = Buffer.from('Private_Clean:')
const DIRTY = Buffer.from('Private_Dirty:')
const SWAP = Buffer.from('Swap:')
const KIB = 1024
/** Least time between two readings of one process, milliseconds. */
const FRESH_MS = 5000
/** After a reading that found nothing though the process lives, milliseconds. */
const RETRY_MS = 60_000

/** Time not spent is saved up to so much, milliseconds, and is there at the start: the first figures come soon. */
const MOST_CREDIT_MS = 50

export interface MemoryTruthWorld {
  /** Reads smaps_rollup of a pid into the buffer: length, GONE, DENIED or FAILED. */
  read(pid: number, buffer: Buffer): number
  monotonicMs(): number
  epochMs(): number
}

/**
 * PSS, USS and swap, which cost fifty times what a row costs: the kernel walks every mapping. So a tick reads only some
 * processes, within its time: by turns the biggest never read, and the one whose bytes times age are most. So all have
 * their turn, and neither a crowd of new processes nor the big ones keep the others waiting for good. One
 * that waits for a disk is left for later.
 * Source: smaps_rollup, proc_pid_smaps(5).
 */
export class MemoryTruth {
  readonly #world: MemoryTruthWorld
  readonly #budgetMs: number
  readonly #buffer = Buffer.allocUnsafe(4096)
  readonly #unread = new BiggestFirst()
  readonly #stale = new BiggestFirst()
  /** When a slot was read, monotonic: the wall clock may be set back, and ages would be wrong for as long. */
  readonly #readAtMs: number[] = []
  #isTurnOfStale = false
  #creditMs = MOST_CREDIT_MS

  /** @param budgetMs what a tick takes on average: one long reading is paid for by ticks without any */
  constructor(world: MemoryTruthWorld, budgetMs: number) {
    this.#world = world
    this.#budgetMs = budgetMs
  }

  sample(columns: ProcessColumns, slots: Int32Array, count: number): void {
    const budgetMs = this.#budgetMs
    this.#creditMs = Math.min(MOST_CREDIT_MS, this.#creditMs + budgetMs)
    if (this.#creditMs <= 0) return
    const now = this.#world.monotonicMs()
    const stopAt = now + budgetMs
    do {
      if (this.#unread.isEmpty && this.#stale.isEmpty) this.#choose(columns, slots, count, now)
      const slot = this.#next()
      if (slot < 0) break
      if (!this.#readSlot(columns, slot)) break
      this.#readAtMs[slot] = now
    } while (this.#world.monotonicMs() < stopAt)
    this.#creditMs -= this.#world.monotonicMs() - now
    // Sizes and processes are others at the next tick.
    this.#unread.clear()
    this.#stale.clear()
  }

  /** One look at all for several readings: at 10,000 processes it takes as long as a small reading. */
  #choose(columns: ProcessColumns, slots: Int32Array, count: number, now: number): void {
    for (let i = 0; i < count; i++) {
      const slot = slots[i] as number
      const rss = columns.rssBytes[slot] as number
      if (!(rss > 0) || columns.status[slot] === DISK_SLEEP) continue
      const access = columns.memoryAccess[slot]
      const wasTried = !Number.isNaN(columns.memoryAtMs[slot])
      const age = wasTried ? now - (this.#readAtMs[slot] ?? 0) : Infinity
      if (access === ACCESS.unknown && age >= RETRY_MS) this.#unread.offer(slot, rss)
      if (access === ACCESS.ok && age >= FRESH_MS) this.#stale.offer(slot, rss * age)
    }
  }

  /** Slot to read next; -1 when none is due. */
  #next(): number {
    this.#isTurnOfStale = !this.#isTurnOfStale
    const [first, second] = this.#isTurnOfStale
      ? [this.#stale, this.#unread]
      : [this.#unread, this.#stale]
    return first.isEmpty ? second.take() : first.take()
  }

  /** false when nothing can be read just now, of whatever process. */
  #readSlot(columns: ProcessColumns, slot: number): boolean {
    const buffer = this.#buffer
    const length = this.#world.read(columns.pid[slot] as number, buffer)
    if (length === FAILED) return false
    columns.touched[slot] = 1
    columns.memoryAtMs[slot] = this.#world.epochMs()
    if (length < 0) {
      columns.memoryAccess[slot] = length === DENIED ? ACCESS.denied : ACCESS.unknown
      return true
    }
    const pss = lineValue(buffer, length, PSS)
    if (pss < 0) {
      columns.memoryAccess[slot] = ACCESS.unsupported
      return true
    }
    columns.memoryAccess[slot] = ACCESS.ok
    columns.pssBytes[slot] = pss * KIB
    columns.ussBytes[slot] = bytesOf(
      lineValue(buffer, length, CLEAN),
      lineValue(buffer, length, DIRTY),
    )
    columns.swapBytes[slot] = bytesOf(lineValue(buffer, length, SWAP))
    return true
  }
}

/** Sum in bytes of values in KiB; NaN, which is unknown, when a line is missing. */
const bytesOf = (...kib: number[]) =>
  kib.some((value) => value < 0) ? NaN : kib.reduce((sum, value) => sum + value) * KIB
