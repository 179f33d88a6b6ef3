import { ApiError } from '@taskmanager/client'
import type {
  AppCloseAnswer,
  IoPriority,
  PriorityWord,
  ProcessIdentity,
} from '@taskmanager/contracts'
import { MAX_CONTROL_TARGETS, UNDO_MS } from '@taskmanager/contracts'
import type { Target } from '../../stores/commands.ts'
import { orderExpiry } from '../../stores/live-stats.ts'
import { api } from '../../stores/services.ts'
import { tellError, tellOutcome, type Told } from './outcome-text.ts'

export interface EndOptions {
  readonly force: boolean
  /** The name the user typed, for what is critical to the session. */
  readonly confirmName: string | null
  /** Suspended first, so that it can be taken back. Not by force. */
  readonly undo: boolean
}

/** Ends one process or all of a list, and tells what became of each. */
export async function endTargets(
  targets: readonly Target[],
  { force, confirmName, undo }: EndOptions,
): Promise<Told[]> {
  const signal = force ? 'KILL' : 'TERM'
  const more = {
    ...(confirmName !== null && { confirm_name: confirmName }),
    ...(undo && !force && { undo_ms: UNDO_MS.usual }),
  }
  const [only] = targets
  if (targets.length === 1 && only !== undefined) {
    const body = { start_id: only.start_id, signal, expires_at: orderExpiry(), ...more } as const
    return [await tell(api.kill(only.pid, body), only.name, 'asked')]
  }
  return together(targets, 'asked', (members) =>
    api.closeApp({ members, signal, expires_at: orderExpiry(), ...more }),
  )
}

export async function suspendTargets(
  targets: readonly Target[],
  confirmName: string | null,
): Promise<Told[]> {
  const confirmation = confirmName === null ? {} : { confirm_name: confirmName }
  const [only] = targets
  if (targets.length === 1 && only !== undefined) {
    const body = { start_id: only.start_id, expires_at: orderExpiry(), ...confirmation }
    return [await tell(api.suspend(only.pid, body), only.name, 'suspended')]
  }
  return together(targets, 'suspended', (members) =>
    api.suspendAll({ members, expires_at: orderExpiry(), ...confirmation }),
  )
}

export async function resumeTargets(targets: readonly Target[]): Promise<Told[]> {
  const [only] = targets
  if (targets.length === 1 && only !== undefined) {
    const body = { start_id: only.start_id, expires_at: orderExpiry() }
    return [await tell(api.resume(only.pid, body), only.name, 'resumed')]
  }
  return together(targets, 'resumed', (members) =>
    api.resumeAll({ members, expires_at: orderExpiry() }),
  )
}

export function prioritiseTargets(
  targets: readonly Target[],
  priority: PriorityWord,
): Promise<Told[]> {
  return each(targets, 'changed', ({ pid, start_id }) =>
    api.setPriority(pid, { start_id, priority, expires_at: orderExpiry() }),
  )
}

export function ioPrioritiseTargets(targets: readonly Target[], word: IoPriority): Promise<Told[]> {
  return each(targets, 'changed', ({ pid, start_id }) =>
    api.setIoPriority(pid, { start_id, io_priority: word, expires_at: orderExpiry() }),
  )
}

export function spareTargets(targets: readonly Target[], on: boolean): Promise<Told[]> {
  return each(targets, 'changed', ({ pid, start_id }) =>
    api.setEfficiency(pid, { start_id, on, expires_at: orderExpiry() }),
  )
}

export function pinTargets(targets: readonly Target[], cpus: readonly number[]): Promise<Told[]> {
  return each(targets, 'changed', ({ pid, start_id }) =>
    api.setAffinity(pid, { start_id, cpus: [...cpus], expires_at: orderExpiry() }),
  )
}

/** An explicit list in one request: it counts once, however long it is. */
async function together(
  targets: readonly Target[],
  asked: string,
  call: (members: ProcessIdentity[]) => Promise<AppCloseAnswer>,
): Promise<Told[]> {
  const told: Told[] = []
  for (let at = 0; at < targets.length; at += MAX_CONTROL_TARGETS) {
    const some = targets.slice(at, at + MAX_CONTROL_TARGETS)
    try {
      const { results } = await call(some.map(({ pid, start_id }) => ({ pid, start_id })))
      told.push(...results.map(tellOutcome))
    } catch (error) {
      const one = tellError(error, `any of the ${some.length} processes`, asked)
      told.push(...some.map(() => one))
    }
  }
  return told
}

/** One after another: the service takes five requests a second and twenty at once, and nothing is done beyond that. */
async function each(
  targets: readonly Target[],
  asked: string,
  call: (target: Target) => ReturnType<typeof api.kill>,
): Promise<Told[]> {
  const told: Told[] = []
  for (const target of targets) {
    told.push(
      await tell(
        inTurn(() => call(target)),
        target.name,
        asked,
      ),
    )
  }
  return told
}

/** A fifth of a second is the time of one request. */
const TURN_MS = 200
const MOST_MISSED = 25

/** Asks again while it is too soon. Others ask as well, so a turn may be missed now and then. */
async function inTurn<T>(call: () => Promise<T>): Promise<T> {
  for (let missed = 0; ; missed++) {
    try {
      return await call()
    } catch (error) {
      const isTooSoon = error instanceof ApiError && error.error === 'too_many_requests'
      if (!isTooSoon || missed === MOST_MISSED) throw error
      await new Promise((resolve) => setTimeout(resolve, TURN_MS))
    }
  }
}

async function tell(call: ReturnType<typeof api.kill>, name: string, asked: string): Promise<Told> {
  try {
    return tellOutcome(await call)
  } catch (error) {
    return tellError(error, name, asked)
  }
}
