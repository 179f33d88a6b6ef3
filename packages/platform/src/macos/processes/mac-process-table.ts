import { cpus, type CpuInfo } from 'node:os'
import type { Clock } from '../../options.ts'
import {
  ACCESS,
  ProcessColumns,
  statusCode,
  type EndedProcess,
  type ProcessFacts,
  type ProcessTable,
  type ProcessTableCapabilities,
  type ProcessTableProvider,
} from '../../process-table.ts'
import { ProcParseError } from '../../read-result.ts'
import { MAC_ERRNO, type MacLibrary } from '../lib-system.ts'
import { MacUsers } from '../mac-users.ts'
import { nsPerTick } from '../ticks.ts'
import { CpuTimes } from './cpu-times.ts'
import { MacFacts } from './mac-facts.ts'
import { KINFO_STAT, KinfoProcRecord } from './parse-kinfo-proc.ts'
import {
  parseResourceUsage,
  RESOURCE_USAGE_SIZE,
  ResourceUsageRecord,
} from './parse-resource-usage.ts'
import { parseTaskAllInfo, TASK_ALL_INFO_SIZE, TaskAllInfoRecord } from './parse-task-all-info.ts'
import { ProcessList } from './process-list.ts'

const RUNNING = statusCode('running')
const SLEEPING = statusCode('sleeping')
const STATUS: Readonly<Record<number, number>> = {
  [KINFO_STAT.beginning]: statusCode('idle'),
  [KINFO_STAT.stopped]: statusCode('stopped'),
  [KINFO_STAT.zombie]: statusCode('zombie'),
}
/** What did not run keeps its memory but for what the compressor takes; it is asked every so many sweeps. */
const REST_TURNS = 10
export interface MacTableOptions {
  clock: Clock
  library: MacLibrary
  /** Effective user of this service: whose processes tell their counters. 0: all. */
  ownUid: number
  cpus?: () => CpuInfo[]
  /** Room of the first list, in processes. */
  firstProcesses?: number
}

/**
 * The sweep: one call lists every process with its start, and each process that may be read is asked for its
 * counters. Storage and footprint are asked of those that ran, and of the others in turn.
 */
export class MacProcessTable implements ProcessTableProvider {
  readonly #clock: Clock
  readonly #library: MacLibrary
  readonly #ownUid: number
  readonly #nsPerTick: number
  readonly #list: ProcessList
  readonly #users: MacUsers
  readonly #source: MacFacts
  readonly #times: CpuTimes
  readonly #record = new KinfoProcRecord()
  readonly #task = new TaskAllInfoRecord()
  readonly #taskBytes = Buffer.alloc(TASK_ALL_INFO_SIZE)
  readonly #usage = new ResourceUsageRecord()
  readonly #usageBytes = Buffer.alloc(RESOURCE_USAGE_SIZE)
  readonly #columns = new ProcessColumns()
  readonly #facts: (ProcessFacts | undefined)[] = []
  readonly #slotOf = new Map<number, number>()
  readonly #free: number[] = []
  /** By slot: the sweep that saw it, its start, what its facts were read by, and how often it was switched. */
  #seen = new Uint32Array(0)
  #starts = new Float64Array(0)
  #marks = new Uint32Array(0)
  #switches = new Float64Array(0)
  /** By slot: its place in the list. */
  #places = new Uint32Array(0)
  /** Read once more at the next sweep: they may have been between fork and exec. */
  #young: number[] = []
  #namesKnown = 0
  #slotList = new Int32Array(0)
  #count = 0
  #tick = 0
  #lastMonotonicMs: number | null = null
  #added: number[] = []
  #ended: EndedProcess[] = []
  #denied = 0
  #skipped = 0

  constructor({ clock, library, ownUid, cpus: read = cpus, firstProcesses }: MacTableOptions) {
    this.#clock = clock
    this.#library = library
    this.#ownUid = ownUid
    this.#list = new ProcessList(library, firstProcesses)
    this.#users = new MacUsers(library)
    this.#source = new MacFacts(library, this.#users)
    this.#times = new CpuTimes(read)
    this.#nsPerTick = nsPerTick(library)
  }

