import type { Relative } from '../../detail/family.ts'
import { cleanName } from '../../text/clean.ts'
import { markOf } from '../filetime.ts'
import type { ProcessList } from './process-list.ts'

/** A process as the list tells it, enough to name it for good. */
export interface WindowsRelative extends Relative {
  startId: string
  /** FILETIME in two halves. */
  start: readonly [low: number, high: number]
}

const IDLE_PID = 0
const HALF = 0x1_0000_0000

/** The entry that the list stands at; null for the idle process, which is none. */
export function relativeAt(list: ProcessList): WindowsRelative | null {
  const { pid, parentPid, startLow, startHigh } = list
  if (pid === IDLE_PID) return null
  return {
    pid,
    ppid: parentPid,
    name: cleanName(list.name() ?? `(PID ${pid})`),
    startId: `w-${markOf(startLow, startHigh)}`,
    start: [startLow, startHigh],
    startTicks: startHigh * HALF + startLow,
  }
}

/** A parent is one that lives and began before; whoever has its pid since is none. */
export function withoutStrangers(relatives: Map<number, WindowsRelative>): void {
  for (const each of relatives.values()) {
    const parent = relatives.get(each.ppid)
    if (parent === undefined || parent === each || beganAfter(parent, each)) each.ppid = 0
  }
}

/** By both halves: a number of all holds no unit of 100 ns. */
const beganAfter = ({ start: [low, high] }: WindowsRelative, other: WindowsRelative): boolean =>
  high === other.start[1] ? low > other.start[0] : high > other.start[1]
