import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import path from 'node:path'
import type { SweepCalls } from './libc.ts'

/** Kept free for sockets, logs and details. */
const HEADROOM = 256
const MOST = 100_000
const NONE = -1

/** How a read ended, where no bytes came. */
export const GONE = -1
export const DENIED = -2

/**
 * Descriptors of files that are read again and again, a bounded number of them. Beyond the bound, or when the
 * system has none left, the same files are opened, read and closed: slower, never wrong.
 */
export class KeptDescriptors {
  readonly #calls: SweepCalls | null
  #room: number

  constructor(procRoot: string, calls: SweepCalls | null) {
    this.#calls = calls
    this.#room = Math.max(0, Math.min(MOST, descriptorLimit(procRoot) - HEADROOM))
  }

  /** A kept descriptor, or -1 when it is not to be had; `read` copes with both. */
  open(file: string): number {
    if (this.#room <= 0) return NONE
    try {
      const fd = openSync(file, 'r')
      this.#room--
      return fd
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EMFILE' || code === 'ENFILE') this.#room = 0
      return NONE
    }
  }

  close(fd: number): void {
    if (fd < 0) return
    closeSync(fd)
    this.#room++
  }

  /** Bytes read into `buffer`, or GONE or DENIED. A kept descriptor of an ended process says GONE though its pid lives again. */
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

/** Opens, reads from the start, closes. Throws as `openSync` does. */
export function readOnce(file: string, buffer: Buffer): number {
  const fd = openSync(file, 'r')
  try {
    return readSync(fd, buffer, 0, buffer.length, 0)
  } finally {
    closeSync(fd)
  }
}

/** GONE for a vanished process, DENIED for a missing right. Anything else is a fault of the machine, told as GONE of one row. */
function refusal(error: unknown): number {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EACCES' || code === 'EPERM' ? DENIED : GONE
}

/** Soft limit of open files. Source: proc_pid_limits(5). */
function descriptorLimit(procRoot: string): number {
  try {
    const text = readFileSync(path.join(procRoot, 'self/limits'), 'utf8')
    const soft = /^Max open files\s+(\S+)/m.exec(text)?.[1]
    return soft === 'unlimited' ? MOST : Number(soft ?? 1024)
  } catch {
    return 1024 // a recorded tree without self, or a sandbox
  }
}
