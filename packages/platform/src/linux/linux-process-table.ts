import path from 'node:path'
import type { PlatformOptions } from '../options.ts'
import {
  ACCESS,
  ZOMBIE,
  ProcessColumns,
  type EndedProcess,
  type ProcessFacts,
  type ProcessTable,
  type ProcessTableCapabilities,
  type ProcessTableProvider,
  type SweepPause,
} from '../process-table.ts'
import { ProcParseError } from '../read-result.ts'
import { EndedTime } from './ended-time.ts'
import { openExitRecords, type ExitRecords } from './exit-records/exit-records.ts'
import { ExitSource } from './exit-records/exit-source.ts'
import { Instant } from './instant.ts'
import { DENIED, FAILED, KeptDescriptors } from './kept-descriptors.ts'
import { sweepCalls, type SweepCalls } from './libc.ts'
import { MachineClock } from './machine-times.ts'
import { MemoryTruth } from './memory-truth.ts'
import { Newcomers } from './newcomers.ts'
import { PidList } from './pid-list.ts'
import { ProcStatRecord, parseProcPidStat } from './parse-stat.ts'
import { hiddenReason, readBootEpochMs, readPageSize, readUptimeSeconds } from './proc-world.ts'
import { readFacts, type FactsSource } from './process-facts.ts'
import { readIo, readRss } from './process-numbers.ts'
import { Slots } from './slots.ts'
import { readBootId, readClockTicksPerSecond } from './start-id.ts'
import { Users } from './users.ts'
import { Waiters } from './waiters.ts'

/** An unmoved process is read again every so many sweeps: others may have stopped it or changed its priority. */
const TURNS = 10
/**
 * Facts are read again one turn after a process began (it may have been between fork, setuid and exec), and then every
 * so many sweeps: a program may execute one of the same name, rewrite its arguments, or be moved to another cgroup.
 */
const FACTS_SWEEPS = 300
/** Time for PSS readings in a sweep, on average, milliseconds. */
const MEMORY_BUDGET_MS = 0.5
/** A sweep of many processes lets other work in after so many milliseconds, so that no answer waits for all of it. */
const SLICE_MS = 4
const ROWS_A_STEP = 32

type Sweep = Generator<undefined, ProcessTable>

/** When there is no descriptor left, so many are given up for whom they are more use to: clients that connect. */
const SHED_DESCRIPTORS = 64

export interface LinuxProcessTableOptions extends PlatformOptions {
  /** null: as without FFI. */
  calls?: SweepCalls | null
  ownUid?: number | null
  /** null: as without the rights for them. */
  exitRecords?: ExitRecords | null
}

/**
 * The sweep: list the pids, read every CPU clock in one tight pass, and read the files of those processes only whose
 * clock moved, that are new, or whose turn it is. A process that did not run did not change, except what others do to it.
 */
export class LinuxProcessTable implements ProcessTableProvider {
  readonly #options: LinuxProcessTableOptions
  readonly #calls: SweepCalls | null
  readonly #kept: KeptDescriptors
  readonly #slots: Slots
  readonly #list: PidList
  readonly #machine: MachineClock
  readonly #memory: MemoryTruth
  readonly #ended = new EndedTime()
  readonly #exits: ExitSource
  readonly #waiters: Waiters
  readonly #newcomers: Newcomers
  readonly #instant: Instant
  readonly #source: FactsSource
  readonly #pageSize: number
  readonly #ownUid: number | null
  readonly #columns = new ProcessColumns()
  readonly #facts: (ProcessFacts | undefined)[] = []
  readonly #commHash: number[] = []
  readonly #factsDue: number[] = []
  readonly #buffer = Buffer.allocUnsafe(4096)
  readonly #stat = new ProcStatRecord()
  readonly #risen = new Map<number, number>()
  #seen = new Uint32Array(0)
  #slotList = new Int32Array(0)
  #previousList = new Int32Array(0)
  #count = 0
  #previousCount = 0
  #tick = 0
  #lastMonotonicMs: number | null = null
  #lastUptimeTicks = Infinity
  #added: number[] = []
  #endedProcesses: EndedProcess[] = []
  #skipped = 0
  #denied = 0
  #failed = 0
  readonly #hiddenReason: string | null

