import { closeSync, constants, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

const MAX_BYTES = 5 * 1024 * 1024
const KEPT_FILES = 3

/**
 * A log file of bounded size: at 5 MiB it becomes `.1`, the one before `.2`, and the oldest goes. Mode 0600, and a link in its
 * place is not followed. A full disk loses lines, never the program.
 */
export class LogFile {
  readonly #path: string
  #fd: number | null = null
  #bytes = 0

  constructor(path: string) {
    this.#path = path
  }

  write(text: string): void {
    try {
      const fd = this.#open()
      this.#bytes += writeSync(fd, text)
      if (this.#bytes >= MAX_BYTES) this.#rotate()
    } catch {
      this.close() // full disk, lost directory: try again with the next line
    }
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd)
    this.#fd = null
  }

  #open(): number {
    if (this.#fd === null) {
      const flags =
        constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0)
      this.#fd = openSync(this.#path, flags, 0o600)
      this.#bytes = fstatSync(this.#fd).size
    }
    return this.#fd
  }

  #rotate(): void {
    this.close()
    for (let i = KEPT_FILES - 1; i >= 1; i--) {
      try {
        renameSync(i === 1 ? this.#path : `${this.#path}.${i - 1}`, `${this.#path}.${i}`)
      } catch {
        // the older one does not exist yet
      }
    }
  }
}
