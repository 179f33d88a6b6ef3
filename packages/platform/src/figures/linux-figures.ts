import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { ASKED_FIELDS, type AskedField } from '@taskmanager/contracts'
import { readTargetOrNull, type TargetFacts } from '../control/target-facts.ts'
import { isReplacedProgram, statusBytes } from '../detail/detail-files.ts'
import { parseIoDelay, parseRunDelay, terminalName } from '../detail/tables.ts'
import type { TaskDelays } from '../linux/exit-records/task-delays.ts'
import { parseWordBits } from '../linux/parse-auxv.ts'
import { parseElevated } from '../linux/rights.ts'
import { formatStartId, readBootId, readClockTicksPerSecond } from '../linux/start-id.ts'
import { readTextNow } from '../linux/sysfs.ts'
import type { PlatformOptions } from '../options.ts'
import { readResultOf, type ReadResult } from '../read-result.ts'
import { SlicedWork } from '../sliced-work.ts'
import type {
  AskedFields,
  AskedProcess,
  AskedSample,
  Counters,
  FiguresProvider,
  NotAsked,
} from './figures-provider.ts'

const OF_WINDOWS: ReadonlySet<AskedField> = new Set(['num_handles', 'efficiency_mode'])

/**
 * Source: proc_pid_fd(5), proc_pid_task(5), proc_pid_status(5), proc_pid_auxv(5), proc_pid_exe(5), `schedstat` of each
 * thread (sched-stats.rst), taskstats. All of it is memory, not disk: no file of a process is opened.
 */
export class LinuxFigures implements FiguresProvider {
  readonly fields = ASKED_FIELDS.filter((field) => !OF_WINDOWS.has(field))
  readonly #options: PlatformOptions
  readonly #bootId: string
  readonly #nsPerTick: number
  readonly #openDelays: () => TaskDelays | null
  /** Opened when somebody first asks; null: not allowed here. */
  #delays: TaskDelays | null | undefined

  constructor(options: PlatformOptions, openDelays: () => TaskDelays | null = () => null) {
    this.#options = options
    this.#bootId = readBootId(options.procRoot)
    this.#nsPerTick = 1e9 / readClockTicksPerSecond(options.procRoot)
    this.#openDelays = openDelays
  }

  async sample(fields: AskedFields): Promise<AskedSample> {
    const { procRoot, clock } = this.#options
    const processes: AskedProcess[] = []
    const work = new SlicedWork()
    const countsDelays = readTextNow(path.join(procRoot, 'sys/kernel/task_delayacct')) !== '0'
    let complete = true
    for (const name of readdirSync(procRoot)) {
      if (!/^[1-9]\d*$/.test(name)) continue
      if (!(await work.goesOn())) {
        complete = false
        break
      }
      const process = this.#read(Number(name), fields, countsDelays)
      if (process !== null) processes.push(process)
    }
    const epochMs = clock.epochMs()
    await work.pause()
    return { processes, complete, epochMs }
  }

  /** null: it ended meanwhile, or may not be told about. */
  #read(pid: number, fields: AskedFields, countsDelays: boolean): AskedProcess | null {
    const { procRoot } = this.#options
    const facts = readTargetOrNull(procRoot, pid)
    if (facts === null) return null
    const directory = path.join(procRoot, String(pid))
    const read: AskedProcess = { pid, startId: formatStartId(this.#bootId, facts.starttimeTicks) }
    if (fields.has('num_fds')) {
      const names = namesIn(path.join(directory, 'fd'))
      if (names.kind === 'gone') return null
      read.descriptors = names.kind === 'ok' ? names.value.length : whyNot(names)
    }
    this.#addCounters(read, fields, countsDelays)
    addStatus(read, fields, directory, facts)
    if (fields.has('session_id')) read.session = facts.session
    if (fields.has('terminal')) read.terminal = terminalName(facts.tty)
    if (fields.has('architecture')) read.architecture = architectureOf(directory, facts)
    if (fields.has('exe_replaced')) read.isReplaced = isReplaced(directory, facts)
    return read
  }

  #addCounters(read: AskedProcess, fields: AskedFields, countsDelays: boolean): void {
    const directory = path.join(this.#options.procRoot, String(read.pid), 'task')
    if (fields.has('run_delay_percent') || fields.has('context_switches_per_second')) {
      const { delays, turns } = this.#schedule(directory)
      if (fields.has('run_delay_percent')) read.runDelay = delays
      if (fields.has('context_switches_per_second')) read.switches = turns
    }
    if (fields.has('io_delay_percent')) {
      read.ioDelay = countsDelays ? this.#ioDelay(directory) : 'off'
    }
    if (fields.has('swap_delay_percent')) {
      read.swapDelay = countsDelays ? this.#swapDelay(read.pid) : 'off'
    }
  }

  #schedule(directory: string): { delays: Counters | NotAsked; turns: Counters | NotAsked } {
    const monotonicMs = this.#options.clock.monotonicMs()
    const threads = namesIn(directory)
    if (threads.kind !== 'ok') return { delays: whyNot(threads), turns: whyNot(threads) }
    const delays = new Map<number, number>()
    const turns = new Map<number, number>()
    let isCounted = false
    for (const tid of threads.value) {
      const delay = parseRunDelay(textOrEmpty(path.join(directory, tid, 'schedstat')))
      if (delay === null) continue // it ended meanwhile
      // A kernel that does not count writes zeros, and so does one that does for a thread that never ran.
      isCounted ||= delay.turns > 0
      delays.set(Number(tid), delay.waitedNs)
      turns.set(Number(tid), delay.turns)
    }
    if (!isCounted) return { delays: 'none', turns: 'none' }
    return {
      delays: { byThread: delays, monotonicMs },
      turns: { byThread: turns, monotonicMs },
    }
  }

