import { setTimeout as sleep } from 'node:timers/promises'
import { defaultOptions, type ProcessTable } from '@taskmanager/platform'
import { readProcess } from '../../../packages/metrics/src/index.ts'
import { sweepCalls } from '../../../packages/platform/src/linux/libc.ts'
import { LinuxProcessTable } from '../../../packages/platform/src/linux/linux-process-table.ts'
import type { Reading } from './reading.ts'
import { monotonicMs } from './work-log.ts'

const TICK_MS = 1000

/** The CPU clock of a process was read after one instant and before the other, which is the one the engine took down. */
export interface Look {
  beforeMs: number
  atMs: number
}

/** A reading as the lists show it, and the two looks that it was made of. */
export interface OurReading extends Reading {
  from: Look
  to: Look
}

/** The engine as the service runs it, without the service: a sweep a second. Readings by pid. */
export async function observeWithEngine(
  pids: readonly number[],
  ticks: number,
): Promise<Map<number, OurReading[]>> {
  const calls = sweepCalls()
  if (calls === null) throw new Error('no FFI here, so there are no CPU clocks to compare')
  /** All looks of a sweep by pid: a pass may be repeated, and it may be asked once more whether a process is gone. */
  const looks = new Map<number, Look[]>()
  let latest: Look | undefined
  const engine = new LinuxProcessTable({
    ...defaultOptions,
    clock: {
      ...defaultOptions.clock,
      monotonicMs() {
        const nowMs = monotonicMs()
        if (latest !== undefined) latest.atMs = nowMs
        latest = undefined
        return nowMs
      },
    },
    calls: {
      ...calls,
      processCpuNs(pid) {
        latest = { beforeMs: monotonicMs(), atMs: NaN }
        looks.set(pid, [...(looks.get(pid) ?? []), latest])
        return calls.processCpuNs(pid)
      },
    },
  })
  const last = new Map<number, Look>()
  const results = new Map<number, OurReading[]>(pids.map((pid) => [pid, []]))
  try {
    const startMs = monotonicMs()
    for (let tick = 0; tick <= ticks; tick++) {
      await sleep(Math.max(0, startMs + tick * TICK_MS - monotonicMs()))
      looks.clear()
      const table = engine.sweep()
      for (const pid of pids) {
        const slot = slotOf(table, pid)
        const to = looks.get(pid)?.find(({ atMs }) => atMs === table.columns.cpuAtMs[slot])
        if (to === undefined) throw new Error(`no look at process ${pid} is the one taken down`)
        const from = last.get(pid)
        last.set(pid, to)
        if (from !== undefined) results.get(pid)?.push(readingOf(table, slot, from, to))
      }
    }
  } finally {
    engine.close()
  }
  return results
}

function slotOf(table: ProcessTable, pid: number): number {
  const slot = table.slots
    .subarray(0, table.count)
    .find((candidate) => table.columns.pid[candidate] === pid)
  if (slot === undefined) throw new Error(`process ${pid} is not listed`)
  return slot
}

function readingOf(table: ProcessTable, slot: number, from: Look, to: Look): OurReading {
  const percentOfCore = readProcess(table, slot).cpuPercentOfCore ?? NaN
  return { fromMs: from.atMs, toMs: to.atMs, percentOfCore, from, to }
}
