import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import path from 'node:path'
import type { SweepCalls } from './libc.ts'
import { holdSpares, isExhausted, openInNeed, restoreSpares } from './spare-descriptors.ts'

/** Kept free for sockets, logs and details. */
const HEADROOM = 256
const MOST = 100_000
/** Soft limit where nothing tells it. */
const FEWEST = 1024
const NONE = -1

/** How a read ended, where no bytes came. */
export const GONE = -1
export const DENIED = -2
export const FAILED = -3

/** After the system had no more, so many wishes for one to keep are refused before it is asked again. */
const PAUSE = 1000

/**
 * Descriptors of files that are read again and again, a bounded number of them. Beyond the bound, or when the
 * system has none left, the same files are opened, read and closed: slower, never wrong.
 */
export class KeptDescriptors {
  readonly #calls: SweepCalls | null
  #room: number
  #pause = 0
  /** The system had no descriptor to keep since this was last looked at: those we have are better given to others. */
  ranOut = false

  constructor(procRoot: string, calls: SweepCalls | null) {
    holdSpares(1)
    this.#calls = calls
    this.#room = Math.max(0, Math.min(MOST, descriptorLimit(procRoot) - HEADROOM))
  }

  /** A kept descriptor, or -1 when it is not to be had; `read` copes with both. */
  open(file: string): number {
    if (this.#room <= 0 || this.#pause-- > 0) return NONE
    try {
      const fd = openSync(file, 'r')
      this.#room--
      return fd
    } catch (error) {
      if (isExhausted(error)) {
        this.#pause = PAUSE
        this.ranOut = true
      }
      return NONE
    }
  }

  close(fd: number): void {
    if (fd < 0) return
    closeSync(fd)
    this.#room++
  }

  /**
   * Bytes read into `buffer`, or why there are none. A kept descriptor of an ended process says GONE though its pid
   * lives again.
   */
  read(fd: number, file: () => string, buffer: Buffer): number {
    if (fd >= 0 && this.#calls !== null) {
      const length = this.#calls.readAgain(fd, buffer)
      if (length >= 0) return length === 0 ? GONE : length
      return this.#calls.lastErrno() === 13 || this.#calls.lastErrno() === 1 ? DENIED : GONE
    }
    try {
      if (fd >= 0) return readSync(fd, buffer, 0, buffer.length, 0) || GONE
      return readOnce(file(), buffer)
    } catch (error) {
      return refusal(error)
    }
  }
}

/** Opens, reads from the start, closes. Throws as `openSync` does, but not for want of a descriptor while one is spare. */
export function readOnce(file: string, buffer: Buffer): number {
  let fd: number | null = null
  try {
    fd = openInNeed(file)
    return readSync(fd, buffer, 0, buffer.length, 0)
  } finally {
    if (fd !== null) closeSync(fd)
    restoreSpares()
  }
}

/**
 * GONE for a vanished process, DENIED for a missing right, FAILED when there is no descriptor for anything. Another
 * fault of the machine is told as GONE of one row.
 */
function refusal(error: unknown): number {
  if (isExhausted(error)) return FAILED
  const { code } = error as NodeJS.ErrnoException
  return code === 'EACCES' || code === 'EPERM' ? DENIED : GONE
}

/** Soft limit of open files. Source: proc_pid_limits(5). */
function descriptorLimit(procRoot: string): number {
  try {
    return parseOpenFilesLimit(readFileSync(path.join(procRoot, 'self/limits'), 'utf8'))
  } catch {
    return FEWEST // a recorded tree without self, or a sandbox
  }
}

/** The soft limit in the text of `limits`; what a system has at least when there is none. */
export function parseOpenFilesLimit(limits: string): number {
  const soft = /^Max open files +(unlimited|\d{1,20}) /m.exec(limits)?.[1]
  return soft === undefined ? FEWEST : soft === 'unlimited' ? MOST : Number(soft)
}
