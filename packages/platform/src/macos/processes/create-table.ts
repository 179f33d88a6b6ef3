import type { Clock } from '../../options.ts'
import { macLibrary } from '../lib-system.ts'
import { MacProcessTable } from './mac-process-table.ts'

/** null on other systems and without koffi. */
export function createMacTable(clock: Clock): MacProcessTable | null {
  const library = macLibrary()
  const ownUid = process.geteuid?.()
  return library === null || ownUid === undefined
    ? null
    : new MacProcessTable({ clock, library, ownUid })
}
