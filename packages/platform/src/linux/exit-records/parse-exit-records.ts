import { cleanName } from '../../text/clean.ts'
import { forEachAttribute, forEachMessage, HEADER_BYTES, LITTLE } from './generic-netlink.ts'

/** A process whose last thread ended. Numbers are those of the first pid namespace. */
export interface ExitRecord {
  pid: number
  /** Parent at the end: who is told of it, and usually waits. */
  ppid: number
  uid: number
  /** As wait(2) tells it. */
  waitStatus: number
  /** The kernel's short name of the last thread, cleaned. */
  name: string
  /**
   * CPU time of the whole process, nanoseconds: at least so much. The kernel writes the record before it takes the
   * address space down and does not bring the running thread's clock up to date for it, so that up to a tick of the
   * scheduler (1 to 10 ms) and the taking down are missing. A program of 0.5 ms often says 0.
   */
  leastCpuNs: number
}

// Source: linux/taskstats.h, Documentation/accounting/taskstats.rst
const TASKSTATS_CMD_NEW = 2
const TYPE_STATS = 3
const TYPE_AGGR_PID = 4
const TYPE_AGGR_TGID = 5
const AGROUP = 0x20
const COMM_BYTES = 32
/** AGROUP, by which a process's end is told from a thread's, came with version 12 (Linux 5.19). */
const OLDEST_VERSION = 12
/** Put counters into the middle (Linux 6.14 and 6.15), which 16 took out again. */
const SHIFTED_VERSION = 15

const at = {
  exitCode: 4,
  flags: 8,
  swapDelayNs: 56,
  cpuNs: 72,
  comm: 80,
  uid: 120,
  ppid: 132,
  tgid: 368,
} as const
const NEEDED_BYTES = 372

/**
 * Appends the processes that ended to `into`; a thread that ended in a living process is none. Cut, foreign, older and
 * shifted messages give nothing; never throws.
 */
export function parseExitRecords(bytes: Uint8Array, family: number, into: ExitRecord[]): void {
  forEachMessage(bytes, (view, from, end) => {
    const { thread, group } = statisticsIn(view, from, end, family)
    if (thread < 0 || (view.getUint8(thread + at.flags) & AGROUP) === 0) return
    into.push({
      pid: view.getUint32(thread + at.tgid, LITTLE),
      ppid: view.getUint32(thread + at.ppid, LITTLE),
      uid: view.getUint32(thread + at.uid, LITTLE),
      waitStatus: view.getUint32(thread + at.exitCode, LITTLE),
      name: nameAt(bytes, thread + at.comm),
      // Of a process that ever had threads the kernel keeps the sum; any other is its only thread.
      leastCpuNs: Number(view.getBigUint64((group < 0 ? thread : group) + at.cpuNs, LITTLE)),
    })
  })
}

/** Of an answer about a whole process: what its threads have waited for swapped memory, nanoseconds; null: it is none. */
export function parseSwapDelay(bytes: Uint8Array, family: number): number | null {
  let delay: number | null = null
  forEachMessage(bytes, (view, from, end) => {
    const { group } = statisticsIn(view, from, end, family)
    if (group >= 0) delay = Number(view.getBigUint64(group + at.swapDelayNs, LITTLE))
  })
  return delay
}

/** Whether an answer of this kernel about a thread has the fields that records are read by. */
export function hasKnownFields(bytes: Uint8Array, family: number): boolean {
  let known = false
  forEachMessage(bytes, (view, from, end) => {
    known ||= statisticsIn(view, from, end, family).thread >= 0
  })
  return known
}

/** Where the statistics of the last thread and of its whole process begin; -1 for none. */
function statisticsIn(view: DataView, from: number, end: number, family: number) {
  const found = { thread: -1, group: -1 }
  const isNews =
    end - from >= HEADER_BYTES &&
    view.getUint16(from + 4, LITTLE) === family &&
    view.getUint8(from + 16) === TASKSTATS_CMD_NEW
  if (!isNews) return found
  forEachAttribute(view, from + HEADER_BYTES, end, (aggregate, start, to) => {
    forEachAttribute(view, start, to, (type, stats, statsEnd) => {
      if (type !== TYPE_STATS || statsEnd - stats < NEEDED_BYTES) return
      const version = view.getUint16(stats, LITTLE)
      // The sum of a process has no version of its own: all but the times is left empty.
      if (aggregate === TYPE_AGGR_TGID) found.group = stats
      else if (aggregate !== TYPE_AGGR_PID) return
      else if (version >= OLDEST_VERSION && version !== SHIFTED_VERSION) found.thread = stats
    })
  })
  return found
}

function nameAt(bytes: Uint8Array, from: number): string {
  const field = bytes.subarray(from, from + COMM_BYTES)
  const length = field.indexOf(0)
  return cleanName(length < 0 ? field : field.subarray(0, length))
}
