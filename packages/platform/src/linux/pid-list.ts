import { closeSync, openSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { KeptFile } from './kept-file.ts'
import { parseLatestPid } from './latest-pid.ts'
import type { SweepCalls } from './libc.ts'

const BUFFER_SIZE = 64 * 1024
const NAME_OFFSET = 19
const LENGTH_OFFSET = 16
const PID = /^[1-9]\d{0,9}$/
const LARGEST_PID = 2 ** 31 - 1
/** Every so many lists the directory is read, whatever the kernel says was born: a restored process chooses its pid. */
const WHOLE_EVERY = 10

export interface PidListOptions {
  root: string
  /** null: without FFI. */
  calls: SweepCalls | null
  /** Whether a process that answers its clock belongs into the list: not where some are hidden, nor in a recorded tree. */
  mayProbe: boolean
}

/**
 * The pids of `/proc`, ascending. Pids are given out in order and the kernel tells the latest (proc_loadavg(5)), so
 * between two lists it is enough to ask the few numbers given out since; who of the list is gone, its clock tells. The
 * directory, which costs a lookup for each process, is read now and then, when more numbers were given out than there
 * are processes, and always once it held somebody who was missed: some containers are shown a made-up `loadavg`.
 */
export class PidList {
  pids = new Int32Array(1024)
  count = 0
  readonly #root: string
  readonly #calls: SweepCalls | null
  readonly #buffer: Buffer
  readonly #loadavg: KeptFile
  #mayProbe: boolean
  #before = new Int32Array(1024)
  #beforeCount = 0
  #fd: number | null = null
  /** The latest pid at the last two lists. One that was being made at the older is there by now. */
  #latest: number | null = null
  #earlier: number | null = null
  #sinceWhole = 0

  constructor({ root, calls, mayProbe }: PidListOptions) {
    this.#root = root
    this.#calls = calls
    this.#mayProbe = mayProbe && calls !== null
    this.#buffer = Buffer.allocUnsafe(calls === null ? 0 : BUFFER_SIZE)
    this.#loadavg = new KeptFile(path.join(root, 'loadavg'))
  }

  read(): void {
    // Before the list: who is born after this is asked for next time.
    const latest = this.#mayProbe ? this.#readLatest() : null
    if (!this.#addBorn(latest)) this.#readWhole(latest)
    this.#earlier = this.#latest
    this.#latest = latest
  }

  /** @param clocks in the order of the pids; under 0 for those that are gone */
  dropGone(clocks: Float64Array): void {
    let kept = 0
    for (let i = 0; i < this.count; i++) {
      if (!((clocks[i] as number) < 0)) this.pids[kept++] = this.pids[i] as number
    }
    this.count = kept
  }

  #readLatest(): number | null {
    if (this.#loadavg.read().kind !== 'ok') return null
    return parseLatestPid(this.#loadavg.bytes, this.#loadavg.length)
  }

  /** False when the directory must be read. */
  #addBorn(latest: number | null): boolean {
    const [calls, from] = [this.#calls, this.#earlier]
    if (calls === null || latest === null || from === null) return false
    const isRound = latest < from // through all numbers and from the smallest on
    if (isRound || latest - from > this.count || ++this.#sinceWhole >= WHOLE_EVERY) return false
    const larger = this.pids.slice(this.#countUpTo(latest), this.count)
    this.count = this.#countUpTo(from)
    for (let pid = from + 1; pid <= latest; pid++) if (calls.processCpuNs(pid) >= 0) this.#push(pid)
    for (const pid of larger) this.#push(pid)
    return true
  }

  /** How many of the list are no larger. */
  #countUpTo(pid: number): number {
    let count = this.count
    while (count > 0 && (this.pids[count - 1] as number) > pid) count--
    return count
  }

  #readWhole(latest: number | null): void {
    this.#sinceWhole = 0
    ;[this.pids, this.#before] = [this.#before, this.pids]
    this.#beforeCount = this.count
    this.count = 0
    if (this.#calls === null || !this.#readInPlace(this.#calls)) this.#readNames()
    if (latest !== null && this.#missed(latest)) this.#mayProbe = false
  }

  /** Whether somebody is listed who was not before, and whose number the kernel did not tell of since. */
  #missed(latest: number): boolean {
    const [from, to] = [this.#earlier, this.#readLatest()] // more may be born while the directory is read
    if (from === null || to === null || to < latest || latest < from) return false // or went round
    for (let i = 0, b = 0; i < this.count; i++) {
      const pid = this.pids[i] as number
      while (b < this.#beforeCount && (this.#before[b] as number) < pid) b++
      const isNew = b === this.#beforeCount || this.#before[b] !== pid
      if (isNew && (pid <= from || pid > to)) return true
    }
    return false
  }

  #readInPlace(calls: SweepCalls): boolean {
    this.#fd ??= openSync(this.#root, 'r')
    calls.rewind(this.#fd)
    for (;;) {
      const length = calls.directoryEntries(this.#fd, this.#buffer)
      if (length < 0) return this.#restart()
      if (length === 0) return true
      parsePidEntries(this.#buffer, length, this.#push)
    }
  }

  #restart(): boolean {
    this.count = 0
    this.#closeDirectory()
    return false
  }

  #readNames(): void {
    for (const name of readdirSync(this.#root)) {
      if (PID.test(name) && Number(name) <= LARGEST_PID) this.#push(Number(name))
    }
    // The kernel lists pids in order; other file systems, where a recorded tree lies, in any.
    this.pids.subarray(0, this.count).sort()
  }

  readonly #push = (pid: number): void => {
    if (this.count === this.pids.length) {
      const larger = new Int32Array(this.pids.length * 2)
      larger.set(this.pids)
      this.pids = larger
    }
    this.pids[this.count++] = pid
  }

  #closeDirectory(): void {
    if (this.#fd !== null) closeSync(this.#fd)
    this.#fd = null
  }

  close(): void {
    this.#closeDirectory()
    this.#loadavg.close()
  }
}

/**
 * Entries of getdents64(2): inode, offset, u16 length of the entry, u8 type, name with NUL. Those that are named by a
 * pid are told; an entry that cannot be one ends the walk.
 */
export function parsePidEntries(bytes: Buffer, length: number, push: (pid: number) => void): void {
  for (let entry = 0; entry + NAME_OFFSET < length;) {
    let pid = 0
    let at = entry + NAME_OFFSET
    for (; at < length; at++) {
      const digit = (bytes[at] as number) - 48
      if (digit < 0 || digit > 9) break
      pid = pid * 10 + digit
    }
    if (bytes[at] === 0 && at < length && pid > 0 && pid <= LARGEST_PID) push(pid)
    const size =
      (bytes[entry + LENGTH_OFFSET] as number) + (bytes[entry + LENGTH_OFFSET + 1] as number) * 256
    if (size <= NAME_OFFSET) return
    entry += size
  }
}
