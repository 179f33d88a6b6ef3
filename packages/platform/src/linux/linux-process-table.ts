import path from 'node:path'
import type { PlatformOptions } from '../options.ts'
import {
  ZOMBIE,
  ProcessColumns,
  type EndedProcess,
  type ProcessFacts,
  type ProcessTable,
  type ProcessTableCapabilities,
  type ProcessTableProvider,
  type SweepPause,
} from '../process-table.ts'
import { ChildrenIo } from './children-io.ts'
import { EndedTime } from './ended-time.ts'
import { openExitRecords, type ExitRecords } from './exit-records/exit-records.ts'
import { ExitSource } from './exit-records/exit-source.ts'
import { Instant } from './instant.ts'
import { DENIED, FAILED, KeptDescriptors } from './kept-descriptors.ts'
import { KeptFile } from './kept-file.ts'
import { sweepCalls, type SweepCalls } from './libc.ts'
import { MachineClock } from './machine-times.ts'
import { MemoryTruth } from './memory-truth.ts'
import { Newcomers } from './newcomers.ts'
import { PidList } from './pid-list.ts'
import {
  hiddenReason,
  parseUptime,
  readBootEpochMs,
  readPageSize,
  secondsSinceBoot,
} from './proc-world.ts'
import type { FactsSource } from './process-facts.ts'
import { MALFORMED, ProcessFiles } from './process-files.ts'
import { ownRights } from './rights.ts'
import { Slots } from './slots.ts'
import { readBootId, readClockTicksPerSecond } from './start-id.ts'
import { Users } from './users.ts'
import { Waiters } from './waiters.ts'

/** A resting process is asked every so many sweeps whether others changed its priority, which costs one call. */
const NICE_TURNS = 10
/** And read again every so many: under pressure the kernel takes its pages while it sleeps. */
const REST_TURNS = 30
const USERS_SWEEPS = 10
/**
 * Facts are read again one sweep after a process began (it may have been between fork, setuid and exec), and then when
 * it runs after so many: a program may execute one of the same name, rewrite its arguments, or be moved to another
 * cgroup.
 */
