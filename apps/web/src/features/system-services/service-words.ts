import type { ServiceUnit } from '@taskmanager/contracts'
import { UNKNOWN } from '../../lib/format.ts'

/** The name without what all of them end with. */
export function serviceTitle({ unit }: Pick<ServiceUnit, 'unit'>): string {
  return unit.replace(/\.service$/, '')
}

/** What the list of processes finds its processes by: where they do not name their service, the service names its process. */
export const processesFilter = ({ unit, pid }: Pick<ServiceUnit, 'unit' | 'pid'>): string =>
  pid === null ? `unit:"${unit}"` : `pid:${pid}`

/** What it does now. systemd's own words are in the tooltip. */
export function stateWords({ state, sub_state: sub }: ServiceUnit): string {
  switch (state) {
    case 'active':
      return sub === 'exited' ? 'Done' : 'Running'
    case 'reloading':
    case 'refreshing':
      return 'Reloading'
    case 'activating':
      return sub === 'auto-restart' ? 'Starts again' : 'Starting'
    case 'deactivating':
      return 'Stopping'
    case 'failed':
      return 'Failed'
    case 'maintenance':
      return 'Maintenance'
    case 'inactive':
      return 'Stopped'
    case 'unknown':
      return UNKNOWN
  }
}

/** Whether it starts by itself. */
export function startsWords({ starts, scope }: ServiceUnit): string {
  switch (starts) {
    case null:
      return UNKNOWN
    case 'enabled':
    case 'enabled-runtime':
    case 'linked':
    case 'linked-runtime':
      return scope === 'system' ? 'With the machine' : 'With the session'
    case 'static':
    case 'indirect':
      return 'When needed'
    case 'generated':
    case 'transient':
      return 'Made at run time'
    case 'disabled':
      return 'By hand'
    case 'masked':
    case 'masked-runtime':
      return 'Never'
    default:
      return starts.charAt(0).toUpperCase() + starts.slice(1)
  }
}

/** A state that asks for a look. */
export const isTroubled = ({ state, sub_state: sub }: ServiceUnit): boolean =>
  state === 'failed' || sub === 'auto-restart'
