import type { ControlResult, IoPriority, ProcessStatus } from '@taskmanager/contracts'

export type ControlSignal = 'TERM' | 'KILL' | 'STOP' | 'CONT'

/** One process as a caller names it, and until when the request is meant. */
export interface ControlTarget {
  pid: number
  /** As in a list (Linux: `<boot>-<ticks>`, Windows: `w-<FILETIME>`), or `<boot>-<ticks>-<inode of the pidfd>` of the details. */
  startId: string
  /** Epoch milliseconds; later, nothing is sent. */
  expiresAtMs?: number | undefined
  /** The name as typed by the user, for session-critical processes. */
  confirmName?: string | undefined
}

export type ControlAction =
  | { kind: 'signal'; signal: ControlSignal }
  /** TERM, and CONT behind it: a process that is stopped handles TERM only when it goes on. */
  | { kind: 'end_stopped' }
  | { kind: 'priority'; nice: number }
  | { kind: 'affinity'; cpus: readonly number[] }
  | { kind: 'io_priority'; level: IoPriority }
  /** Of Windows: sparing clock rates, and the lowest priority. */
  | { kind: 'efficiency'; on: boolean }

/** What happened, as observed. Nothing here is assumed from a call that returned. */
export interface ControlReport {
  pid: number
  startId: string
  result: ControlResult
  /** Name of the target; null when it was never seen. */
  name: string | null
  /** Owner of the target and of this service; null when not known. */
  user: string | null
  ownUser: string | null
  /** `pinned`: by a handle of the kernel; `checked`: compared just before; null: nothing was sent. */
  identity: 'pinned' | 'checked' | null
  /** State seen last. */
  status: ProcessStatus | null
  /** Present owner of the pid, or the parent of a zombie. */
  owner: { pid: number; name: string; startedAtMs: number | null } | null
  nice: number | null
  /** Why it is protected, or what failed; a sentence. */
  reason: string | null
}

/** A process that was suspended so that its end can be taken back. It stays held until it is closed. */
export interface HeldProcess {
  /** It stood before we came. */
  readonly wasStopped: boolean
  /** Sends TERM and CONT, observed as any end. */
  end(): Promise<ControlReport>
  /** Lets it go on, now: it waits for nothing, so that it works while the service ends. */
  resume(): ControlReport
  close(): void
}

/** `held` is null when nothing is held: `report` then says why. */
export type Holding =
  | { report: ControlReport; held: HeldProcess }
  | { report: ControlReport; held: null }

/** Acts on processes. Reports every outcome; throws only for bugs. */
export interface ProcessControl {
  readonly supported: boolean
  act(target: ControlTarget, action: ControlAction): Promise<ControlReport>
  /**
   * Suspends it, by the rules of ending it, and keeps hold of it.
   * @param beforeStop called when all checks have passed, just before the signal is sent; whether it stands already
   */
  hold(target: ControlTarget, beforeStop: (wasStopped: boolean) => void): Promise<Holding>
  /** The service stops: from now on a report tells what is seen at the next look, and waits for nothing. */
  stopWatching(): void
}

/** Nothing was sent, and why: a sentence. */
export function failedReport({ pid, startId }: ControlTarget, reason: string): ControlReport {
  return {
    pid,
    startId,
    result: 'failed',
    name: null,
    user: null,
    ownUser: null,
    identity: null,
    status: null,
    owner: null,
    nice: null,
    reason,
  }
}
