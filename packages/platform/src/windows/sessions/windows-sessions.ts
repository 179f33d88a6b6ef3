import type { SessionList, UserSession } from '@taskmanager/contracts'
import type { SessionsProvider } from '../../sessions/sessions-provider.ts'
import { cleanName } from '../../text/clean.ts'
import { parseSessionIds, parseSessionInfo } from './parse-sessions.ts'
import type { SessionCalls } from './session-calls.ts'

const NOT_TOLD = 'Windows does not tell who is signed in (WTSEnumerateSessions failed).'

/** Who is signed in, at the machine or by Remote Desktop. Source: WTSEnumerateSessionsW, WTSQuerySessionInformationW. */
export class WindowsSessions implements SessionsProvider {
  readonly #calls: SessionCalls
  readonly #nowMs: () => number

  constructor(calls: SessionCalls, nowMs: () => number) {
    this.#calls = calls
    this.#nowMs = nowMs
  }

  async read(): Promise<SessionList> {
    const nowMs = this.#nowMs()
    const list = await this.#calls.list()
    if (list === null) return { sessions: [], missing: NOT_TOLD, sampled_at_ms: nowMs }
    const sessions: UserSession[] = []
    for (const id of parseSessionIds(list)) {
      const session = await this.#session(id, nowMs)
      if (session !== null) sessions.push(session)
    }
    return { sessions, missing: null, sampled_at_ms: nowMs }
  }

  /** null: it ended meanwhile, or nobody is signed in. */
  async #session(id: number, nowMs: number): Promise<UserSession | null> {
    const bytes = await this.#calls.information(id)
    const facts = bytes === null ? null : parseSessionInfo(bytes)
    if (facts === null) return null
    const from = cleanName(await this.#calls.clientName(id))
    const { user, station, signedInMs, lastInputMs } = facts
    const idle = lastInputMs === null ? null : Math.max(0, Math.round((nowMs - lastInputMs) / 1000))
    return {
      user,
      terminal: station ?? `session ${id}, disconnected`,
      from: from === '' ? null : from,
      since_ms: signedInMs,
      idle_seconds: idle,
      pid: null,
      start_id: null,
      unknown: {
        ...(signedInMs === null && { since_ms: 'not_reported' as const }),
        ...(idle === null && { idle_seconds: 'not_reported' as const }),
        pid: 'not_supported',
        start_id: 'not_supported',
      },
    }
  }
}
