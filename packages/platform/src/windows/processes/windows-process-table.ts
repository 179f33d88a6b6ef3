import type { Clock } from '../../options.ts'
import {
  ACCESS,
  ProcessColumns,
  statusCode,
  type EndedProcess,
  type MachineTimes,
  type ProcessFacts,
  type ProcessTable,
  type ProcessTableCapabilities,
  type ProcessTableProvider,
} from '../../process-table.ts'
import { instantOf, markOf } from '../filetime.ts'
import type { WindowCalls } from '../app-windows.ts'
import { WindowsFacts } from './facts.ts'
import { Identities } from './identities.ts'
import type { ListCalls } from './list-calls.ts'
import { niceOfBase } from '../priority.ts'
import { ProcessList, STATUS_OF_THREADS } from './process-list.ts'
import type { ProcessQuestions } from './process-questions.ts'
import { Snapshot } from './snapshot.ts'

/** Its time is what no process used. */
const IDLE_PID = 0
const NS_PER_UNIT = 100
const UNITS_PER_MS = 10_000
const NOT_RESPONDING = statusCode('not-responding')
/** Windows are looked through so often, milliseconds: they open and close under the hand of a person. */
const WINDOWS_MS = 2000
/** A process that has only begun is asked again in so many sweeps. */
const YOUNG_SWEEPS = 5

export interface WindowsTableOptions {
  clock: Clock
  calls: ListCalls
  questions: ProcessQuestions
  /** null: without a desktop. */
  windows: WindowCalls | null
  /** Bytes of the first buffer. */
  firstBytes?: number
}

/**
 * The sweep: one call gives every process at one instant, and one pass over its answer fills the columns. Only
 * processes that are new are asked anything themselves.
 */
export class WindowsProcessTable implements ProcessTableProvider {
  readonly #options: WindowsTableOptions
  readonly #snapshot: Snapshot
  readonly #list = new ProcessList()
  readonly #source: WindowsFacts
  readonly #columns = new ProcessColumns()
  readonly #facts: (ProcessFacts | undefined)[] = []
  readonly #identities = new Identities()
  /** Slots that are asked again, and in how many more sweeps. */
  readonly #young = new Map<number, number>()
  /** Slots that are asked again when another name of a user is found. */
  readonly #nameless = new Set<number>()
  #namesFound = 0
  /** Programs that have a window, by path. */
  #appPrograms: ReadonlySet<string> = new Set()
  /** Slots of processes with a window that does not answer. */
  #hung = new Set<number>()
  #windowsAtMs = -Infinity
  #seen = new Uint32Array(0)
  #slotList = new Int32Array(0)
  #count = 0
  #tick = 0
  #lastMonotonicMs: number | null = null
  #idleTime: number | null = null
  #added: number[] = []
  #ended: EndedProcess[] = []
  /** Some process has them: a system that does not count them (Wine) has zeros for all. */
  #tellsIo = false

  constructor(options: WindowsTableOptions) {
    this.#options = options
    this.#snapshot = new Snapshot(options.calls, options.firstBytes)
    this.#source = new WindowsFacts(options.questions)
  }

