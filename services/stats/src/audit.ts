import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs'
import { mkdir, open, rename } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import type { LoggedAction } from '@taskmanager/contracts'
import {
  endsWithin,
  readReaches,
  unansweredCalls,
  type ControlReport,
  type UnansweredCalls,
} from '@taskmanager/platform'
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
const MOST_WAITING = 1000

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants
const FLAGS = O_WRONLY | O_APPEND | O_CREAT | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)
const FILE_MODE = 0o600
const DIRECTORY = { recursive: true, mode: 0o700 } as const

/** How the log is reached; tests hand in a file that never opens. */
interface AuditWorld {
  open: typeof open
  calls: UnansweredCalls
  /** How long a line is waited for: less than the launcher waits for a service to stop. */
  answerWithinMs: number
}

const realWorld: AuditWorld = { open, calls: unansweredCalls, answerWithinMs: 1500 }

interface Line {
  readonly text: string
  /** The system has it: it is in the file, or will be. */
  isHandedOver: boolean
  /** It was told to have failed: it must not come later, behind others. */
  isGivenUp: boolean
}

/**
 * The log of actions: one JSON line each, for this user only, 10 MiB × 5. Opened for each line, so that a file that
 * was moved away is begun anew. Lines are written one after the other, beside the event loop: a log that cannot be
 * written, or is on a mount that does not answer, keeps neither an action from happening nor anything else.
 */
export class AuditLog {
  readonly #file: string
  readonly #world: AuditWorld
  readonly #waiting = new Set<Line>()
  #last: Promise<unknown> = Promise.resolve()
  /** A call to the log has not come back. */
  #isSilent = false

  constructor(directory: string = stateDirectory(), world: Partial<AuditWorld> = {}) {
    this.#file = path.join(directory, 'actions.log')
    this.#world = { ...realWorld, ...world }
  }

  /** The log and its older parts, newest first. */
  get files(): string[] {
    return Array.from({ length: KEPT_FILES }, (_, n) =>
      n === 0 ? this.#file : `${this.#file}.${n}`,
    )
  }

  /** `failed`: the line went to standard error instead, and the answer says so. Never rejects. */
  write(entry: AuditEntry): Promise<'written' | 'failed'> {
    const text = `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`
    const line: Line = { text, isHandedOver: false, isGivenUp: false }
    if (this.#waiting.size >= MOST_WAITING) {
      this.#giveUp(line, fault('EBUSY'))
      return Promise.resolve('failed')
    }
    this.#waiting.add(line)
    const written = this.#last.then(() => this.#carryOut(line))
    this.#last = written
    return written
  }

  /** For the exit of the process, when nothing can be waited for any more: writes what still waits, at once. */
  writeRest(): void {
    const lines = [...this.#waiting].filter((line) => !line.isHandedOver && !line.isGivenUp)
    if (lines.length === 0) return
    try {
      if (this.#isSilent) throw fault('ETIMEDOUT')
      mkdirSync(path.dirname(this.#file), DIRECTORY)
      const fd = openSync(this.#file, FLAGS, FILE_MODE)
      writeSync(fd, lines.map(({ text }) => text).join(''))
      closeSync(fd)
      for (const line of lines) line.isGivenUp = true
    } catch (error) {
      for (const line of lines) this.#giveUp(line, error)
    }
  }

  async #carryOut(line: Line): Promise<'written' | 'failed'> {
    try {
      await this.inTime(() => this.#append(line))
      return 'written'
    } catch (error) {
      this.#giveUp(line, error)
      return 'failed'
    } finally {
      this.#waiting.delete(line)
    }
  }

  #giveUp(line: Line, error: unknown): void {
    line.isGivenUp = true
    const { code } = error as NodeJS.ErrnoException
    process.stderr.write(`The action could not be written to ${this.#file} (${code}): ${line.text}`)
  }

  /**
   * Does something with the files of the log, which may be on a mount that does not answer.
   * @throws what the file system says; ETIMEDOUT when it does not in time
   */
  async inTime<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isSilent) throw fault('ETIMEDOUT')
    const { calls, answerWithinMs } = this.#world
    const reachOf = await readReaches()
    const ended = await calls.beginWithin(reachOf(this.#file), answerWithinMs)
    if (ended === null) throw fault('ETIMEDOUT')
    const working = work().finally(ended)
    if (await endsWithin(working, answerWithinMs)) return working
    this.#isSilent = true
    const isBack = () => void (this.#isSilent = false)
    working.then(isBack, isBack)
    throw fault('ETIMEDOUT')
  }

  async #append(line: Line): Promise<void> {
    await mkdir(path.dirname(this.#file), DIRECTORY)
    let size: number
    {
      await using handle = await this.#world.open(this.#file, FLAGS, FILE_MODE)
      if (line.isGivenUp) return
      line.isHandedOver = true
      const bytes = Buffer.from(line.text)
      const { bytesWritten } = await handle.write(bytes)
      size = (await handle.stat()).size
      if (bytesWritten < bytes.length) {
        // The disk became full in the middle: half a line would spoil the next one too.
        await handle.truncate(size - bytesWritten)
        throw fault('ENOSPC')
      }
    }
    if (size >= MOST_BYTES) await this.#rotate()
  }

  async #rotate(): Promise<void> {
    const { files } = this
    for (let n = files.length - 1; n >= 1; n--) {
      try {
        await rename(files[n - 1] as string, files[n] as string)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
    }
  }
}

const fault = (code: string) => Object.assign(new Error(code), { code, syscall: 'open' })

/** Where state of this user is kept: the launcher says, else the XDG base directories. */
function stateDirectory(): string {
  const { TASKMANAGER_STATE_DIR: given, XDG_STATE_HOME: xdg } = process.env
  return given ?? path.join(xdg ?? path.join(homedir(), '.local/state'), 'task-manager-pro')
}
