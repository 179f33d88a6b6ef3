import type { StartupItem } from '@taskmanager/contracts'
import { UNKNOWN } from '../../lib/format.ts'

/** Whether it starts, and why it cannot. */
export function stateWords({ state, reason }: StartupItem): string {
  switch (state) {
    case 'enabled':
      return reason === null ? 'Enabled' : `Enabled, ${reason}`
    case 'disabled':
      return 'Disabled'
    case 'cannot_start':
      return `Cannot start: ${reason}`
    case null:
      return reason === null ? 'Unknown' : `Unknown: ${reason}`
  }
}

const TIMED: ReadonlySet<StartupItem['kind']> = new Set(['crontab', 'cron_directory', 'timer'])

/** Runs by the clock and not with a session. */
export const isTimed = (kind: StartupItem['kind']): boolean => TIMED.has(kind)

/** When it starts, or what with and for whom. */
export function startsWithWords({ kind, scope, schedule }: StartupItem): string {
  if (schedule !== null) return schedule
  if (isTimed(kind)) return UNKNOWN
  return scope === 'everybody' ? 'Every session' : 'Your session'
}