  get capabilities(): ProcessTableCapabilities {
    return {
      cpuTimeResolution: 'tick',
      partialReason: null,
      endedSource: null,
      provider: 'windows',
      missing: [
        'uid',
        'unit',
        'pss_bytes',
        'uss_bytes',
        'swap_bytes',
        'memory_sampled_at_ms',
        ...(this.#tellsIo ? [] : ['read_bytes_per_second', 'write_bytes_per_second']),
      ],
    }
  }

  /** Bytes of the kept buffer. */
  get bufferBytes(): number {
    return this.#snapshot.size
  }

  sweep(): ProcessTable {
    const { clock, calls } = this.#options
    this.#tick++
    this.#added = []
    this.#ended = []
    const list = this.#list
    this.#snapshot.take(list)
    const epochMs = clock.epochMs()
    const monotonicMs = clock.monotonicMs()
    const idleBefore = this.#idleTime
    this.#idleTime = null
    while (list.advance()) {
      if (list.pid === IDLE_PID) this.#idleTime = list.kernelTime
      else this.#take()
    }
    this.#endUnseen()
    if (this.#added.length + this.#ended.length > 0) this.#arrange()
    this.#askAgain()
    this.#markApps(monotonicMs)
    const intervalMs = this.#lastMonotonicMs === null ? null : monotonicMs - this.#lastMonotonicMs
    this.#lastMonotonicMs = monotonicMs
    const logicalCpuCount = calls.cpuCount()
    return {
      monotonicMs,
      epochMs,
      intervalMs,
      logicalCpuCount,
      columns: this.#columns,
      facts: this.#facts,
      slots: this.#slotList,
      count: this.#count,
      added: this.#added,
      ended: this.#ended,
      endedUnder: [],
      exitCount: null,
      machine: this.#machine(idleBefore, intervalMs, logicalCpuCount),
      skipped: 0,
      ownUid: null,
    }
  }

  close(): void {
    this.#identities.clear()
  }

  /** Takes the entry that the list stands at. */
  #take(): void {
    const list = this.#list
    const known = this.#identities.slotOf(list.pid)
    if (known !== undefined && this.#identities.isAt(known, list)) return this.#fill(known)
    if (known !== undefined) this.#end(known) // the pid lives, this process does not
    this.#add()
  }

  #fill(slot: number): void {
    const list = this.#list
    const columns = this.#columns
    this.#seen[slot] = this.#tick
    const before = columns.cpuNs[slot] as number
    const cpuNs = (list.userTime + list.kernelTime) * NS_PER_UNIT
    // What moved before has a rate that is to be told anew, even when it stands now.
    const isMoving =
      cpuNs !== before ||
      before !== columns.previousCpuNs[slot] ||
      !Object.is(columns.readBytes[slot], columns.previousReadBytes[slot]) ||
      !Object.is(columns.writeBytes[slot], columns.previousWriteBytes[slot])
    columns.previousCpuNs[slot] = before
    columns.previousReadBytes[slot] = columns.readBytes[slot] as number
    columns.previousWriteBytes[slot] = columns.writeBytes[slot] as number
    columns.cpuNs[slot] = cpuNs
    if (this.#takeAmounts(slot) || isMoving) columns.touched[slot] = 1
  }

  /** @returns whether any of them is another than before */
  #takeAmounts(slot: number): boolean {
    const list = this.#list
    const columns = this.#columns
    const rss = list.privateWorkingSet > 0 ? list.privateWorkingSet : list.workingSet
    const nice = niceOfBase(list.basePriority)
    const does = STATUS_OF_THREADS[list.threadStates()]
    // What is suspended does not answer either, and has to be resumed.
    const status = this.#hung.has(slot) && does !== 'stopped' ? NOT_RESPONDING : statusCode(does)
    if (list.readBytes > 0 || list.writeBytes > 0) this.#tellsIo = true
    const readBytes = this.#tellsIo ? list.readBytes : NaN
    const writeBytes = this.#tellsIo ? list.writeBytes : NaN
    const isSame =
      columns.rssBytes[slot] === rss &&
      columns.vmsBytes[slot] === list.commit &&
      columns.threads[slot] === list.threads &&
      columns.status[slot] === status &&
      Object.is(columns.nice[slot], nice) &&
      Object.is(columns.readBytes[slot], readBytes) &&
      Object.is(columns.writeBytes[slot], writeBytes)
    if (isSame) return false
    columns.rssBytes[slot] = rss
    columns.vmsBytes[slot] = list.commit
    columns.threads[slot] = list.threads
    columns.status[slot] = status
    columns.nice[slot] = nice
    columns.readBytes[slot] = readBytes
    columns.writeBytes[slot] = writeBytes
    columns.ioAccess[slot] = this.#tellsIo ? ACCESS.ok : ACCESS.unsupported
    return true
  }

  #add(): void {
    const list = this.#list
    const columns = this.#columns
    const slot = this.#identities.take(list)
    this.#makeRoom()
    this.#seen[slot] = this.#tick
    columns.pid[slot] = list.pid
    columns.ppid[slot] = 0
    columns.cpuNs[slot] = (list.userTime + list.kernelTime) * NS_PER_UNIT
    columns.childrenCpuMs[slot] = NaN
    columns.pssBytes[slot] = NaN
    columns.ussBytes[slot] = NaN
    columns.swapBytes[slot] = NaN
    columns.memoryAtMs[slot] = NaN
    columns.memoryAccess[slot] = ACCESS.unsupported
    columns.readBytes[slot] = NaN
    columns.writeBytes[slot] = NaN
    this.#takeAmounts(slot)
    // The list is whole: one that it did not have before began since, and used all of its time since.
    const baseline = this.#lastMonotonicMs === null ? NaN : 0
    columns.previousCpuNs[slot] = baseline
    columns.previousReadBytes[slot] = this.#tellsIo ? baseline : NaN
    columns.previousWriteBytes[slot] = this.#tellsIo ? baseline : NaN
    columns.startTicks[slot] = instantOf(list.startLow, list.startHigh) ?? 0
    columns.touched[slot] = 1
    this.#ask(slot, YOUNG_SWEEPS)
    this.#added.push(slot)
  }

