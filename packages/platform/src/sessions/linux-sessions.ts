import { readFile } from 'node:fs/promises'
import type { SessionList, UserSession } from '@taskmanager/contracts'
import { readTargetOrNull } from '../control/target-facts.ts'
import { formatStartId, readBootId } from '../linux/start-id.ts'
import type { PlatformOptions } from '../options.ts'
import { readResultOf, type ReadResult } from '../read-result.ts'
import { parseUtmp, type UtmpEntry } from './parse-utmp.ts'
import type { SessionsProvider } from './sessions-provider.ts'
import { terminalIdleSeconds } from './terminal-use.ts'

const NO_FILE =
  'This machine keeps no record of who is signed in (/run/utmp is missing), as in a container or where the system was built without it.'
const NOT_READABLE = 'The record of who is signed in (/run/utmp) could not be read.'

export interface SessionFiles {
  utmp: string
  /** Where terminals are. */
  devRoot: string
}

/** Source: utmp(5) for sessions, the time a terminal was last read for how long it is idle, as w(1) does. */
export class LinuxSessions implements SessionsProvider {
  readonly #options: PlatformOptions
  readonly #files: SessionFiles
  readonly #bootId: string

  constructor(
    options: PlatformOptions,
    files: SessionFiles = { utmp: '/run/utmp', devRoot: '/dev' },
  ) {
    this.#options = options
    this.#files = files
    this.#bootId = readBootId(options.procRoot)
  }

  async read(): Promise<SessionList> {
    const nowMs = this.#options.clock.epochMs()
    const bytes = await readBytes(this.#files.utmp)
    if (bytes.kind !== 'ok') {
      const missing = bytes.kind === 'gone' ? NO_FILE : NOT_READABLE
      return { sessions: [], missing, sampled_at_ms: nowMs }
    }
    const entries = parseUtmp(bytes.value)
    const sessions = await Promise.all(entries.map((entry) => this.#session(entry, nowMs)))
    return {
      sessions: sessions.filter((session) => session !== null),
      missing: null,
      sampled_at_ms: nowMs,
    }
  }

  /** null: its process has ended, and nobody took the record away. */
  async #session(entry: UtmpEntry, nowMs: number): Promise<UserSession | null> {
    const { user, line, pid, host, sinceMs } = entry
    const facts = readTargetOrNull(this.#options.procRoot, pid)
    if (facts === null || facts.isZombie) return null
    const idle = await terminalIdleSeconds(this.#files.devRoot, line, nowMs)
    return {
      user,
      terminal: line === '' ? null : line,
      from: host,
      since_ms: sinceMs,
      idle_seconds: idle,
      pid,
      start_id: formatStartId(this.#bootId, facts.starttimeTicks),
      unknown: idle === null ? { idle_seconds: 'not_reported' } : {},
    }
  }
}

async function readBytes(file: string): Promise<ReadResult<Buffer>> {
  try {
    return { kind: 'ok', value: await readFile(file) }
  } catch (error) {
    return readResultOf(error)
  }
}
