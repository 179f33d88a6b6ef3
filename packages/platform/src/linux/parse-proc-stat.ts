import type { CoreTimes, CpuTimes } from '../machine.ts'
import { ProcParseError } from '../read-result.ts'
import { ByteScanner } from './byte-scanner.ts'

/** `/proc/stat`: CPU times in ticks of USER_HZ, counters since boot. Source: proc_stat(5). */
export interface ProcStat {
  total: CpuTimes
  /** Online CPUs, in the order of the file. */
  cores: CoreTimes[]
  interrupts: number | null
  contextSwitches: number | null
  bootTimeSeconds: number | null
  forks: number | null
  running: number | null
  blocked: number | null
}

/**
 * Parses in place. The `intr` line alone can have thousands of numbers, of which the first is the sum.
 * @throws ProcParseError when there is no line for all CPUs together.
 */
export function parseProcStat(bytes: Uint8Array, length = bytes.length): ProcStat {
  const scanner = new ByteScanner(bytes, length)
  let total: CpuTimes | null = null
  const cores: CoreTimes[] = []
  const counters: Record<CounterLine, number | null> = {
    intr: null,
    ctxt: null,
    btime: null,
    processes: null,
    procs_running: null,
    procs_blocked: null,
  }
  for (; !scanner.done; scanner.nextLine()) {
    if (scanner.take('cpu ')) total ??= parseTimes(scanner)
    else if (scanner.take('cpu')) pushCore(scanner, cores)
    else parseCounter(scanner, counters)
  }
  if (total === null) throw new ProcParseError('stat', 'no line for all CPUs')
  return {
    total,
    cores,
    interrupts: counters.intr,
    contextSwitches: counters.ctxt,
    bootTimeSeconds: counters.btime,
    forks: counters.processes,
    running: counters.procs_running,
    blocked: counters.procs_blocked,
  }
}

type CounterLine = 'intr' | 'ctxt' | 'btime' | 'processes' | 'procs_running' | 'procs_blocked'
const COUNTER_LINES = [
  'intr',
  'ctxt',
  'btime',
  'processes',
  'procs_running',
  'procs_blocked',
] as const satisfies CounterLine[]

function parseCounter(scanner: ByteScanner, counters: Record<CounterLine, number | null>) {
  for (const line of COUNTER_LINES) {
    if (!scanner.take(line)) continue
    if (scanner.bytes[scanner.at] !== 32) return // a longer word that only begins so
    const value = scanner.integer()
    if (value >= 0) counters[line] = value
    return
  }
}

function pushCore(scanner: ByteScanner, cores: CoreTimes[]) {
  const index = scanner.integer()
  const isNew = index > (cores.at(-1)?.index ?? -1) || cores.every((core) => core.index !== index)
  const times = index < 0 || !isNew ? null : parseTimes(scanner)
  if (times !== null) cores.push(Object.assign(times, { index }))
}

/** null when the line is cut before the first four modes, which every kernel has. */
function parseTimes(scanner: ByteScanner): CpuTimes | null {
  const user = scanner.integer()
  const nice = scanner.integer()
  const system = scanner.integer()
  const idle = scanner.integer()
  if (user < 0 || nice < 0 || system < 0 || idle < 0) return null
  return {
    user,
    nice,
    system,
    idle,
    iowait: known(scanner.integer()),
    irq: known(scanner.integer()),
    softirq: known(scanner.integer()),
    steal: known(scanner.integer()),
    guest: known(scanner.integer()),
  }
}

const known = (value: number) => (value < 0 ? null : value)
