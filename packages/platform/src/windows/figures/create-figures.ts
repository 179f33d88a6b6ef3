import type { Clock } from '../../options.ts'
import { listCalls } from '../processes/list-calls.ts'
import { figureCalls } from './figure-calls.ts'
import { WindowsFigures } from './windows-figures.ts'

/** null without koffi. */
export function createWindowsFigures(clock: Clock): WindowsFigures | null {
  const calls = listCalls()
  const figures = figureCalls()
  return calls === null || figures === null ? null : new WindowsFigures({ clock, calls, figures })
}