  constructor(options: LinuxProcessTableOptions) {
    const { procRoot } = options
    this.#options = options
    // Clocks of recorded pids would be clocks of strangers.
    this.#calls =
      options.calls !== undefined ? options.calls : procRoot === '/proc' ? sweepCalls() : null
    this.#ownUid = options.ownUid !== undefined ? options.ownUid : (process.getuid?.() ?? null)
    this.#kept = new KeptDescriptors(procRoot, this.#calls)
    this.#slots = new Slots(this.#kept)
    this.#list = new PidList(procRoot, this.#calls)
    const ticksPerSecond = readClockTicksPerSecond(procRoot)
    const monotonicMs = () => options.clock.monotonicMs()
    this.#machine = new MachineClock(procRoot, ticksPerSecond, monotonicMs)
    this.#waiters = new Waiters({
      kept: this.#kept,
      slots: this.#slots,
      columns: this.#columns,
      statFile: (pid) => this.#file(pid, 'stat'),
      msPerTick: 1000 / ticksPerSecond,
    })
    this.#newcomers = new Newcomers(procRoot, ticksPerSecond)
    this.#instant = new Instant({
      calls: this.#calls,
      machine: this.#machine,
      waiters: this.#waiters,
      newcomers: this.#newcomers,
      monotonicMs,
    })
    const isLive = this.#calls !== null && procRoot === '/proc'
    this.#exits = new ExitSource(
      options.exitRecords !== undefined ? options.exitRecords : isLive ? openExitRecords() : null,
    )
    this.#memory = new MemoryTruth(
      {
        read: (pid, buffer) => this.#kept.read(-1, () => this.#file(pid, 'smaps_rollup'), buffer),
        monotonicMs,
        epochMs: () => options.clock.epochMs(),
      },
      MEMORY_BUDGET_MS,
    )
    this.#pageSize = readPageSize(procRoot)
    this.#hiddenReason = hiddenReason(procRoot, this.#ownUid)
    const users = new Users(options.etcRoot)
    this.#source = {
      procRoot,
      bootId: readBootId(procRoot),
      bootEpochMs: readBootEpochMs(options),
      ticksPerSecond,
      users,
    }
  }

  get capabilities(): ProcessTableCapabilities {
    return {
      cpuTimeResolution: this.#calls === null ? 'tick' : 'nanosecond',
      partialReason: this.#partialReason(),
      provider: 'linux',
      endedSource: this.#exits.works ? 'exit_records' : 'waited_for_time',
      missing: [],
    }
  }

  sweep(): ProcessTable
  sweep(pause: SweepPause): Promise<ProcessTable>
  sweep(pause?: SweepPause): ProcessTable | Promise<ProcessTable> {
    const steps = this.#steps()
    if (pause !== undefined) return this.#inSlices(steps, pause)
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
    }
  }

  async #inSlices(steps: Sweep, pause: SweepPause): Promise<ProcessTable> {
    const { clock } = this.#options
    for (let from = clock.monotonicMs(); ;) {
      const step = steps.next()
      if (step.done === true) return step.value
      if (clock.monotonicMs() - from < SLICE_MS) continue
      await pause()
      from = clock.monotonicMs()
    }
  }

  /** One sweep, resting wherever other work may come in between. The pass over the clocks is never cut. */
  *#steps(): Sweep {
    const { clock, procRoot } = this.#options
    this.#begin()
    // Before the listing: a process that is not listed yet has begun after it.
    const uptimeTicks = (readUptimeSeconds(procRoot) ?? Infinity) * this.#source.ticksPerSecond
    this.#list.read()
    yield
    const { pids, count } = this.#list
    const epochMs = clock.epochMs()
    const monotonicMs = this.#instant.take(pids, count, {
      columns: this.#columns,
      slots: this.#previousList,
      count: this.#count,
    })
    const intervalMs = this.#lastMonotonicMs === null ? null : monotonicMs - this.#lastMonotonicMs
    const machine = this.#machine.times(intervalMs)
    const records = this.#exits.take()
    yield
    yield* this.#readProcesses()
    this.#endCollected()
    this.#endUnseen()
    const settled = this.#ended.settle({
      slotOf: this.#slots.ofPid,
      columns: this.#columns,
      risen: this.#risen,
      nameOf: (slot) => this.#facts[slot]?.name ?? '',
      mostMs: intervalMs === null ? 0 : intervalMs * Math.max(1, this.#machine.cpuCount),
      isOfInstant: (pid) => this.#instant.childrenMs(pid) !== null,
      records,
      // Last of all: whatever was found gone has its record.
      laterRecords: this.#exits.take(),
    })
    for (const each of this.#endedProcesses) each.waitStatus = this.#ended.waitStatusOf(each.pid)
    this.#exits.judge(settled.unrecorded)
    this.#memory.sample(this.#columns, this.#slotList, this.#count)
    const isFirst = this.#lastMonotonicMs === null
    this.#lastMonotonicMs = monotonicMs
    this.#lastUptimeTicks = Math.floor(uptimeTicks)
    if (this.#kept.ranOut) this.#slots.shed(SHED_DESCRIPTORS)
    return {
      monotonicMs,
      epochMs,
      intervalMs,
      logicalCpuCount: Math.max(1, this.#machine.cpuCount),
      columns: this.#columns,
      facts: this.#facts,
      slots: this.#slotList,
      count: this.#count,
      added: this.#added,
      ended: this.#endedProcesses,
      endedUnder: isFirst ? [] : settled.under,
      exitCount: isFirst ? null : settled.count,
      machine,
      skipped: this.#skipped,
      ownUid: this.#ownUid,
    }
  }

  /** What is kept by process, in entries: a test holds it against the processes there are. */
  sizes(): Record<'slots' | 'pids' | 'facts' | 'columns' | 'endedTime' | 'risen', number> {
    return {
      slots: this.#slots.size,
      pids: this.#slots.ofPid.size,
      facts: this.#facts.length,
      columns: this.#columns.capacity,
      endedTime: this.#ended.size,
      risen: this.#risen.size,
    }
  }

  close(): void {
    this.#slots.closeAll()
    this.#list.close()
    this.#machine.close()
    this.#exits.close()
  }

  /** As of the last sweep: what was refused or failed then may be readable now. */
  #partialReason(): string | null {
    if (this.#hiddenReason !== null) return this.#hiddenReason
    if (this.#denied > 0) return `${this.#denied} processes may not be read by this service.`
    return this.#failed === 0
      ? null
      : `${this.#failed} processes could not be read: this service or the system has too many open files.`
  }

  #begin(): void {
    this.#tick++
    if (this.#tick % TURNS === 1) this.#source.users.refresh()
    ;[this.#slotList, this.#previousList] = [this.#previousList, this.#slotList]
    this.#added = []
    this.#endedProcesses = []
    this.#risen.clear()
    this.#skipped = 0
    this.#denied = 0
    this.#failed = 0
  }

  *#readProcesses(): Generator<undefined, void> {
    const { pids, count } = this.#list
    if (this.#slotList.length < count) this.#slotList = new Int32Array(count * 2)
    const previousCount = this.#count
    this.#count = 0
    for (let i = 0; i < count; i++) {
      const pid = pids[i] as number
      const cpuNs = this.#calls === null ? NaN : (this.#instant.clocks[i] as number)
      if (cpuNs < 0) continue // gone since the listing
      const slot = this.#readProcess(pid, cpuNs)
      if (slot < 0) continue
      const isTaken = this.#columns.cpuNs[slot] === cpuNs
      if (isTaken) this.#columns.cpuAtMs[slot] = this.#instant.clockAtMs[i] as number
      this.#seen[slot] = this.#tick
      this.#slotList[this.#count++] = slot
      if (i % ROWS_A_STEP === ROWS_A_STEP - 1) yield
    }
    this.#previousCount = previousCount
  }

  /** Slot of the process, or -1 when it is gone or cannot be read. */
  #readProcess(pid: number, cpuNs: number): number {
    const slot = this.#slots.ofPid.get(pid)
    if (slot === undefined) return this.#add(pid, cpuNs)
    const columns = this.#columns
    const before = columns.cpuNs[slot] as number
    const ranBefore = before !== columns.previousCpuNs[slot]
    const ran = cpuNs !== before
    columns.previousCpuNs[slot] = before
    columns.previousCpuAtMs[slot] = columns.cpuAtMs[slot] as number
    columns.previousReadBytes[slot] = columns.readBytes[slot] as number
    columns.previousWriteBytes[slot] = columns.writeBytes[slot] as number
    columns.touched[slot] = ran || ranBefore ? 1 : 0
    // Once more after it last ran: it was caught at work, and has gone to sleep since.
    if (!ran && !ranBefore && slot % TURNS !== this.#tick % TURNS) return slot
    return this.#readAgain(pid, slot, cpuNs, ran)
  }

  #readAgain(pid: number, slot: number, cpuNs: number, ran: boolean): number {
    const length = this.#kept.read(
      this.#slots.stat[slot] ?? -1,
      () => this.#file(pid, 'stat'),
      this.#buffer,
    )
    if (length === FAILED) {
      this.#failed++
      return slot // nothing is known of it now, not even that it ended
    }
    if (length < 0) return this.#replace(pid, slot, cpuNs) // the pid lives, this process does not
    const stat = this.#parse(length)
    if (stat === null) return slot
    if (stat.starttimeTicks !== this.#columns.startTicks[slot])
      return this.#replace(pid, slot, cpuNs)
    this.#columns.touched[slot] = 1
    const risenMs = this.#takeStat(slot, stat, cpuNs)
    if (risenMs > 0) this.#risen.set(slot, risenMs)
    const hash = this.#hashComm(stat)
    if (hash !== this.#commHash[slot] || this.#tick >= (this.#factsDue[slot] ?? 0)) {
      this.#takeFacts(pid, slot, stat, hash)
      this.#factsDue[slot] = this.#tick + FACTS_SWEEPS + (slot % TURNS) * TURNS
    }
    if (!(this.#facts[slot]?.isKernel ?? true)) this.#readMore(pid, slot, ran)
    return slot
  }

  #replace(pid: number, slot: number, cpuNs: number): number {
    // Its clock ran on till the instant: it ended after that, unless the clock is already that of a newcomer.
    const isLate = cpuNs >= (this.#columns.cpuNs[slot] as number)
    this.#end(pid, slot, isLate ? cpuNs : null)
    return this.#add(pid, isLate ? NaN : cpuNs)
  }

  #add(pid: number, cpuNs: number): number {
    const statFd = this.#kept.open(this.#file(pid, 'stat'))
    const length = this.#kept.read(statFd, () => this.#file(pid, 'stat'), this.#buffer)
    const stat = length < 0 ? null : this.#parse(length)
    if (stat === null) {
      this.#kept.close(statFd)
      if (length === DENIED) this.#denied++
      else if (length === FAILED) this.#failed++
      else if (length < 0) this.#missNewcomer(pid, cpuNs)
      return -1
    }
    const slot = this.#slots.take(pid)
    this.#makeRoom()
    const columns = this.#columns
    this.#slots.stat[slot] = statFd
    columns.pid[slot] = pid
    columns.startTicks[slot] = stat.starttimeTicks
    columns.childrenCpuMs[slot] = 0
    columns.readBytes[slot] = NaN
    columns.writeBytes[slot] = NaN
    columns.ioAccess[slot] = ACCESS.unknown
    columns.memoryAccess[slot] = ACCESS.unknown
    columns.pssBytes[slot] = NaN
    columns.ussBytes[slot] = NaN
    columns.swapBytes[slot] = NaN
    columns.memoryAtMs[slot] = NaN
    columns.touched[slot] = 1
    const risenMs = this.#takeStat(slot, stat, cpuNs)
    this.#takeFacts(pid, slot, stat, this.#hashComm(stat))
    // Those that were there before us have settled: no need to read all of them twice in the first seconds.
    const isFirst = this.#lastMonotonicMs === null
    this.#factsDue[slot] = this.#tick + (isFirst ? FACTS_SWEEPS + (slot % FACTS_SWEEPS) : 1)
    if (!(this.#facts[slot]?.isKernel ?? true)) this.#readMore(pid, slot, true)
    // Began since the last sweep: all it ever used or waited for, it did in this interval.
    const isNewborn = stat.starttimeTicks >= this.#lastUptimeTicks
    columns.previousCpuNs[slot] = isNewborn ? 0 : NaN
    columns.previousCpuAtMs[slot] = NaN
    columns.previousReadBytes[slot] = isNewborn ? 0 : NaN
    columns.previousWriteBytes[slot] = isNewborn ? 0 : NaN
    if (isNewborn && risenMs > 0) this.#risen.set(slot, risenMs)
    this.#added.push(slot)
    return slot
  }

  /** A process nobody listed before ended between its clock and its files. To the first sweep its life is no news. */
  #missNewcomer(pid: number, cpuNs: number): void {
    if (Number.isNaN(cpuNs)) return
    const seen = this.#newcomers.of(pid)
    const now = { ownMs: cpuNs / 1e6, childrenMs: seen?.childrenMs ?? 0 }
    const told = this.#lastMonotonicMs === null ? now : { ownMs: 0, childrenMs: 0 }
    this.#ended.departLate(pid, now, { ppid: seen?.ppid ?? 0, ...told })
  }

  #makeRoom(): void {
    this.#columns.grow(this.#slots.size)
    if (this.#seen.length >= this.#columns.capacity) return
    const larger = new Uint32Array(this.#columns.capacity)
    larger.set(this.#seen)
    this.#seen = larger
  }

  /** Takes the numbers of `stat`; answers by how many milliseconds the waited-for time rose. */
  #takeStat(slot: number, stat: ProcStatRecord, cpuNs: number): number {
    const columns = this.#columns
    const msPerTick = 1000 / this.#source.ticksPerSecond
    columns.cpuNs[slot] = Number.isNaN(cpuNs)
      ? (stat.utimeTicks + stat.stimeTicks) * msPerTick * 1e6
      : cpuNs
    columns.ppid[slot] = stat.ppid
    columns.status[slot] = stat.status
    columns.nice[slot] = stat.nice
    columns.threads[slot] = stat.threads
    columns.vmsBytes[slot] = stat.vsizeBytes
    columns.rssBytes[slot] = stat.rssPages * this.#pageSize
    const childrenMs =
      this.#instant.childrenMs(columns.pid[slot] as number) ??
      (stat.cutimeTicks + stat.cstimeTicks) * msPerTick
    const rise = childrenMs - (columns.childrenCpuMs[slot] as number)
    columns.childrenCpuMs[slot] = childrenMs
    if (rise > 0) this.#waiters.note(columns.pid[slot] as number)
    return rise
  }

  #takeFacts(pid: number, slot: number, stat: ProcStatRecord, hash: number): void {
    const comm = Buffer.from(this.#buffer.subarray(stat.commStart, stat.commEnd))
    this.#facts[slot] = readFacts(this.#source, pid, stat, comm)
    this.#commHash[slot] = hash
  }

  /** What other files know: exact rss, storage traffic. */
  #readMore(pid: number, slot: number, ran: boolean): void {
    const slots = this.#slots
    if (slots.statm[slot] === -1) slots.statm[slot] = this.#kept.open(this.#file(pid, 'statm'))
    readRss(
      this.#kept,
      slots.statm[slot] ?? -1,
      () => this.#file(pid, 'statm'),
      this.#columns,
      slot,
      this.#pageSize,
    )
    if (!ran || this.#columns.ioAccess[slot] === ACCESS.denied) return
    if (slots.io[slot] === -1) slots.io[slot] = this.#kept.open(this.#file(pid, 'io'))
    readIo(this.#kept, slots.io[slot] ?? -1, () => this.#file(pid, 'io'), this.#columns, slot)
  }

  /**
   * A child may be collected after its clock was read and before its parent's `stat` was: then its whole life is in
   * the parent's waited-for time though it is still listed. So the children of such parents are asked once more;
   * parents known to wait were read with the clocks.
   */
  #endCollected(): void {
    const calls = this.#calls
    if (calls === null || this.#risen.size === 0) return
    const { pid, ppid } = this.#columns
    const parents = new Set(
      Array.from(this.#risen.keys(), (slot) => pid[slot] as number).filter(
        (parent) => this.#instant.childrenMs(parent) === null,
      ),
    )
    if (parents.size === 0) return
    let kept = 0
    for (let i = 0; i < this.#count; i++) {
      const slot = this.#slotList[i] as number
      const isGone =
        parents.has(ppid[slot] as number) && calls.processCpuNs(pid[slot] as number) < 0
      if (isGone) this.#endInSweep(slot)
      else this.#slotList[kept++] = slot
    }
    this.#count = kept
  }

  /** Ends a process that this sweep has read already: what it read was told to nobody. */
  #endInSweep(slot: number): void {
    const columns = this.#columns
    const pid = columns.pid[slot] as number
    columns.cpuNs[slot] = columns.previousCpuNs[slot] as number
    columns.childrenCpuMs[slot] =
      (columns.childrenCpuMs[slot] as number) - (this.#risen.get(slot) ?? 0)
    this.#risen.delete(slot)
    const added = this.#added.indexOf(slot)
    this.#end(pid, slot)
    if (added < 0) return
    this.#added.splice(added, 1)
    this.#endedProcesses.pop() // never listed, so its end is no news to anybody
  }

  #endUnseen(): void {
    for (let i = 0; i < this.#previousCount; i++) {
      const slot = this.#previousList[i] as number
      const pid = this.#columns.pid[slot] as number
      if (this.#seen[slot] !== this.#tick && this.#slots.ofPid.get(pid) === slot)
        this.#end(pid, slot)
    }
  }

  /** @param lateNs CPU time at the instant of one that ended after it, nanoseconds */
  #end(pid: number, slot: number, lateNs: number | null = null): void {
    const columns = this.#columns
    const facts = this.#facts[slot]
    this.#endedProcesses.push({ pid, startId: facts?.startId ?? '', waitStatus: null })
    const told = {
      ppid: columns.ppid[slot] as number,
      ownMs: (columns.cpuNs[slot] as number) / 1e6,
      childrenMs: columns.childrenCpuMs[slot] as number,
    }
    if (lateNs === null) this.#ended.depart(pid, told, columns.status[slot] === ZOMBIE)
    else {
      const childrenMs = this.#instant.childrenMs(pid) ?? told.childrenMs
      this.#ended.departLate(pid, { ownMs: lateNs / 1e6, childrenMs }, told)
    }
    this.#waiters.forget(pid)
    this.#facts[slot] = undefined
    this.#slots.release(pid, slot)
  }

  /** null when the file is not as its manual says: the row keeps what it had, and is counted. */
  #parse(length: number): ProcStatRecord | null {
    try {
      return parseProcPidStat(this.#buffer, length, this.#stat)
    } catch (error) {
      if (!(error instanceof ProcParseError)) throw error
      this.#skipped++
      return null
    }
  }

  /** A changed name means another program, or one that renamed itself. */
  #hashComm(stat: ProcStatRecord): number {
    let hash = stat.commEnd - stat.commStart
    for (let at = stat.commStart; at < stat.commEnd; at++) {
      hash = (Math.imul(hash, 31) + (this.#buffer[at] as number)) | 0
    }
    return hash
  }

  #file(pid: number, name: string): string {
    return path.posix.join(this.#options.procRoot, String(pid), name)
  }
}
