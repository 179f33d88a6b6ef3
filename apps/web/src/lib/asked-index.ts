import type { AskedFigures, ProcessFigures } from '@taskmanager/contracts'
import { keyOfProcess } from './process-key.ts'

/** Figures of processes that are read only while a column shows them, by `pid.start_id`. */
export type AskedIndex = ReadonlyMap<string, AskedFigures>

export function indexAsked({ processes }: ProcessFigures): AskedIndex {
  return new Map(processes.map((one) => [keyOfProcess(one), one]))
}

/** Figures among them that add up over a branch. */
const ASKED_SUMS = [
  'num_handles',
  'io_delay_percent',
  'swap_delay_percent',
  'context_switches_per_second',
  'swap_bytes',
] as const
export type AskedSum = (typeof ASKED_SUMS)[number]
/** Only those that a column shows. */
export type AskedSums = Readonly<Partial<Record<AskedSum, number | null>>>

/** null: no column shows any of them. */
export function askedSums(asked: AskedFigures | null): AskedSums | null {
  if (asked === null) return null
  const shown = ASKED_SUMS.filter((field) => asked[field] !== undefined)
  return shown.length === 0
    ? null
    : Object.fromEntries(shown.map((field) => [field, asked[field] ?? null]))
}

export function addAskedSums(a: AskedSums | null, b: AskedSums | null): AskedSums | null {
  if (a === null || b === null) return a ?? b
  const sums: { [Field in AskedSum]?: number | null } = { ...a }
  for (const field of ASKED_SUMS) {
    const more = b[field]
    if (more == null) continue
    sums[field] = (sums[field] ?? 0) + more
  }
  return sums
}