const FACTS_SWEEPS = 300
/** Time for PSS readings in a sweep, on average, milliseconds. */
const MEMORY_BUDGET_MS = 0.5
/** A sweep of many processes lets other work in after so many milliseconds, so that no answer waits for all of it. */
const SLICE_MS = 4
const ROWS_A_STEP = 32
/** When the instant of the boot moves by less, the clock is slewed, or was read late. */
const CLOCK_IS_SET_MS = 1000

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
  readonly #uptime: KeptFile
  readonly #machine: MachineClock
  readonly #memory: MemoryTruth
  readonly #ended = new EndedTime()
  readonly #childrenIo: ChildrenIo
  readonly #exits: ExitSource
  readonly #waiters: Waiters
  readonly #newcomers: Newcomers
  readonly #instant: Instant
  readonly #source: FactsSource
  readonly #files: ProcessFiles
  readonly #ownUid: number | null
  readonly #columns = new ProcessColumns()
  readonly #facts: (ProcessFacts | undefined)[] = []
  readonly #factsDue: number[] = []
  readonly #risen = new Map<number, number>()
  /** Pids whose children get another parent: ended since the last sweep, or zombies since. */
  readonly #bereft = new Set<number>()
  /** Slots of those children, until they are read again. */
  readonly #orphans = new Set<number>()
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
    this.#childrenIo = new ChildrenIo(this.#columns, this.#slots.ofPid)
    this.#uptime = new KeptFile(path.join(procRoot, 'uptime'))
    const ticksPerSecond = readClockTicksPerSecond(procRoot)
    const monotonicMs = () => options.clock.monotonicMs()
    this.#source = {
      procRoot,
      bootId: readBootId(procRoot),
      bootEpochMs: readBootEpochMs(options),
      ticksPerSecond,
      users: new Users(options.etcRoot),
    }
    this.#files = new ProcessFiles({
      kept: this.#kept,
      slots: this.#slots,
      columns: this.#columns,
      facts: this.#facts,
      source: this.#source,
      pageSize: readPageSize(procRoot),
    })
    this.#machine = new MachineClock(procRoot, ticksPerSecond, monotonicMs)
    this.#waiters = new Waiters({
      kept: this.#kept,
      slots: this.#slots,
      columns: this.#columns,
      statFile: (pid) => this.#files.path(pid, 'stat'),
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
        read: (pid, buffer) =>
          this.#kept.read(-1, () => this.#files.path(pid, 'smaps_rollup'), buffer),
        monotonicMs,
        epochMs: () => options.clock.epochMs(),
      },
      MEMORY_BUDGET_MS,
    )
    this.#hiddenReason = hiddenReason(procRoot, {
      uid: this.#ownUid,
      gids: process.getgroups?.() ?? [],
      mayTrace: ownRights().details,
    })
    const mayProbe = isLive && this.#hiddenReason === null
    this.#list = new PidList({ root: procRoot, calls: this.#calls, mayProbe })
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
    const { clock } = this.#options
    this.#begin()
    // Before the listing: a process that is not listed yet has begun after it.
    const uptime = this.#uptimeSeconds()
    const bootEpochMs = readBootEpochMs(this.#options, uptime)
    const seconds = secondsSinceBoot(uptime, bootEpochMs, clock.epochMs())
    const uptimeTicks = seconds * this.#source.ticksPerSecond
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
    this.#followClock(bootEpochMs)
    this.#endCollected()
    this.#endUnseen()
    this.#childrenIo.settle()
    this.#list.dropGone(this.#instant.clocks)
    this.#findOrphans()
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
      skipped: this.#files.skipped,
      ownUid: this.#ownUid,
    }
  }

  /** What is kept by process, in entries: a test holds it against the processes there are. */
  sizes(): Record<
    'slots' | 'pids' | 'facts' | 'columns' | 'endedTime' | 'risen' | 'orphans' | 'childrenIo',
    number
  > {
    return {
      slots: this.#slots.size,
      pids: this.#slots.ofPid.size,
      facts: this.#facts.length,
      columns: this.#columns.capacity,
      endedTime: this.#ended.size,
      risen: this.#risen.size,
      orphans: this.#orphans.size,
      childrenIo: this.#childrenIo.size,
    }
  }

  close(): void {
    this.#slots.closeAll()
    this.#list.close()
    this.#uptime.close()
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

  #uptimeSeconds(): number | null {
    this.#uptime.read() // without the file its length is 0
    return parseUptime(this.#uptime.bytes.toString('latin1', 0, this.#uptime.length))
  }

  #begin(): void {
    this.#tick++
    if (this.#tick % USERS_SWEEPS === 1) this.#source.users.refresh()
    ;[this.#slotList, this.#previousList] = [this.#previousList, this.#slotList]
    this.#added = []
    this.#endedProcesses = []
    this.#risen.clear()
    this.#bereft.clear()
    this.#files.skipped = 0
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

  /** A clock that is set, as at the start of a machine without a battery, moves the instants of all starts. */
  #followClock(bootEpochMs: number | null): void {
    const before = this.#source.bootEpochMs
    if (bootEpochMs === null) return
    if (before !== null && Math.abs(bootEpochMs - before) < CLOCK_IS_SET_MS) return
    this.#source.bootEpochMs = bootEpochMs
    for (const slot of this.#slotList.subarray(0, this.#count)) this.#files.tellStart(slot)
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
    const isDue = ran || ranBefore || this.#orphans.delete(slot) || this.#isRestOver(pid, slot)
    return isDue ? this.#readAgain(pid, slot, cpuNs, ran) : slot
  }

  /** Whether a process that did not run is to be read all the same. */
  #isRestOver(pid: number, slot: number): boolean {
    if (slot % NICE_TURNS !== this.#tick % NICE_TURNS) return false
    if (slot % REST_TURNS === this.#tick % REST_TURNS) return true
    return this.#calls?.nice(pid) !== this.#columns.nice[slot]
  }

  #readAgain(pid: number, slot: number, cpuNs: number, ran: boolean): number {
    const files = this.#files
    const length = files.readStat(pid, this.#slots.stat[slot] ?? -1)
    if (length === FAILED) this.#failed++ // nothing is known of it now, not even that it ended
    if (length === FAILED || length === MALFORMED) return slot
    const isAnother = length > 0 && files.stat.starttimeTicks !== this.#columns.startTicks[slot]
    if (length < 0 || isAnother) return this.#replace(pid, slot, cpuNs) // the pid lives, this process does not
    this.#columns.touched[slot] = 1
    const risenMs = this.#takeStat(slot, cpuNs)
    if (risenMs > 0) this.#risen.set(slot, risenMs)
    const areFactsDue = ran && this.#tick >= (this.#factsDue[slot] ?? 0)
    if (areFactsDue || files.hasOtherName(slot)) {
      const isDone = files.takeFacts(pid, slot)
      this.#factsDue[slot] = this.#tick + (isDone ? FACTS_SWEEPS + (slot % FACTS_SWEEPS) : 1)
    }
    files.readMore(pid, slot, ran)
    return slot
  }

  #replace(pid: number, slot: number, cpuNs: number): number {
    // Its clock ran on till the instant: it ended after that, unless the clock is already that of a newcomer.
    const isLate = cpuNs >= (this.#columns.cpuNs[slot] as number)
    this.#end(pid, slot, isLate ? cpuNs : null)
    return this.#add(pid, isLate ? NaN : cpuNs)
  }

  #add(pid: number, cpuNs: number): number {
    const statFd = this.#files.open(pid)
    const length = this.#files.readStat(pid, statFd)
    if (length < 0) {
      this.#kept.close(statFd)
      if (length === DENIED) this.#denied++
      else if (length === FAILED) this.#failed++
      else if (length !== MALFORMED) this.#missNewcomer(pid, cpuNs)
      return -1
    }
    const slot = this.#slots.take(pid)
    this.#makeRoom()
    const columns = this.#columns
    this.#slots.stat[slot] = statFd
    this.#files.begin(pid, slot)
    const risenMs = this.#takeStat(slot, cpuNs)
    const isDone = this.#files.takeFacts(pid, slot)
    // Those that were there before us have settled: no need to read all of them twice in the first seconds.
    const isSettled = this.#lastMonotonicMs === null && isDone
    this.#factsDue[slot] = this.#tick + (isSettled ? FACTS_SWEEPS + (slot % FACTS_SWEEPS) : 1)
    this.#files.readMore(pid, slot, true)
    // Began since the last sweep: all it ever used or waited for, it did in this interval.
    const isNewborn = this.#files.stat.starttimeTicks >= this.#lastUptimeTicks
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
  #takeStat(slot: number, cpuNs: number): number {
    const { pid, status } = this.#columns
    const wasZombie = status[slot] === ZOMBIE
    const rise = this.#files.takeStat(slot, cpuNs, this.#instant.childrenMs(pid[slot] as number))
    if (rise > 0) this.#waiters.note(pid[slot] as number)
    if (status[slot] === ZOMBIE && !wasZombie) this.#bereft.add(pid[slot] as number)
    return rise
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
    columns.readBytes[slot] = columns.previousReadBytes[slot] as number
    columns.writeBytes[slot] = columns.previousWriteBytes[slot] as number
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
    this.#childrenIo.depart(slot)
    this.#waiters.forget(pid)
    this.#bereft.add(pid)
    this.#orphans.delete(slot)
    this.#facts[slot] = undefined
    this.#slots.release(pid, slot)
  }

  /** A child whose parent ends gets another one without running. */
  #findOrphans(): void {
    if (this.#bereft.size === 0) return
    for (let i = 0; i < this.#count; i++) {
      const slot = this.#slotList[i] as number
      if (this.#bereft.has(this.#columns.ppid[slot] as number)) this.#orphans.add(slot)
    }
  }
}
