import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readResultOf } from '../read-result.ts'
import { SlicedWork } from '../sliced-work.ts'
import { parseIoDelay, parseRunDelay } from './tables.ts'

/** How long the living threads of a process have waited since each began; null: not told, or too many to be read. */
export interface ThreadWaits {
  /** For a CPU, nanoseconds. */
  runDelayNs: number | null
  /** For a disk, ticks. */
  ioDelayTicks: number | null
}

/** The files of the process itself tell of its first thread alone. Source: proc_pid_task(5). */
export async function readThreadWaits(directory: string): Promise<ThreadWaits> {
  const nothing = { runDelayNs: null, ioDelayTicks: null }
  const task = path.join(directory, 'task')
  const work = new SlicedWork()
  const sums: ThreadWaits = { ...nothing }
  for (const tid of namesIn(task)) {
    if (!(await work.goesOn())) return nothing
    const delay = parseRunDelay(textOf(path.join(task, tid, 'schedstat')).toString())
    const ticks = parseIoDelay(textOf(path.join(task, tid, 'stat')))
    if (delay !== null) sums.runDelayNs = (sums.runDelayNs ?? 0) + delay.waitedNs
    if (ticks !== null) sums.ioDelayTicks = (sums.ioDelayTicks ?? 0) + ticks
  }
  return sums
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    readResultOf(error)
    return []
  }
}

function textOf(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    readResultOf(error)
    return Buffer.alloc(0)
  }
}
