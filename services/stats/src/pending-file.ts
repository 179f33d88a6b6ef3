import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'

/** A process that was suspended to be ended. */
export interface PendingEntry {
  pid: number
  start_id: string
}

const MOST_BYTES = 64 * 1024
const { O_CREAT, O_EXCL, O_RDONLY, O_WRONLY } = constants
/** Windows has neither: `undefined | 0` is 0. */
const { O_NOFOLLOW, O_NONBLOCK } = constants

/**
 * Which processes stand because this service suspended them, for the next start in case this one is killed. In the run
 * directory, which a running copy has for itself. One file for each user: a service that ran as root leaves its own.
 */
export class PendingFile {
  readonly #file: string
  readonly #uid: number | null

  constructor(runDirectory: string, uid: number | null = process.geteuid?.() ?? null) {
    this.#uid = uid
    this.#file = path.join(runDirectory, `pending-ends.${uid ?? 'user'}.json`)
  }

  /** Empty where there is no file, and where it is not one that only this user could have written. */
  read(): PendingEntry[] {
    let fd: number
    try {
      fd = openSync(this.#file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    } catch {
      return [] // None was left; or it is a link, or of somebody else.
    }
    try {
      const file = fstatSync(fd)
      const isOurs = this.#uid === null || (file.uid === this.#uid && (file.mode & 0o077) === 0)
      if (!file.isFile() || !isOurs || file.size > MOST_BYTES) return []
      return parse(readFileSync(fd, 'utf8'))
    } finally {
      closeSync(fd)
    }
  }

  /** Not synced: what is written outlives the service, and no process outlives the machine. @throws of the file system */
  write(entries: readonly PendingEntry[]): void {
    if (entries.length === 0) return rmSync(this.#file, { force: true })
    const temporary = `${this.#file}.tmp`
    rmSync(temporary, { force: true }) // of a service that was killed just then
    try {
      const fd = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
      try {
        writeSync(fd, JSON.stringify(entries))
      } finally {
        closeSync(fd)
      }
      renameSync(temporary, this.#file)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
  }
}

function parse(text: string): PendingEntry[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return [] // torn: the disk was full
  }
  return Array.isArray(value) ? value.filter(isEntry) : []
}

function isEntry(value: unknown): value is PendingEntry {
  if (typeof value !== 'object' || value === null) return false
  const { pid, start_id: startId } = value as Record<string, unknown>
  return Number.isSafeInteger(pid) && (pid as number) > 1 && typeof startId === 'string'
}
