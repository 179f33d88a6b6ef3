import type { AppCloseRequest, PriorityWord } from '@taskmanager/contracts'
import { MAX_CONTROL_TARGETS } from '@taskmanager/contracts'
import type { Target } from '../../stores/commands.ts'
import { api } from '../../stores/services.ts'
import { tellError, tellOutcome, type Told } from './outcome-text.ts'

/** A request that waited longer in a stalled service does nothing instead of acting late. */
const EXPIRES_MS = 10_000

const expiry = () => Date.now() + EXPIRES_MS

export interface EndOptions {
  readonly force: boolean
  /** The name the user typed, for what is critical to the session. */
  readonly confirmName: string | null
}

/** Ends one process or all of a list, and tells what became of each. */
export async function endTargets(
  targets: readonly Target[],
  { force, confirmName }: EndOptions,
): Promise<Told[]> {
  const signal = force ? 'KILL' : 'TERM'
  const confirmation = confirmName === null ? {} : { confirm_name: confirmName }
  const [only] = targets
  if (targets.length === 1 && only !== undefined) {
    const body = { start_id: only.start_id, signal, expires_at: expiry(), ...confirmation } as const
    return [await tell(api.kill(only.pid, body), only.name, 'asked')]
  }
  const told: Told[] = []
  for (let at = 0; at < targets.length; at += MAX_CONTROL_TARGETS) {
    const some = targets.slice(at, at + MAX_CONTROL_TARGETS)
    const members = some.map(({ pid, start_id }) => ({ pid, start_id }))
    const body: AppCloseRequest = { members, signal, expires_at: expiry(), ...confirmation }
    told.push(...(await closeAll(body, some.length)))
  }
  return told
}

async function closeAll(body: AppCloseRequest, count: number): Promise<Told[]> {
  try {
    const { results } = await api.closeApp(body)
    return results.map(tellOutcome)
  } catch (error) {
    const one = tellError(error, `any of the ${count} processes`, 'asked')
    return Array.from({ length: count }, () => one)
  }
}

export function suspendTargets(
  targets: readonly Target[],
  confirmName: string | null,
): Promise<Told[]> {
  const confirmation = confirmName === null ? {} : { confirm_name: confirmName }
  return each(targets, 'suspended', ({ pid, start_id }) =>
    api.suspend(pid, { start_id, expires_at: expiry(), ...confirmation }),
  )
}

export function resumeTargets(targets: readonly Target[]): Promise<Told[]> {
  return each(targets, 'resumed', ({ pid, start_id }) =>
    api.resume(pid, { start_id, expires_at: expiry() }),
  )
}

export function prioritiseTargets(
  targets: readonly Target[],
  priority: PriorityWord,
): Promise<Told[]> {
  return each(targets, 'changed', ({ pid, start_id }) =>
    api.setPriority(pid, { start_id, priority, expires_at: expiry() }),
  )
}

export function pinTargets(targets: readonly Target[], cpus: readonly number[]): Promise<Told[]> {
  return each(targets, 'changed', ({ pid, start_id }) =>
    api.setAffinity(pid, { start_id, cpus: [...cpus], expires_at: expiry() }),
  )
}

/** One after another: the service takes five requests a second and twenty at once. */
async function each(
  targets: readonly Target[],
  asked: string,
  call: (target: Target) => ReturnType<typeof api.kill>,
): Promise<Told[]> {
  const told: Told[] = []
  for (const target of targets) told.push(await tell(call(target), target.name, asked))
  return told
}

async function tell(call: ReturnType<typeof api.kill>, name: string, asked: string): Promise<Told> {
  try {
    return tellOutcome(await call)
  } catch (error) {
    return tellError(error, name, asked)
  }
}
