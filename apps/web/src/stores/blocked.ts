/**
 * Why the commands cannot run on what is chosen.
 *
 *   const why = useBlocked(targets)      // null: they can, on at least one of them
 * The service decides in the end; this only spares a question whose answer is known.
 */
import { useCommands, type Target } from './commands.ts'
import { useSystem } from './live-stats.ts'

export function useBlocked(targets: readonly Target[]): string | null {
  const { reason } = useCommands()
  const user = useSystem((system) => system?.user ?? null)
  const elevated = useSystem((system) => system?.elevated ?? true)
  if (reason !== null) return reason
  if (targets.length === 0) return 'Choose a row first'
  return blockedReason(targets, { user, elevated })
}

/** `null` as soon as one of them may be acted on: the outcome then tells of each. */
export function blockedReason(
  targets: readonly Target[],
  service: { readonly user: string | null; readonly elevated: boolean },
): string | null {
  const reasons = targets.map((target) => reasonOf(target, service))
  return reasons.includes(null) ? null : (reasons[0] ?? null)
}

function reasonOf(
  { pid, name, user, isKernel }: Target,
  service: { readonly user: string | null; readonly elevated: boolean },
): string | null {
  if (pid === 1) return 'Protected: PID 1 runs the whole system'
  if (isKernel === true) return `${name} is a part of the kernel`
  if (service.elevated || service.user === null || user === null || user === service.user) {
    return null
  }
  return `Needs elevated mode: belongs to ${user}`
}
