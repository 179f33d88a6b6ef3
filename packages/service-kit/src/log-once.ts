import type { FastifyBaseLogger } from 'fastify'

type Level = 'warn' | 'error' | 'info'

interface Seen {
  more: number
  level: Level
  message: string
  timer: NodeJS.Timeout
}

/** More kinds than this are not kept apart: the names of faults must not become a leak. */
const MAX_KINDS = 500

/**
 * One line per kind of fault per minute. The first is logged at once; what follows within the minute is counted
 * and told in one line at its end.
 */
export class LogOnce {
  readonly #log: FastifyBaseLogger
  readonly #windowMs: number
  readonly #seen = new Map<string, Seen>()

  constructor(log: FastifyBaseLogger, windowMs = 60_000) {
    this.#log = log
    this.#windowMs = windowMs
  }

  warn(kind: string, facts: object, message: string): void {
    this.#once('warn', kind, facts, message)
  }

  error(kind: string, facts: object, message: string): void {
    this.#once('error', kind, facts, message)
  }

  /** Tells what was counted and not yet said, and stops counting. */
  close(): void {
    for (const kind of this.#seen.keys()) this.#endWindow(kind)
  }

  #once(level: Level, wanted: string, facts: object, message: string): void {
    const full = this.#seen.size >= MAX_KINDS && !this.#seen.has(wanted)
    const kind = full ? 'other' : wanted
    const seen = this.#seen.get(kind)
    if (seen !== undefined) {
      seen.more += 1
      return
    }
    this.#log[level]({ ...facts, kind }, message)
    const timer = setTimeout(() => this.#endWindow(kind), this.#windowMs)
    timer.unref()
    this.#seen.set(kind, { more: 0, level, message, timer })
  }

  #endWindow(kind: string): void {
    const seen = this.#seen.get(kind)
    if (seen === undefined) return
    clearTimeout(seen.timer)
    this.#seen.delete(kind)
    if (seen.more > 0) this.#log[seen.level]({ kind, count: seen.more }, `${seen.message} (again)`)
  }
}
