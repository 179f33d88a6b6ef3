import type { StartupItem } from '@taskmanager/contracts'

/** Whether it starts, and why it cannot. */
export function stateWords({ state, reason }: StartupItem): string {
  switch (state) {
    case 'enabled':
      return reason === null ? 'Enabled' : `Enabled, ${reason}`
    case 'disabled':
      return 'Disabled'
    case 'cannot_start':
      return `Cannot start: ${reason}`
  }
}

/** What it starts with, and for whom. */
export function startsWithWords({ kind, scope }: StartupItem): string {
  if (kind === 'crontab') return 'The machine'
  return scope === 'everybody' ? 'Every session' : 'Your session'
}
