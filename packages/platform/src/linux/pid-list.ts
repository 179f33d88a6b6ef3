import { closeSync, openSync, readdirSync } from 'node:fs'
import type { SweepCalls } from './libc.ts'

const BUFFER_SIZE = 64 * 1024
const NAME_OFFSET = 19
const LENGTH_OFFSET = 16
const PID = /^[1-9]\d{0,9}$/
const LARGEST_PID = 2 ** 31 - 1

/** Lists the numeric entries of `/proc`. With FFI the entries are parsed in place, without a string for each. */
export class PidList {
  pids = new Int32Array(1024)
  count = 0
  readonly #root: string
  readonly #calls: SweepCalls | null
  readonly #buffer: Buffer
  #fd: number | null = null

  constructor(root: string, calls: SweepCalls | null) {
    this.#root = root
    this.#calls = calls
    this.#buffer = Buffer.allocUnsafe(calls === null ? 0 : BUFFER_SIZE)
  }

  read(): void {
    this.count = 0
    if (this.#calls === null || !this.#readInPlace(this.#calls)) this.#readNames()
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
    this.close()
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

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd)
    this.#fd = null
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