  /** Asks the process in a slot, of which the list told `name` at its start. */
  #ask(slot: number, turns: number): void {
    const before = this.#facts[slot]
    const pid = this.#columns.pid[slot] as number
    const [low, high] = this.#identities.startOf(slot)
    const { facts, settled } = this.#source.of({
      pid,
      parentPid: this.#identities.toldParentOf(slot),
      name: before === undefined ? this.#list.name() : before.comm,
      startId: `w-${markOf(low, high)}`,
      startedAtMs: instantOf(low, high),
    })
    facts.hasWindow = this.#appPrograms.has(programOf(facts))
    this.#facts[slot] = facts
    this.#young.delete(slot)
    this.#nameless.delete(slot)
    if (settled === 'nameless') this.#nameless.add(slot)
    else if (settled === 'young' && turns > 0) this.#young.set(slot, turns - 1)
    this.#columns.touched[slot] = 1
  }

  #askAgain(): void {
    if (this.#young.size === 0 && this.#nameless.size === 0) return
    const isNew = new Set(this.#added)
    const areNamesNew = this.#namesFound !== this.#source.namesFound
    this.#namesFound = this.#source.namesFound
    for (const [slot, turns] of Array.from(this.#young))
      if (!isNew.has(slot)) this.#ask(slot, turns)
    if (areNamesNew) for (const slot of Array.from(this.#nameless)) this.#ask(slot, YOUNG_SWEEPS)
  }

  #makeRoom(): void {
    this.#columns.grow(this.#identities.slotCount)
    if (this.#seen.length >= this.#columns.capacity) return
    const larger = new Uint32Array(this.#columns.capacity)
    larger.set(this.#seen)
    this.#seen = larger
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
    this.#young.delete(slot)
    this.#nameless.delete(slot)
    this.#hung.delete(slot)
    this.#facts[slot] = undefined
    this.#identities.release(pid, slot)
  }

  /** Slots by pid, and who is whose parent: only when processes came or went. */
  #arrange(): void {
    const { pid, ppid, touched } = this.#columns
    const { size } = this.#identities
    if (this.#slotList.length < size) this.#slotList = new Int32Array(size * 2)
    let count = 0
    for (const slot of this.#identities.slots()) this.#slotList[count++] = slot
    this.#count = count
    this.#slotList.subarray(0, count).sort((a, b) => (pid[a] as number) - (pid[b] as number))
    for (let i = 0; i < count; i++) {
      const slot = this.#slotList[i] as number
      const parent = this.#identities.parentOf(slot)
      if (ppid[slot] === parent) continue
      ppid[slot] = parent
      touched[slot] = 1
    }
  }

  /** A program is an app while one of its processes has a window that a person can switch to. */
  #markApps(monotonicMs: number): void {
    const { windows } = this.#options
    if (windows === null || monotonicMs - this.#windowsAtMs < WINDOWS_MS) return
    this.#windowsAtMs = monotonicMs
    const programs = new Set<string>()
    const hung = new Set<number>()
    for (const [pid, isHung] of windows.appPids()) {
      const slot = this.#identities.slotOf(pid)
      const facts = slot === undefined ? undefined : this.#facts[slot]
      if (slot === undefined || facts === undefined) continue
      programs.add(programOf(facts))
      if (isHung) hung.add(slot)
    }
    this.#appPrograms = programs
    this.#hung = hung // told from the next sweep on
    for (let i = 0; i < this.#count; i++) {
      const slot = this.#slotList[i] as number
      const facts = this.#facts[slot]
      const hasWindow = facts !== undefined && programs.has(programOf(facts))
      if (facts === undefined || facts.hasWindow === hasWindow) continue
      this.#facts[slot] = { ...facts, hasWindow }
      this.#columns.touched[slot] = 1
    }
  }

  /** What was not idle, by the same answer. The time of interrupts belongs to no process here and is not told apart. */
  #machine(
    idleBefore: number | null,
    intervalMs: number | null,
    cpuCount: number,
  ): MachineTimes | null {
    if (intervalMs === null || idleBefore === null || this.#idleTime === null) return null
    const idleMs = (this.#idleTime - idleBefore) / UNITS_PER_MS
    if (idleMs < 0) return null
    return {
      busyMs: Math.max(0, intervalMs * cpuCount - idleMs),
      irqMs: null,
      isIrqMeasured: false,
      stealMs: null,
      forks: null,
    }
  }
}

const programOf = ({ exe, comm }: ProcessFacts): string => (exe ?? comm).toLowerCase()
