import type { ProcessColumns } from '../process-table.ts'
import type { SweepCalls } from './libc.ts'
import type { MachineClock } from './machine-times.ts'
import type { Newcomers } from './newcomers.ts'
import type { Waiters } from './waiters.ts'

/** Off the processor for so long, milliseconds, means that other work came in between and the instant is smeared. */
const MOST_ABSENCE_MS = 1
/** The last pass of so many is taken as it is: on a machine in great need none may be whole. */
const MOST_PASSES = 3
/** No other pass begins after so much CPU time, milliseconds: with thousands of processes one costs enough. */
const MOST_CPU_MS = 3
/** Looks for children collected meanwhile, in one pass. */
const MOST_LOOKS = 3

export interface InstantSources {
  /** null: without FFI there are no clocks, and times come with the files. */
  calls: SweepCalls | null
  machine: MachineClock
  waiters: Waiters
  newcomers: Newcomers
  monotonicMs: () => number
}

/** What the sweep before listed. */
export interface Listed {
  columns: ProcessColumns
  slots: Int32Array
  count: number
}

/**
 * The numbers that must be of one instant to add up: every CPU clock, what the machine was busy, and the waited-for
 * times of parents, those of new processes among them. They are read in one tight pass, before any other file. On a
 * busy machine a pass is interrupted for the length of others' turns; then another one is made, on a fresh turn of our
 * own.
 */
export class Instant {
  readonly #sources: InstantSources
  /** CPU time in nanoseconds, in the order of the pids; -1 for one that is gone. Of any use with FFI only. */
  clocks = new Float64Array(0)
  /** When each of them was read, monotonic milliseconds: an interruption between two clocks is no error of either. */
  clockAtMs = new Float64Array(0)

  constructor(sources: InstantSources) {
    this.#sources = sources
  }

  /** Waited-for time at the instant, milliseconds; null for those that were not read then. */
  childrenMs(pid: number): number | null {
    const { waiters, newcomers } = this.#sources
    return waiters.childrenMs(pid) ?? newcomers.of(pid)?.childrenMs ?? null
  }

  /** Answers the instant, monotonic milliseconds. */
  take(pids: Int32Array, count: number, listed: Listed): number {
    const { calls, machine, waiters, newcomers, monotonicMs } = this.#sources
    if (this.clocks.length < count) {
      this.clocks = new Float64Array(count * 2)
      this.clockAtMs = new Float64Array(count * 2)
    }
    if (calls === null) {
      const atMs = monotonicMs()
      machine.read()
      return atMs
    }
    waiters.beginSweep()
    newcomers.find(pids, count)
    let spentMs = 0
    for (let left = MOST_PASSES; ; left--) {
      const cpuBeforeNs = calls.ownThreadCpuNs()
      const fromMs = monotonicMs()
      for (let i = 0; i < count; i++) {
        this.clocks[i] = calls.processCpuNs(pids[i] as number)
        this.clockAtMs[i] = monotonicMs()
      }
      const atMs = (fromMs + monotonicMs()) / 2
      machine.read()
      newcomers.read()
      const isWhole = this.#readWaiters(calls, pids, count, listed)
      const cpuMs = (calls.ownThreadCpuNs() - cpuBeforeNs) / 1e6
      spentMs += cpuMs
      const absentMs = monotonicMs() - fromMs - cpuMs
      const isLast = left === 1 || spentMs >= MOST_CPU_MS
      if (isLast || (isWhole && absentMs < MOST_ABSENCE_MS)) return atMs
    }
  }

  /**
   * A child may be collected after its clock was read and before its parent was: then its whole life is in the
   * parent's time and on its own clock. So the children of those that waited are asked once more, and those that are
   * gone have ended. False when a parent waited for yet another one at every look.
   */
  #readWaiters(calls: SweepCalls, pids: Int32Array, count: number, listed: Listed): boolean {
    const { waiters } = this.#sources
    waiters.read()
    for (let left = MOST_LOOKS; left > 0; left--) {
      const parents = waiters.risen()
      if (parents.size === 0) return true
      this.#endCollected(calls, pids, count, listed, parents)
      if (!waiters.read()) return true
    }
    return false
  }

  #endCollected(
    calls: SweepCalls,
    pids: Int32Array,
    count: number,
    listed: Listed,
    parents: ReadonlySet<number>,
  ): void {
    const { pid, ppid } = listed.columns
    for (let i = 0; i < listed.count; i++) {
      const slot = listed.slots[i] as number
      if (!parents.has(ppid[slot] as number) || calls.processCpuNs(pid[slot] as number) >= 0)
        continue
      const at = indexOf(pids, count, pid[slot] as number)
      if (at >= 0) this.clocks[at] = -1
    }
  }
}

/** Position in ascending pids, as the kernel lists them; -1 for none. */
function indexOf(pids: Int32Array, count: number, pid: number): number {
  let low = 0
  let high = count - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const here = pids[middle] as number
    if (here === pid) return middle
    if (here < pid) low = middle + 1
    else high = middle - 1
  }
  return -1
}
