import { ACCESS, type ProcessColumns } from '../process-table.ts'
import { DENIED, FAILED } from './kept-descriptors.ts'
import { lineValue } from './keyed-lines.ts'

const PSS = Buffer.from('Pss:')
const CLEAN = Buffer.from('Private_Clean:')
const DIRTY = Buffer.from('Private_Dirty:')
const SWAP = Buffer.from('Swap:')
const KIB = 1024

export interface MemoryTruthWorld {
  /** Reads smaps_rollup of a pid into the buffer: length, GONE, DENIED or FAILED. */
  read(pid: number, buffer: Buffer): number
  monotonicMs(): number
  epochMs(): number
}

/**
 * PSS, USS and swap, which cost fifty times what a row costs: the kernel walks every mapping. So a tick reads only
 * the processes that are biggest and longest unread, within its time. Source: smaps_rollup, proc_pid_smaps(5).
 */
export class MemoryTruth {
  readonly #world: MemoryTruthWorld
  readonly #budgetMs: number
  readonly #buffer = Buffer.allocUnsafe(4096)
  /** When a slot was read, monotonic: the wall clock may be set back, and ages would be wrong for as long. */
  readonly #readAtMs: number[] = []

  constructor(world: MemoryTruthWorld, budgetMs: number) {
    this.#world = world
    this.#budgetMs = budgetMs
  }

  /** Reads at least one process a tick, so that every one has its turn. */
  sample(columns: ProcessColumns, slots: Int32Array, count: number): void {
    const now = this.#world.monotonicMs()
    const stopAt = now + this.#budgetMs
    for (;;) {
      const slot = worstSlot(columns, slots, count, (each) => now - (this.#readAtMs[each] ?? 0))
      if (slot < 0) return
      if (!this.#readSlot(columns, slot)) return
      this.#readAtMs[slot] = now
      if (this.#world.monotonicMs() >= stopAt) return
    }
  }

  /** false when nothing can be read just now, of whatever process. */
  #readSlot(columns: ProcessColumns, slot: number): boolean {
    const buffer = this.#buffer
    const length = this.#world.read(columns.pid[slot] as number, buffer)
    if (length === FAILED) return false
    columns.touched[slot] = 1
    columns.memoryAtMs[slot] = this.#world.epochMs()
    if (length < 0) {
      columns.memoryAccess[slot] = length === DENIED ? ACCESS.denied : ACCESS.unsupported
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

/** Least time between two readings of one process, milliseconds. */
const FRESH_MS = 5000

/** The slot with most bytes times age; -1 when all are fresh. A process never read comes before all read ones. */
function worstSlot(
  columns: ProcessColumns,
  slots: Int32Array,
  count: number,
  ageOf: (slot: number) => number,
): number {
  let worst = -1
  let most = 0
  for (let i = 0; i < count; i++) {
    const slot = slots[i] as number
    const rss = columns.rssBytes[slot] as number
    const access = columns.memoryAccess[slot]
    if (!(rss > 0) || access === ACCESS.denied || access === ACCESS.unsupported) continue
    const age = access === ACCESS.unknown ? 1e12 : ageOf(slot)
    if (age < FRESH_MS || rss * age <= most) continue
    most = rss * age
    worst = slot
  }
  return worst
}
