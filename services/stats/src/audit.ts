import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import type { LoggedAction } from '@taskmanager/contracts'
import type { ControlReport } from '@taskmanager/platform'
import type { OutcomeBase } from './present/outcome.ts'

/** One action as it is written down. */
export interface AuditEntry {
  action: string
  result: LoggedAction['result']
  /** The sentence of the answer. */
  message: string
  /** null: it was a service, and so is the next. */
  pid: number | null
  start_id: string | null
  name: string | null
  user: string | null
  origin: string | null
  /** First 8 hex digits of SHA-256 of the token; never the token. */
  token: string | null
  elevated: boolean
}

/** The line of one outcome. */
export function auditEntry(
  action: string,
  report: ControlReport,
  { start_id, name, message }: Pick<OutcomeBase, 'start_id' | 'name' | 'message'>,
  { origin, token, elevated }: Pick<AuditEntry, 'origin' | 'token' | 'elevated'>,
): AuditEntry {
  const { pid, result, user } = report
  return { action, result, message, pid, start_id, name, user, origin, token, elevated }
}

/** The line of an action on something else: a service, what starts with the session. */
export function entryWithoutProcess(
  done: Pick<AuditEntry, 'action' | 'result' | 'message' | 'name'>,
  by: Pick<AuditEntry, 'origin' | 'token' | 'elevated'>,
): AuditEntry {
  return { ...done, pid: null, start_id: null, user: null, ...by }
}

const MOST_BYTES = 10 * 1024 * 1024
const KEPT_FILES = 5

/**
 * The log of actions: one JSON line each, for this user only, 10 MiB × 5. Opened for each line, so that a file that
 * was moved away is begun anew. A log that cannot be written never keeps an action from happening.
 */
export class AuditLog {
  readonly #file: string

  constructor(directory: string = stateDirectory()) {
    this.#file = path.join(directory, 'actions.log')
  }

  /** The log and its older parts, newest first. */
  get files(): string[] {
    return Array.from({ length: KEPT_FILES }, (_, n) =>
      n === 0 ? this.#file : `${this.#file}.${n}`,
    )
  }

  /** `failed`: the line went to standard error instead, and the answer says so. */
  write(entry: AuditEntry): 'written' | 'failed' {
    const line = `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`
    try {
      this.#append(line)
      return 'written'
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      process.stderr.write(`The action could not be written to ${this.#file} (${code}): ${line}`)
      return 'failed'
    }
  }

  #append(line: string): void {
    mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 })
    const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants
    const flags = O_WRONLY | O_APPEND | O_CREAT | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)
    const fd = openSync(this.#file, flags, 0o600)
    let size: number
    try {
      const bytes = Buffer.from(line)
      const written = writeSync(fd, bytes)
      size = fstatSync(fd).size
      if (written < bytes.length) {
        // The disk became full in the middle: half a line would spoil the next one too.
        ftruncateSync(fd, size - written)
        throw Object.assign(new Error('The disk is full.'), { code: 'ENOSPC' })
      }
    } finally {
      closeSync(fd)
    }
    if (size >= MOST_BYTES) this.#rotate()
  }

  #rotate(): void {
    const { files } = this
    for (let n = files.length - 1; n >= 1; n--) {
      try {
        renameSync(files[n - 1] as string, files[n] as string)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
    }
  }
}

/** Where state of this user is kept: the launcher says, else the XDG base directories. */
function stateDirectory(): string {
  const { TASKMANAGER_STATE_DIR: given, XDG_STATE_HOME: xdg } = process.env
  return given ?? path.join(xdg ?? path.join(homedir(), '.local/state'), 'task-manager-pro')
}
