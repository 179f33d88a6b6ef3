import { cpus } from 'node:os'
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
import {
  type ListedProcess,
  parseArguments,
  parseKinfo,
  parseRusage,
  parseTaskAllInfo,
} from './parse-processes.ts'
import type { MacProcessCalls } from './process-calls.ts'

/** Of the kernel itself, which the others descend from; it is no program. */
const KERNEL_PID = 0
const NS_PER_SECOND = 1e9

/**
 * The list by one sysctl, then of each process what its user is told: CPU time, memory, threads, disk traffic. Of
 * processes of other users these need root and stay unknown without it.
 */
export class MacProcessTable implements ProcessTableProvider {
  readonly #clock: Clock
  readonly #calls: MacProcessCalls
  readonly #columns = new ProcessColumns()
  readonly #facts: (ProcessFacts | undefined)[] = []
  readonly #names = new Map<number, string | null>()
  readonly #free: number[] = []
  #slotOf = new Map<string, number>()
  #lastMonotonicMs: number | null = null

  constructor(clock: Clock, calls: MacProcessCalls) {
    this.#clock = clock
    this.#calls = calls
  }

  readonly capabilities: ProcessTableCapabilities = {
    cpuTimeResolution: 'nanosecond',
    partialReason: null,
    endedSource: null,
    provider: 'macos',
    missing: ['unit', 'pss_bytes', 'uss_bytes', 'swap_bytes', 'memory_sampled_at_ms'],
  }

  /** @throws when the list itself cannot be read */
  sweep(): ProcessTable {
    const bytes = this.#calls.list()
    if (bytes === null) throw new Error('macOS does not list its processes (sysctl KERN_PROC_ALL).')
    const listed = parseKinfo(bytes)
      .filter(({ pid }) => pid !== KERNEL_PID)
      .toSorted((a, b) => a.pid - b.pid)
    const epochMs = this.#clock.epochMs()
    const monotonicMs = this.#clock.monotonicMs()
    const isFirst = this.#lastMonotonicMs === null
    const before = this.#slotOf
    this.#slotOf = new Map()
    const added: number[] = []
    const slots = new Int32Array(listed.length)
    const starts = new Map(listed.map(({ pid, startUs }) => [pid, startUs]))
    let count = 0
    let used = before.size + this.#free.length
    for (const process of listed) {
      const startId = startIdOf(process)
      const key = `${process.pid} ${startId}`
      if (this.#slotOf.has(key)) continue
      const known = before.get(key)
      const slot = known ?? this.#free.pop() ?? used++
      before.delete(key)
      this.#slotOf.set(key, slot)
      this.#columns.grow(slot + 1)
      if (known === undefined) this.#begin(slot, process, startId, isFirst)
      this.#take(slot, process, starts)
      if (known === undefined) added.push(slot)
      slots[count++] = slot
    }
    const ended = this.#release(before)
    const intervalMs = this.#lastMonotonicMs === null ? null : monotonicMs - this.#lastMonotonicMs
    this.#lastMonotonicMs = monotonicMs
    return {
      monotonicMs,
      epochMs,
      intervalMs,
      logicalCpuCount: Math.max(1, cpus().length),
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
      ownUid: process.getuid?.() ?? null,
    }
  }

  close(): void {
    this.#slotOf.clear()
  }

  /** One that was not there at the sweep before used all of its time since. */
  #begin(slot: number, process: ListedProcess, startId: string, isFirst: boolean): void {
    const columns = this.#columns
    const baseline = isFirst ? NaN : 0
    columns.pid[slot] = process.pid
    columns.startTicks[slot] = process.startUs / 1000
    columns.cpuNs[slot] = baseline
    columns.readBytes[slot] = baseline
    columns.writeBytes[slot] = baseline
    columns.childrenCpuMs[slot] = NaN
    columns.pssBytes[slot] = NaN
    columns.ussBytes[slot] = NaN
    columns.swapBytes[slot] = NaN
    columns.memoryAtMs[slot] = NaN
    columns.memoryAccess[slot] = ACCESS.unsupported
    this.#facts[slot] = this.#factsOf(process, startId)
  }

  #take(slot: number, process: ListedProcess, starts: ReadonlyMap<number, number>): void {
    const columns = this.#columns
    const { pid, ppid, nice, isZombie, startUs } = process
    const taskBytes = this.#calls.task(pid)
    const task = taskBytes === null ? null : parseTaskAllInfo(taskBytes)
    const usageBytes = this.#calls.usage(pid)
    const usage = usageBytes === null ? null : parseRusage(usageBytes)
    // A parent that began later has the number of the real one.
    columns.ppid[slot] = (starts.get(ppid) ?? Infinity) <= startUs ? ppid : 0
    columns.nice[slot] = nice
    columns.previousCpuNs[slot] = columns.cpuNs[slot] as number
    columns.previousReadBytes[slot] = columns.readBytes[slot] as number
    columns.previousWriteBytes[slot] = columns.writeBytes[slot] as number
    columns.cpuNs[slot] =
      task === null
        ? NaN
        : ((task.userTicks + task.systemTicks) / this.#calls.tickFrequency) * NS_PER_SECOND
    columns.rssBytes[slot] = usage?.footprintBytes ?? task?.residentBytes ?? NaN
    columns.vmsBytes[slot] = task?.virtualBytes ?? NaN
    columns.threads[slot] = task?.threads ?? NaN
    columns.readBytes[slot] = usage?.readBytes ?? NaN
    columns.writeBytes[slot] = usage?.writtenBytes ?? NaN
    columns.ioAccess[slot] = usage === null ? ACCESS.denied : ACCESS.ok
    columns.status[slot] = statusCode(
      isZombie
        ? 'zombie'
        : task === null
          ? 'unknown'
          : task.isStopped
            ? 'stopped'
            : task.runningThreads > 0
              ? 'running'
              : 'sleeping',
    )
    columns.touched[slot] = 1
  }

  #factsOf({ pid, uid, comm, startUs }: ListedProcess, startId: string): ProcessFacts {
    const path = this.#calls.path(pid)
    const bytes = this.#calls.arguments(pid)
    const args = bytes === null ? null : parseArguments(bytes)
    // The kernel keeps 16 bytes of the name; the path of the program has all of it.
    const whole = path?.slice(path.lastIndexOf('/') + 1) ?? ''
    return {
      startId,
      comm,
      name: cleanName(whole.startsWith(comm) && whole !== '' ? whole : comm),
      args: args === null ? null : redactArguments(args).map(cleanText),
      exe: path === null ? null : cleanText(path),
      uid,
      user: this.#userOf(uid),
      unit: null,
      container: null,
      cgroup: null,
      isKernel: false,
      hasTerminal: false,
      startedAtMs: startUs === 0 ? null : Math.round(startUs / 1000),
    }
  }

  #userOf(uid: number): string | null {
    const known = this.#names.get(uid)
    if (known !== undefined) return known
    const name = this.#calls.userName(uid)
    this.#names.set(uid, name)
    return name
  }

  /** What the new listing did not have. */
  #release(gone: ReadonlyMap<string, number>): EndedProcess[] {
    return Array.from(gone, ([, slot]) => {
      const pid = this.#columns.pid[slot] as number
      const startId = this.#facts[slot]?.startId ?? ''
      this.#facts[slot] = undefined
      this.#free.push(slot)
      return { pid, startId, waitStatus: null }
    })
  }
}

/** Opaque, and exact to the microsecond. */
const startIdOf = ({ startUs }: ListedProcess) => `m-${startUs.toString(36)}`
