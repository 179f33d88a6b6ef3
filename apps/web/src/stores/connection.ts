/**
 * How each service is doing.
 *
 *   const { state, port, latencyMs, sinceMs, retryAtMs, retryNow } = useConnection('accuracy')
 *   const control = useControl()      // null: commands work · ApiError: why not ("Looking only …")
 * state: connecting | live | polling | stale | down | wrong_program
 *   (polling: the stream is lost, answers still come by HTTP)
 */
import type { ApiError, LiveService } from '@taskmanager/client'
import { createStore, useStore } from '../lib/create-store.ts'
import { ports } from './services.ts'

export type ConnectionState = 'connecting' | 'live' | 'polling' | 'stale' | 'down' | 'wrong_program'

export interface Connection {
  readonly service: LiveService
  readonly port: number
  readonly state: ConnectionState
  /** Since when it is in this state, epoch milliseconds. */
  readonly sinceMs: number
  /** Instant of the newest sample shown; `null` before the first. */
  readonly lastDataAtMs: number | null
  /** Time of the last answer to a small request. `null`: none yet. */
  readonly latencyMs: number | null
  readonly retryAtMs: number | null
  /** It answers, but this page may not read: another user's service, or no token where one is needed. */
  readonly refused: boolean
  /** The service speaks another wire format than this page: nothing of it is shown under names that may be wrong. */
  readonly otherVersion: 'newer' | 'older' | null
  readonly retryNow: () => void
}

const start = (service: LiveService): Connection => ({
  service,
  port: ports[service],
  state: 'connecting',
  sinceMs: Date.now(),
  lastDataAtMs: null,
  latencyMs: null,
  retryAtMs: null,
  refused: false,
  otherVersion: null,
  retryNow: () => {},
})

export const connections = {
  stats: createStore<Connection>(start('stats')),
  accuracy: createStore<Connection>(start('accuracy')),
}

/** `undefined`: not known yet. `null`: the page holds a control token. */
export const control = createStore<ApiError | null | undefined>(undefined)

export function updateConnection(service: LiveService, change: Partial<Connection>): void {
  const store = connections[service]
  const before = store.get()
  const moved = change.state !== undefined && change.state !== before.state
  store.set({ ...before, ...(moved && { sinceMs: Date.now() }), ...change })
}

export function useConnection(service: LiveService): Connection {
  return useStore(connections[service], (connection) => connection)
}

export function useConnectionState(service: LiveService): ConnectionState {
  return useStore(connections[service], (connection) => connection.state)
}

/** Whether nothing this service shows is of now. */
export function isSilent(state: ConnectionState): boolean {
  return state === 'down' || state === 'wrong_program'
}

/** Whether what this service shows is of some time ago: it is dimmed. */
export function isOld(state: ConnectionState): boolean {
  return state === 'stale' || isSilent(state)
}

export function useControl(): ApiError | null | undefined {
  return useStore(control, (reason) => reason)
}
