import { ApiError } from '@taskmanager/client'
import type { InfoSection, ProcessInfo } from '@taskmanager/contracts'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { usePreference } from '../../stores/preferences.ts'
import { api } from '../../stores/services.ts'

/** What is asked again while the drawer is open, at most this often. */
const LEAST_INTERVAL_MS = 2000

export interface Identity {
  readonly pid: number
  readonly startId: string
}

/** `4711.<start_id>` of the address; `null` when it does not name a process. */
export function parseIdentity(text: string | null): Identity | null {
  const match = /^([1-9]\d{0,9})\.([A-Za-z0-9_.-]{1,96})$/.exec(text ?? '')
  return match === null ? null : { pid: Number(match[1]), startId: match[2] ?? '' }
}

function infoQuery(
  { pid, startId }: Identity,
  sections: readonly InfoSection[],
  intervalMs: number,
) {
  return queryOptions({
    queryKey: ['process-info', pid, startId, ...sections],
    queryFn: ({ signal }) => api.getProcessInfo(pid, { include: sections, startId, signal }),
    refetchInterval: ({ state }) => (isOver(state.error) ? false : intervalMs),
    staleTime: 0,
    gcTime: 10_000,
  })
}

export interface InfoState {
  /** The last answer stays when the process ends. */
  readonly info: ProcessInfo | undefined
  /** `ended`: no process has this identity now. */
  readonly state: 'loading' | 'live' | 'ended' | 'failed'
  readonly error: ApiError | null
  /** Of a reused pid: who has it now. */
  readonly newcomer: string | null
}

/** Everything port 8000 knows of one process; a tab asks for its own section when it opens. */
export function useProcessInfo(
  identity: Identity,
  sections: readonly InfoSection[] = [],
): InfoState {
  const paused = usePreference('paused')
  const interval = Math.max(LEAST_INTERVAL_MS, usePreference('intervalMs'))
  const { data, error } = useQuery(infoQuery(identity, sections, paused ? 60_000 : interval))
  const known = error instanceof ApiError ? error : null
  const state = isOver(error)
    ? 'ended'
    : error !== null
      ? 'failed'
      : data === undefined
        ? 'loading'
        : 'live'
  return { info: data, state, error: known, newcomer: newcomerOf(known) }
}

function isOver(error: unknown): boolean {
  return (
    error instanceof ApiError && (error.error === 'gone' || error.error === 'identity_mismatch')
  )
}

function newcomerOf(error: ApiError | null): string | null {
  if (error?.error !== 'identity_mismatch') return null
  const { owner } = error.detail as { owner?: { name?: unknown } | null }
  return typeof owner?.name === 'string' ? owner.name : null
}
