import { readFileSync } from 'node:fs'
import { sweepCalls } from '../packages/platform/src/linux/libc.ts'
import { pssBytes } from '../packages/service-kit/src/own-cost.ts'

const calls = sweepCalls()
/** USER_HZ. Source: time(7). */
const MS_PER_TICK = 10

/**
 * CPU time of a process so far, all of its threads, without its children. From its own clock, to the nanosecond; from
 * `/proc/<pid>/stat` in ticks of 10 ms where that cannot be asked. NaN when it is gone.
 */
export function processCpuMs(pid: number): number {
  if (calls !== null) {
    const ns = calls.processCpuNs(pid)
    return ns < 0 ? Number.NaN : ns / 1e6
  }
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK
  } catch {
    return Number.NaN
  }
}

/** Proportional share of memory; null when it may not be read. Source: smaps_rollup, proc_pid_smaps(5). */
export function processPssBytes(pid: number): number | null {
  try {
    return pssBytes(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
  } catch {
    return null
  }
}
