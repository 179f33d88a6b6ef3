import type { ProcessColumns } from '../process-table.ts'
import { ProcParseError } from '../read-result.ts'
import type { KeptDescriptors } from './kept-descriptors.ts'
import { parseProcPidStat, ProcStatRecord } from './parse-stat.ts'
import type { Slots } from './slots.ts'

interface Waiter {
  /** CPU time of waited-for children at the last read, milliseconds; NaN: not read. */
  childrenMs: number
  /** Sweeps since it last rose. */
  quietSweeps: number
}

/** After so many sweeps without a rise a parent is read with all others again. */
const MOST_QUIET_SWEEPS = 30
const STAT_BYTES = 1024

export interface WaiterFiles {
  kept: KeptDescriptors
  slots: Slots
  columns: ProcessColumns
  statFile(pid: number): string
  msPerTick: number
}

/**
 * The parents that lately waited for children. There are few, and what they waited for must be of the same instant as
 * the clocks: a shell that starts programs without a pause waits for many more while a sweep reads its files.
 */
export class Waiters {
  readonly #files: WaiterFiles
  readonly #byPid = new Map<number, Waiter>()
  readonly #buffer = Buffer.allocUnsafe(STAT_BYTES)
  readonly #stat = new ProcStatRecord()

  constructor(files: WaiterFiles) {
    this.#files = files
  }

  /** A process's waited-for time rose. */
  note(pid: number): void {
    const known = this.#byPid.get(pid)
    if (known === undefined) this.#byPid.set(pid, { childrenMs: NaN, quietSweeps: 0 })
    else known.quietSweeps = 0
  }

  forget(pid: number): void {
    this.#byPid.delete(pid)
  }

  /** Waited-for time at the instant, milliseconds; null for those that are not read then. */
  childrenMs(pid: number): number | null {
    const childrenMs = this.#byPid.get(pid)?.childrenMs
    return childrenMs === undefined || Number.isNaN(childrenMs) ? null : childrenMs
  }

  /** Call once a sweep, before the first read. */
  beginSweep(): void {
    for (const [pid, waiter] of this.#byPid) {
      if (++waiter.quietSweeps > MOST_QUIET_SWEEPS) this.#byPid.delete(pid)
      else waiter.childrenMs = NaN
    }
  }

  /** Reads all of them. Answers whether any rose since the read before. */
  read(): boolean {
    let hasRisen = false
    for (const [pid, waiter] of this.#byPid) {
      const childrenMs = this.#read(pid)
      if (childrenMs > waiter.childrenMs) hasRisen = true
      waiter.childrenMs = childrenMs
    }
    return hasRisen
  }

  /** Pids of those that waited since the last sweep. */
  risen(): Set<number> {
    const pids = new Set<number>()
    const { slots, columns } = this.#files
    for (const [pid, { childrenMs }] of this.#byPid) {
      const slot = slots.ofPid.get(pid)
      if (slot !== undefined && childrenMs > (columns.childrenCpuMs[slot] as number)) pids.add(pid)
    }
    return pids
  }

  #read(pid: number): number {
    const { kept, slots, columns, msPerTick } = this.#files
    const slot = slots.ofPid.get(pid)
    if (slot === undefined) return NaN
    const file = () => this.#files.statFile(pid)
    const length = kept.read(slots.stat[slot] ?? -1, file, this.#buffer)
    if (length < 0) return NaN
    try {
      const stat = parseProcPidStat(this.#buffer, length, this.#stat)
      if (stat.starttimeTicks !== columns.startTicks[slot]) return NaN
      return (stat.cutimeTicks + stat.cstimeTicks) * msPerTick
    } catch (error) {
      if (!(error instanceof ProcParseError)) throw error
      return NaN // counted as skipped where the whole row is read
    }
  }
}
