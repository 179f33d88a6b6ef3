import { PRIORITIES, type PriorityWord } from '@taskmanager/contracts'

/** Priority classes. Source: winbase.h, SetPriorityClass. */
export const PRIORITY_CLASS = {
  idle: 0x40,
  belowNormal: 0x4000,
  normal: 0x20,
  aboveNormal: 0x8000,
  high: 0x80,
} as const

const CLASS_OF_WORD: Record<PriorityWord, number> = {
  very_low: PRIORITY_CLASS.idle,
  low: PRIORITY_CLASS.belowNormal,
  normal: PRIORITY_CLASS.normal,
  high: PRIORITY_CLASS.aboveNormal,
  very_high: PRIORITY_CLASS.high,
}
const REALTIME_CLASS = 0x100
const REALTIME_NICE = -20

/** From the lowest: base priorities up to so much are of the class. */
const MOST_BASE: readonly (readonly [most: number, nice: number])[] = [
  [4, PRIORITIES.very_low],
  [7, PRIORITIES.low],
  [9, PRIORITIES.normal],
  [12, PRIORITIES.high],
  [15, PRIORITIES.very_high],
  [31, REALTIME_NICE],
]
const LEAST_BASE = 4

/** The nice value of the class that a base priority lies in; NaN for what is no base priority of a process. */
export function niceOfBase(base: number): number {
  if (base < LEAST_BASE) return NaN
  for (const [most, nice] of MOST_BASE) if (base <= most) return nice
  return NaN
}

/** The class nearest to a nice value. Never realtime: it takes the CPU from the system itself. */
export function classOfNice(nice: number): number {
  let best: PriorityWord = 'normal'
  for (const word of Object.keys(PRIORITIES) as PriorityWord[]) {
    if (Math.abs(PRIORITIES[word] - nice) < Math.abs(PRIORITIES[best] - nice)) best = word
  }
  return CLASS_OF_WORD[best]
}

/** null for no class that there is. */
export function niceOfClass(priorityClass: number): number | null {
  if (priorityClass === REALTIME_CLASS) return REALTIME_NICE
  const words = Object.keys(PRIORITIES) as PriorityWord[]
  const word = words.find((each) => CLASS_OF_WORD[each] === priorityClass)
  return word === undefined ? null : PRIORITIES[word]
}
