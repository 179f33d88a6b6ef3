import path from 'node:path'
import { ProcParseError } from '../read-result.ts'
import { readOnce } from './kept-descriptors.ts'
import { parseProcPidStat, ProcStatRecord } from './parse-stat.ts'

/** What is read of a new process with its clock, since it may be gone before its row is. */
export interface Newcomer {
  ppid: number
  /** CPU time of waited-for children, milliseconds. */
  childrenMs: number
}

/** More than these in one sweep are a burst that no instant holds. */
const MOST = 64
const STAT_BYTES = 1024

/** Pids that the sweep before did not list. */
export class Newcomers {
  readonly #procRoot: string
  readonly #msPerTick: number
  readonly #byPid = new Map<number, Newcomer>()
  readonly #buffer = Buffer.allocUnsafe(STAT_BYTES)
  readonly #stat = new ProcStatRecord()
  #before = new Int32Array(0)
  #beforeCount = 0
  #pids: number[] = []

  constructor(procRoot: string, ticksPerSecond: number) {
    this.#procRoot = procRoot
    this.#msPerTick = 1000 / ticksPerSecond
  }

  of(pid: number): Newcomer | undefined {
    return this.#byPid.get(pid)
  }

  /** Call once a sweep, with its pids in ascending order. Nobody is new to the first. */
  find(pids: Int32Array, count: number): void {
    this.#pids = []
    this.#byPid.clear()
    for (let i = 0, b = 0; i < count && this.#beforeCount > 0 && this.#pids.length < MOST; i++) {
      const pid = pids[i] as number
      while (b < this.#beforeCount && (this.#before[b] as number) < pid) b++
      if (b === this.#beforeCount || this.#before[b] !== pid) this.#pids.push(pid)
    }
    if (this.#before.length < count) this.#before = new Int32Array(count * 2)
    this.#before.set(pids.subarray(0, count))
    this.#beforeCount = count
  }

  read(): void {
    for (const pid of this.#pids) {
      const newcomer = this.#read(pid)
      if (newcomer !== null) this.#byPid.set(pid, newcomer)
    }
  }

  #read(pid: number): Newcomer | null {
    try {
      const length = readOnce(path.join(this.#procRoot, String(pid), 'stat'), this.#buffer)
      const stat = parseProcPidStat(this.#buffer, length, this.#stat)
      const childrenMs = (stat.cutimeTicks + stat.cstimeTicks) * this.#msPerTick
      return { ppid: stat.ppid, childrenMs }
    } catch (error) {
      const isFileError = (error as NodeJS.ErrnoException).code !== undefined
      if (!isFileError && !(error instanceof ProcParseError)) throw error
      return null // gone or not permitted: its row says which
    }
  }
}
