import type { Clock } from '../../options.ts'
import { sharedSnapshot } from '../processes/snapshot.ts'
import { figureCalls } from './figure-calls.ts'
import { WindowsFigures } from './windows-figures.ts'

/** null without koffi. */
export function createWindowsFigures(clock: Clock): WindowsFigures | null {
  const snapshot = sharedSnapshot()
  const figures = figureCalls()
  return snapshot === null || figures === null
    ? null
    : new WindowsFigures({ clock, snapshot, figures })
}
