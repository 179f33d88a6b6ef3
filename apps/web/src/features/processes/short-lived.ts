import type { Accounting } from '@taskmanager/contracts'
import { formatCount } from '../../lib/format.ts'

/** What came and went between two samples, for the last row of the list. */
export interface ShortLived {
  /** "27 in the last second, mostly git" */
  readonly text: string
  /** Share of the whole machine, 0-100. */
  readonly cpuPercent: number
}

/** null when nothing ended, or nobody knows. */
export function shortLived(
  accounting: Accounting | null,
  intervalMs: number | null,
): ShortLived | null {
  const count = accounting?.ended_count ?? 0
  if (accounting === null || intervalMs === null || count === 0) return null
  const seconds = Math.round(intervalMs / 1000)
  const when = seconds <= 1 ? 'in the last second' : `in the last ${seconds} s`
  const text = [`${formatCount(count)} ${when}`, mostly(accounting)].filter(Boolean).join(', ')
  return { text, cpuPercent: accounting.ended_percent ?? 0 }
}

/** By number where they were counted, by CPU where only their parents are known. */
function mostly({ ended }: Accounting): string {
  const counted = ended.filter(({ count, name }) => count !== null && name !== null)
  const [most] = counted.toSorted((a, b) => (b.count ?? 0) - (a.count ?? 0))
  if (most !== undefined) return `mostly ${most.name}`
  const [first] = ended
  return first === undefined || first.parent_pid === 0 ? '' : `mostly under ${first.parent_name}`
}