  #ioDelay(directory: string): Counters | NotAsked {
    const monotonicMs = this.#options.clock.monotonicMs()
    const threads = namesIn(directory)
    if (threads.kind !== 'ok') return whyNot(threads)
    const byThread = new Map<number, number>()
    for (const tid of threads.value) {
      const stat = bytesOf(path.join(directory, tid, 'stat'))
      const ticks = stat.kind === 'ok' ? parseIoDelay(stat.value) : null
      if (ticks !== null) byThread.set(Number(tid), ticks * this.#nsPerTick)
    }
    return { byThread, monotonicMs }
  }

  #swapDelay(pid: number): Counters | NotAsked {
    if (this.#delays === undefined) this.#delays = this.#openDelays()
    if (this.#delays === null) return 'denied'
    const monotonicMs = this.#options.clock.monotonicMs()
    const ns = this.#delays.swapDelayNs(pid)
    return ns === null ? 'failed' : { byThread: new Map([[pid, ns]]), monotonicMs }
  }
}

function addStatus(
  read: AskedProcess,
  fields: AskedFields,
  directory: string,
  { isKernel }: TargetFacts,
): void {
  if (!fields.has('swap_bytes') && !fields.has('elevated')) return
  const status = bytesOf(path.join(directory, 'status'))
  const text = status.kind === 'ok' ? status.value.toString() : null
  // What has no memory of its own has no such line.
  const missing = text === null ? 'failed' : 'none'
  if (fields.has('swap_bytes')) read.swapBytes = statusBytes(text, 'VmSwap') ?? missing
  if (fields.has('elevated')) {
    read.isElevated = isKernel ? 'none' : (parseElevated(text ?? '') ?? missing)
  }
}

/** By the width of its words, since no file of it is opened: one that may lie on a dead network mount. */
function architectureOf(directory: string, { isKernel }: TargetFacts): { text: string } | NotAsked {
  if (isKernel) return 'none'
  const vector = bytesOf(path.join(directory, 'auxv'))
  if (vector.kind !== 'ok') return whyNot(vector)
  const bits = parseWordBits(vector.value)
  if (bits === null) return 'none'
  const narrow = NARROW[process.arch] ?? `${process.arch}, 32 bit`
  return { text: bits === 64 ? process.arch : narrow }
}

const NARROW: Readonly<Record<string, string>> = { x64: 'x86', arm64: 'arm' }

function isReplaced(directory: string, { isKernel, isZombie }: TargetFacts): boolean | NotAsked {
  if (isKernel || isZombie) return 'none'
  try {
    return isReplacedProgram(readlinkSync(path.join(directory, 'exe')))
  } catch (error) {
    return whyNot(readResultOf(error))
  }
}

function whyNot({ kind }: Exclude<ReadResult<never>, { kind: 'ok' }>): NotAsked {
  if (kind === 'denied') return 'denied'
  return kind === 'failed' ? 'failed' : 'none'
}

function namesIn(directory: string): ReadResult<string[]> {
  try {
    return { kind: 'ok', value: readdirSync(directory) }
  } catch (error) {
    return readResultOf(error)
  }
}

function bytesOf(file: string): ReadResult<Buffer> {
  try {
    return { kind: 'ok', value: readFileSync(file) }
  } catch (error) {
    return readResultOf(error)
  }
}

function textOrEmpty(file: string): string {
  const read = bytesOf(file)
  return read.kind === 'ok' ? read.value.toString('latin1') : ''
}
