import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readTarget } from '../control/target-facts.ts'
import { parseRunDelay } from '../detail/tables.ts'
import { formatStartId, readBootId } from '../linux/start-id.ts'
import type { Clock, PlatformOptions } from '../options.ts'
import { ProcParseError, readResultOf, type ReadResult } from '../read-result.ts'
import { SlicedWork } from '../sliced-work.ts'
import type {
  AskedFields,
  AskedProcess,
  AskedSample,
  FiguresProvider,
  RunDelaySample,
} from './figures-provider.ts'

/** Source: proc_pid_fd(5), proc_pid_task(5), `schedstat` of each thread (sched-stats.rst). All of it is memory, not disk. */
export class LinuxFigures implements FiguresProvider {
  readonly #options: PlatformOptions
  readonly #bootId: string

  constructor(options: PlatformOptions) {
    this.#options = options
    this.#bootId = readBootId(options.procRoot)
  }

  async sample(fields: AskedFields): Promise<AskedSample> {
    const { procRoot, clock } = this.#options
    const processes: AskedProcess[] = []
    const work = new SlicedWork()
    let complete = true
    for (const name of readdirSync(procRoot)) {
      if (!/^[1-9]\d*$/.test(name)) continue
      if (!(await work.goesOn())) {
        complete = false
        break
      }
      const process = this.#read(Number(name), fields)
      if (process !== null) processes.push(process)
    }
    return { processes, complete, epochMs: clock.epochMs() }
  }

  /** null: it ended meanwhile, or may not be told about. */
  #read(pid: number, { descriptors, runDelay }: AskedFields): AskedProcess | null {
    const { procRoot, clock } = this.#options
    const facts = targetOrNull(procRoot, pid)
    if (facts === null) return null
    const directory = path.join(procRoot, String(pid))
    const read: AskedProcess = { pid, startId: formatStartId(this.#bootId, facts.starttimeTicks) }
    if (descriptors) {
      const names = namesIn(path.join(directory, 'fd'))
      if (names.kind === 'gone') return null
      const isDenied = names.kind === 'denied'
      read.descriptors = names.kind === 'ok' ? names.value.length : isDenied ? 'denied' : 'failed'
    }
    if (runDelay) read.runDelay = readRunDelay(path.join(directory, 'task'), clock)
    return read
  }
}

function targetOrNull(procRoot: string, pid: number) {
  try {
    return readTarget(procRoot, pid)
  } catch (error) {
    if (error instanceof ProcParseError) return null
    throw error
  }
}

function readRunDelay(directory: string, clock: Clock): RunDelaySample | null {
  const monotonicMs = clock.monotonicMs()
  const threads = namesIn(directory)
  if (threads.kind !== 'ok') return null
  const byThread = new Map<number, number>()
  let isCounted = false
  for (const tid of threads.value) {
    const delay = parseRunDelay(textOrEmpty(path.join(directory, tid, 'schedstat')))
    if (delay === null) continue // it ended meanwhile
    // A kernel that does not count writes zeros, and so does one that does for a thread that never ran.
    isCounted ||= delay.turns > 0
    byThread.set(Number(tid), delay.waitedNs)
  }
  return isCounted ? { byThread, monotonicMs } : null
}

function namesIn(directory: string): ReadResult<string[]> {
  try {
    return { kind: 'ok', value: readdirSync(directory) }
  } catch (error) {
    return readResultOf(error)
  }
}

function textOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch (error) {
    readResultOf(error)
    return ''
  }
}