  get capabilities(): ProcessTableCapabilities {
    return {
      cpuTimeResolution: 'nanosecond',
      partialReason:
        this.#denied === 0
          ? null
          : `macOS tells CPU and memory of ${this.#denied} processes of other users to root only.`,
      provider: 'macos',
      endedSource: null,
      missing: ['unit', 'pss_bytes', 'uss_bytes', 'swap_bytes', 'memory_sampled_at_ms'],
    }
  }

  sweep(): ProcessTable {
    this.#tick++
    this.#added = []
    this.#ended = []
    this.#denied = 0
    this.#list.take()
    const epochMs = this.#clock.epochMs()
    const monotonicMs = this.#clock.monotonicMs()
    const machine = this.#times.take()
    const young = this.#young
    this.#young = []
    this.#skipped = 0
    for (let place = 0; place < this.#list.count; place++) this.#take(place)
    this.#endUnseen()
    this.#lookAgain(young)
    if (this.#added.length + this.#ended.length > 0) this.#arrange()
    const intervalMs = this.#lastMonotonicMs === null ? null : monotonicMs - this.#lastMonotonicMs
    this.#lastMonotonicMs = monotonicMs
    return {
      monotonicMs,
      epochMs,
      intervalMs,
      logicalCpuCount: this.#times.count,
      columns: this.#columns,
      facts: this.#facts,
      slots: this.#slotList,
      count: this.#count,
      added: this.#added,
      ended: this.#ended,
      endedUnder: [],
      exitCount: null,
      machine: intervalMs === null ? null : machine,
      skipped: this.#skipped,
      ownUid: this.#ownUid,
    }
  }

  close(): void {
    this.#slotOf.clear()
  }

  /** Takes one entry of the list. */
  #take(place: number): void {
    const record = this.#record
    try {
      this.#list.read(place, record)
    } catch (error) {
      if (!(error instanceof ProcParseError)) throw error
      this.#skipped++
      return
    }
    const access = this.#askTask()
    if (access === ACCESS.unknown) return // ended since the list was made
    const known = this.#slotOf.get(record.pid)
    if (known !== undefined && this.#starts[known] === record.startMicros) {
      this.#fill(known, place, access)
      return
    }
    if (known !== undefined) this.#end(known) // the pid lives, this process does not
    this.#add(place, access)
  }

  /** Asks the process of the record for its counters. @returns ACCESS.unknown when it is not there any more */
  #askTask(): number {
    const { pid, euid, stat, startMicros } = this.#record
    if (stat === KINFO_STAT.zombie) return ACCESS.unsupported
    if (this.#ownUid !== 0 && euid !== this.#ownUid) return ACCESS.denied
    if (this.#library.taskAllInfo(pid, this.#taskBytes) < 0) {
      return this.#library.lastErrno() === MAC_ERRNO.ESRCH ? ACCESS.unknown : ACCESS.denied
    }
    parseTaskAllInfo(this.#taskBytes, this.#task)
    return this.#task.startMicros === startMicros ? ACCESS.ok : ACCESS.unknown
  }

  #add(place: number, access: number): void {
    const columns = this.#columns
    const record = this.#record
    const slot = this.#free.pop() ?? this.#facts.length
    this.#facts[slot] = undefined
    this.#makeRoom()
    this.#slotOf.set(record.pid, slot)
    this.#starts[slot] = record.startMicros
    this.#switches[slot] = NaN
    columns.pid[slot] = record.pid
    columns.startTicks[slot] = record.startMicros
    columns.childrenCpuMs[slot] = NaN
    columns.pssBytes[slot] = NaN
    columns.ussBytes[slot] = NaN
    columns.swapBytes[slot] = NaN
    columns.memoryAtMs[slot] = NaN
    columns.memoryAccess[slot] = ACCESS.unsupported
    // The list is whole: what it did not have before began since, and did all that it ever did since.
    const baseline = this.#lastMonotonicMs === null ? NaN : 0
    columns.cpuNs[slot] = baseline
    columns.cpuAtMs[slot] = NaN
    columns.readBytes[slot] = baseline
    columns.writeBytes[slot] = baseline
    this.#fill(slot, place, access)
    this.#readFacts(slot, access)
    // Those that were there before us have settled.
    if (this.#lastMonotonicMs !== null) this.#young.push(slot)
    this.#added.push(slot)
  }

  #makeRoom(): void {
    this.#columns.grow(this.#facts.length)
    const { capacity } = this.#columns
    if (this.#seen.length >= capacity) return
    this.#seen = grown(this.#seen, new Uint32Array(capacity))
    this.#places = grown(this.#places, new Uint32Array(capacity))
    this.#marks = grown(this.#marks, new Uint32Array(capacity))
    this.#starts = grown(this.#starts, new Float64Array(capacity))
    this.#switches = grown(this.#switches, new Float64Array(capacity))
  }

  #fill(slot: number, place: number, access: number): void {
    const columns = this.#columns
    const record = this.#record
    this.#seen[slot] = this.#tick
    this.#places[slot] = place
    // What moved before has a rate that is to be told anew, even when it stands now.
    const wasMoving =
      !Object.is(columns.cpuNs[slot], columns.previousCpuNs[slot]) ||
      !Object.is(columns.readBytes[slot], columns.previousReadBytes[slot]) ||
      !Object.is(columns.writeBytes[slot], columns.previousWriteBytes[slot])
    columns.previousCpuNs[slot] = columns.cpuNs[slot] as number
    columns.previousCpuAtMs[slot] = columns.cpuAtMs[slot] as number
    columns.previousReadBytes[slot] = columns.readBytes[slot] as number
    columns.previousWriteBytes[slot] = columns.writeBytes[slot] as number
    const isChanged =
      columns.ppid[slot] !== record.ppid ||
      columns.nice[slot] !== record.nice ||
      columns.cpuAccess[slot] !== access
    columns.ppid[slot] = record.ppid
    columns.nice[slot] = record.nice
    columns.cpuAccess[slot] = access
    if (access === ACCESS.denied) this.#denied++
    const ran = access === ACCESS.ok ? this.#takeTask(slot) : this.#takeNothing(slot)
    const status = this.#statusOf(access)
    const isOther = isChanged || columns.status[slot] !== status
    columns.status[slot] = status
    columns.touched[slot] = ran || wasMoving || isOther ? 1 : 0
    const mark = this.#mark()
    if (this.#marks[slot] === mark) return
    this.#marks[slot] = mark
    if (this.#facts[slot] !== undefined) this.#readFacts(slot, access)
  }

  /** @returns whether anything of it moved */
  #takeTask(slot: number): boolean {
    const columns = this.#columns
    const task = this.#task
    const cpuNs = task.cpuTicks * this.#nsPerTick
    const ran = cpuNs !== columns.cpuNs[slot] || task.contextSwitches !== this.#switches[slot]
    this.#switches[slot] = task.contextSwitches
    columns.cpuNs[slot] = cpuNs
    columns.cpuAtMs[slot] = this.#clock.monotonicMs()
    const isOther =
      columns.vmsBytes[slot] !== task.virtualBytes || columns.threads[slot] !== task.threads
    columns.vmsBytes[slot] = task.virtualBytes
    columns.threads[slot] = task.threads
    const isDue = ran || slot % REST_TURNS === this.#tick % REST_TURNS
    return (isDue && this.#takeUsage(slot)) || ran || isOther
  }

  /** @returns whether anything of it moved */
  #takeUsage(slot: number): boolean {
    const columns = this.#columns
    const isTold = this.#library.resourceUsage(this.#record.pid, this.#usageBytes) >= 0
    if (isTold) parseResourceUsage(this.#usageBytes, this.#usage)
    const usage = this.#usage
    const rss = isTold ? usage.footprintBytes : this.#task.residentBytes
    const read = isTold ? usage.diskReadBytes : NaN
    const written = isTold ? usage.diskWrittenBytes : NaN
    const isOther =
      columns.rssBytes[slot] !== rss ||
      !Object.is(columns.readBytes[slot], read) ||
      !Object.is(columns.writeBytes[slot], written)
    columns.rssBytes[slot] = rss
    columns.readBytes[slot] = read
    columns.writeBytes[slot] = written
    columns.ioAccess[slot] = isTold ? ACCESS.ok : ACCESS.denied
    return isOther
  }

  /** A zombie has no counters any more, and those of other users are not ours to know. */
  #takeNothing(slot: number): boolean {
    const columns = this.#columns
    columns.cpuNs[slot] = NaN
    columns.previousCpuNs[slot] = NaN
    columns.rssBytes[slot] = NaN
    columns.vmsBytes[slot] = NaN
    columns.threads[slot] = NaN
    columns.readBytes[slot] = NaN
    columns.writeBytes[slot] = NaN
    columns.ioAccess[slot] = columns.cpuAccess[slot] as number
    return false
  }

  #statusOf(access: number): number {
    const told = STATUS[this.#record.stat]
    if (told !== undefined) return told
    if (access !== ACCESS.ok) return statusCode('unknown') // the list has "running" for all of them
    return this.#task.runningThreads > 0 ? RUNNING : SLEEPING
  }

  /** Changes when it executes another program or becomes another user. */
  #mark(): number {
    const { commStart, commEnd, ruid, euid } = this.#record
    let mark = ruid ^ Math.imul(euid, 31)
    for (let at = commStart; at < commEnd; at++) {
      mark = Math.imul(mark, 31) + (this.#list.bytes[at] as number)
    }
    return mark >>> 0
  }

  #readFacts(slot: number, access: number): void {
    const record = this.#record
    const task = this.#task
    this.#facts[slot] = this.#source.of({
      record,
      comm: this.#list.bytes.subarray(record.commStart, record.commEnd),
      longName:
        access === ACCESS.ok ? this.#taskBytes.subarray(task.nameStart, task.nameEnd) : null,
      readable: access === ACCESS.ok,
    })
    this.#columns.touched[slot] = 1
  }

  /** Reads facts again of those that were new, and of those whose users have a name by now. */
  #lookAgain(young: readonly number[]): void {
    for (const slot of young) this.#readFactsAgain(slot)
    if (this.#users.answered === this.#namesKnown) return
    this.#namesKnown = this.#users.answered
    for (const slot of this.#slotOf.values()) {
      if (this.#facts[slot]?.user === null) this.#readFactsAgain(slot)
    }
  }

  #readFactsAgain(slot: number): void {
    if (this.#seen[slot] !== this.#tick || this.#facts[slot] === undefined) return
    this.#list.read(this.#places[slot] as number, this.#record)
    const access = this.#askTask()
    if (access !== ACCESS.unknown) this.#readFacts(slot, access)
  }

  #endUnseen(): void {
    for (let i = 0; i < this.#count; i++) {
      const slot = this.#slotList[i] as number
      if (this.#seen[slot] !== this.#tick && this.#facts[slot] !== undefined) this.#end(slot)
    }
  }

  #end(slot: number): void {
    const pid = this.#columns.pid[slot] as number
    this.#ended.push({ pid, startId: this.#facts[slot]?.startId ?? '', waitStatus: null })
    this.#facts[slot] = undefined
    if (this.#slotOf.get(pid) === slot) this.#slotOf.delete(pid)
    this.#free.push(slot)
  }

  /** Slots by pid: only when processes came or went. */
  #arrange(): void {
    const { pid } = this.#columns
    const size = this.#slotOf.size
    if (this.#slotList.length < size) this.#slotList = new Int32Array(size * 2)
    let count = 0
    for (const slot of this.#slotOf.values()) this.#slotList[count++] = slot
    this.#count = count
    this.#slotList.subarray(0, count).sort((a, b) => (pid[a] as number) - (pid[b] as number))
  }
}

function grown<T extends Uint32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old)
  return larger
}
