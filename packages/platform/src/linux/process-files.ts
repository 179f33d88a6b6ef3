import path from 'node:path'
import { ACCESS, DISK_SLEEP, type ProcessColumns, type ProcessFacts } from '../process-table.ts'
import { ProcParseError } from '../read-result.ts'
import { GONE, type KeptDescriptors } from './kept-descriptors.ts'
import { isKernelThread, parseProcPidStat, ProcStatRecord } from './parse-stat.ts'
import { readFacts, startOf, type FactsSource } from './process-facts.ts'
import { readIo, readRss } from './process-numbers.ts'
import type { Slots } from './slots.ts'

/** The file is not as its manual says: the row keeps what it had, and is counted. Beside GONE, DENIED and FAILED. */
export const MALFORMED = -4

const DEAD = 'X'.charCodeAt(0)

export interface ProcessFilesOptions {
  kept: KeptDescriptors
  slots: Slots
  columns: ProcessColumns
  /** By slot. */
  facts: (ProcessFacts | undefined)[]
  source: FactsSource
  pageSize: number
}

/** What the files of one process say, read into its slot of the columns. */
export class ProcessFiles {
  readonly #options: ProcessFilesOptions
  readonly #msPerTick: number
  readonly #buffer = Buffer.allocUnsafe(4096)
  /** By slot: the short name that the facts were read with. */
  readonly #commHash: number[] = []
  /** Of the process whose `stat` was read last. */
  readonly stat = new ProcStatRecord()
  /** Malformed since it was last set to 0. */
  skipped = 0

  constructor(options: ProcessFilesOptions) {
    this.#options = options
    this.#msPerTick = 1000 / options.source.ticksPerSecond
  }

  path(pid: number, name: string): string {
    return path.posix.join(this.#options.source.procRoot, String(pid), name)
  }

  /** A descriptor of `stat` to keep, or -1. */
  open(pid: number): number {
    return this.#options.kept.open(this.path(pid, 'stat'))
  }

  /** Length of the file, which `stat` then holds; or GONE, DENIED, FAILED, MALFORMED. */
  readStat(pid: number, fd: number): number {
    const length = this.#options.kept.read(fd, () => this.path(pid, 'stat'), this.#buffer)
    if (length < 0) return length
    try {
      parseProcPidStat(this.#buffer, length, this.stat)
      return length
    } catch (error) {
      if (!(error instanceof ProcParseError)) throw error
      if (this.#isCollected(length)) return GONE
      this.skipped++
      return MALFORMED
    }
  }

  /** Makes the slot that of the process of `stat`, of whom nothing else is known yet. */
  begin(pid: number, slot: number): void {
    const { columns } = this.#options
    columns.pid[slot] = pid
    columns.startTicks[slot] = this.stat.starttimeTicks
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
  }

  /**
   * Takes the numbers of `stat`; answers by how many milliseconds the waited-for time rose.
   * @param cpuNs NaN: as `stat` has it, in ticks
   * @param waitedMs waited-for time at the instant, where it was read then
   */
  takeStat(slot: number, cpuNs: number, waitedMs: number | null): number {
    const { columns, pageSize } = this.#options
    const { stat } = this
    columns.cpuNs[slot] = Number.isNaN(cpuNs)
      ? (stat.utimeTicks + stat.stimeTicks) * this.#msPerTick * 1e6
      : cpuNs
    columns.ppid[slot] = stat.ppid
    columns.status[slot] = stat.status
    columns.nice[slot] = stat.nice
    columns.threads[slot] = stat.threads
    columns.vmsBytes[slot] = stat.vsizeBytes
    columns.rssBytes[slot] = stat.rssPages * pageSize
    const childrenMs = waitedMs ?? (stat.cutimeTicks + stat.cstimeTicks) * this.#msPerTick
    const rise = childrenMs - (columns.childrenCpuMs[slot] as number)
    columns.childrenCpuMs[slot] = childrenMs
    return rise
  }

  /** Another name than the facts have means another program, or one that renamed itself. */
  hasOtherName(slot: number): boolean {
    return this.#hashComm() !== this.#commHash[slot]
  }

  /**
   * Reads what does not change while a program runs. False when that is to be done again once the process no longer
   * waits for a disk: till then it keeps what was known, or has no arguments.
   */
  takeFacts(pid: number, slot: number): boolean {
    const { facts, source } = this.#options
    const waits = this.stat.status === DISK_SLEEP && !isKernelThread(this.stat.flags)
    if (waits && facts[slot] !== undefined && !this.hasOtherName(slot)) return false
    const comm = Buffer.from(this.#buffer.subarray(this.stat.commStart, this.stat.commEnd))
    facts[slot] = readFacts(source, pid, this.stat, comm)
    this.#commHash[slot] = this.#hashComm()
    return !waits
  }

  /** The instant of its start anew, after that of the boot has moved. */
  tellStart(slot: number): void {
    const { facts, source, columns } = this.#options
    const known = facts[slot]
    if (known === undefined) return
    facts[slot] = { ...known, startedAtMs: startOf(source, columns.startTicks[slot] as number) }
    columns.touched[slot] = 1
  }

  /** What other files know: exact rss, and storage traffic of a process that ran. */
  readMore(pid: number, slot: number, ran: boolean): void {
    const { kept, slots, columns, facts, pageSize } = this.#options
    if (facts[slot]?.isKernel ?? true) return
    if (slots.statm[slot] === -1) slots.statm[slot] = kept.open(this.path(pid, 'statm'))
    const statm = () => this.path(pid, 'statm')
    readRss(kept, slots.statm[slot] ?? -1, statm, columns, slot, pageSize)
    if (!ran || columns.ioAccess[slot] === ACCESS.denied) return
    if (slots.io[slot] === -1) slots.io[slot] = kept.open(this.path(pid, 'io'))
    readIo(kept, slots.io[slot] ?? -1, () => this.path(pid, 'io'), columns, slot)
  }

  /** The moment before the kernel forgets it: state X, and groups of -1 where there were some. */
  #isCollected(length: number): boolean {
    const bracket = this.#buffer.subarray(0, length).lastIndexOf(')')
    return bracket >= 0 && this.#buffer[bracket + 2] === DEAD
  }

  #hashComm(): number {
    const { commStart, commEnd } = this.stat
    let hash = commEnd - commStart
    for (let at = commStart; at < commEnd; at++) {
      hash = (Math.imul(hash, 31) + (this.#buffer[at] as number)) | 0
    }
    return hash
  }
}
