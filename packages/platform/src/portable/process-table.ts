import { cpus, userInfo } from 'node:os'
import pidusage from 'pidusage'
import si from 'systeminformation'
import type { ProcessStatus } from '@taskmanager/contracts'
import type { Clock } from '../options.ts'
import {
  ACCESS,
  ProcessColumns,
  statusCode,
  type EndedProcess,
  type ProcessFacts,
  type ProcessTable,
  type ProcessTableCapabilities,
  type ProcessTableProvider,
} from '../process-table.ts'
import { cleanName, cleanText } from '../text/clean.ts'
import { redactArguments } from '../text/redact.ts'

/** Words of systeminformation to psutil's. */
const STATUS: Readonly<Record<string, ProcessStatus>> = {
  running: 'running',
  sleeping: 'sleeping',
  blocked: 'disk-sleep',
  stopped: 'stopped',
  zombie: 'zombie',
  dead: 'dead',
  idle: 'idle',
}
/** pidusage puts all pids on one command line; more at once would not fit. */
const PIDS_AT_ONCE = 500

/**
 * For systems without a provider of their own: the list from systeminformation, CPU time and memory of each pid from
 * pidusage. Both start programs, so a sweep takes long and times are as coarse as those programs print them.
 */
export class PortableProcessTable implements ProcessTableProvider {
  readonly #clock: Clock
  readonly #columns = new ProcessColumns()
  readonly #facts: (ProcessFacts | undefined)[] = []
  #slotOf = new Map<string, number>()
  readonly #free: number[] = []
  #lastMonotonicMs: number | null = null
  readonly #own = userInfo()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  readonly capabilities: ProcessTableCapabilities = {
    cpuTimeResolution: 'tick',
    partialReason: null,
    endedSource: null,
    provider: 'portable',
    missing: [
      'read_bytes_per_second',
      'write_bytes_per_second',
      'pss_bytes',
      'uss_bytes',
      'swap_bytes',
      'memory_sampled_at_ms',
      'num_threads',
      'unit',
    ],
  }

  async sweep(): Promise<ProcessTable> {
    const { list } = await si.processes()
    const usage = await usageOf(list.map(({ pid }) => pid))
    const monotonicMs = this.#clock.monotonicMs()
    const before = this.#slotOf
    this.#slotOf = new Map()
    const added: number[] = []
    const slots = new Int32Array(list.length)
    let count = 0
    for (const process of list.toSorted((a, b) => a.pid - b.pid)) {
      if (process.pid <= 0) continue // the idle process of Windows is no process
      const startId = startIdOf(process.started)
      const key = `${process.pid} ${startId}`
      const known = before.get(key)
      const slot = known ?? this.#free.pop() ?? before.size + added.length
      before.delete(key)
      this.#slotOf.set(key, slot)
      this.#columns.grow(slot + 1)
      this.#take(slot, process, startId, usage.get(process.pid), known === undefined)
      if (known === undefined) added.push(slot)
      slots[count++] = slot
    }
    const ended = this.#release(before)
    const intervalMs = this.#lastMonotonicMs === null ? null : monotonicMs - this.#lastMonotonicMs
    this.#lastMonotonicMs = monotonicMs
    return {
      monotonicMs,
      epochMs: this.#clock.epochMs(),
      intervalMs,
      logicalCpuCount: cpus().length || 1,
      columns: this.#columns,
      facts: this.#facts,
      slots,
      count,
      added,
      ended,
      endedUnder: [],
      exitCount: null,
      machine: null,
      skipped: 0,
      ownUid: this.#own.uid >= 0 ? this.#own.uid : null,
    }
  }

  close(): void {
    pidusage.clear()
  }

  #take(
    slot: number,
    process: si.Systeminformation.ProcessesProcessData,
    startId: string,
    usage: pidusage.Status | undefined,
    isNew: boolean,
  ): void {
    const columns = this.#columns
    columns.previousCpuNs[slot] = isNew ? NaN : (columns.cpuNs[slot] as number)
    columns.cpuNs[slot] = usage === undefined ? NaN : usage.ctime * 1e6
    columns.pid[slot] = process.pid
    columns.ppid[slot] = process.parentPid
    columns.rssBytes[slot] = usage?.memory ?? process.memRss * 1024
    columns.vmsBytes[slot] = process.memVsz * 1024
    columns.threads[slot] = NaN
    columns.nice[slot] = process.nice
    columns.status[slot] = statusCode(STATUS[process.state] ?? 'unknown')
    columns.startTicks[slot] = Date.parse(process.started) || 0
    columns.ioAccess[slot] = ACCESS.unsupported
    columns.memoryAccess[slot] = ACCESS.unsupported
    columns.readBytes[slot] = NaN
    columns.writeBytes[slot] = NaN
    columns.touched[slot] = 1
    if (isNew) this.#facts[slot] = factsOf(process, startId, this.#own)
  }

  /** What the new listing did not have. */
  #release(gone: ReadonlyMap<string, number>): EndedProcess[] {
    return Array.from(gone, ([, slot]) => {
      const ended = {
        pid: this.#columns.pid[slot] as number,
        startId: this.#facts[slot]?.startId ?? '',
        waitStatus: null,
      }
      this.#facts[slot] = undefined
      this.#free.push(slot)
      return ended
    })
  }
}

/** Opaque; two processes of one pid never start in one second on these systems. */
const startIdOf = (started: string) => `p-${(Date.parse(started) || 0).toString(36)}`

function factsOf(
  process: si.Systeminformation.ProcessesProcessData,
  startId: string,
  own: { uid: number; username: string },
): ProcessFacts {
  const args = [process.command, ...process.params.split(' ')].filter((part) => part !== '')
  return {
    startId,
    comm: cleanName(process.name),
    name: cleanName(process.name),
    args: redactArguments(args).map(cleanText),
    exe: process.path === '' ? null : cleanText(process.path),
    uid: process.user === own.username && own.uid >= 0 ? own.uid : null,
    user: process.user === '' ? null : cleanName(process.user),
    unit: null,
    container: null,
    cgroup: null,
    isKernel: false,
    hasTerminal: process.tty !== '' && process.tty !== '?' && process.tty !== '??',
    startedAtMs: Date.parse(process.started) || null,
  }
}

/** CPU time (`ctime`, milliseconds) and rss of each pid; one that ended meanwhile is missing. */
async function usageOf(pids: readonly number[]): Promise<Map<number, pidusage.Status>> {
  const usage = new Map<number, pidusage.Status>()
  for (let at = 0; at < pids.length; at += PIDS_AT_ONCE) {
    const some = pids.slice(at, at + PIDS_AT_ONCE).filter((pid) => pid > 0)
    // pidusage rejects when none of them lives any more: then none is known.
    const result = await pidusage(some).catch(() => ({}))
    for (const [pid, status] of Object.entries<pidusage.Status | null>(result)) {
      if (status !== null && status !== undefined) usage.set(Number(pid), status)
    }
  }
  return usage
}
