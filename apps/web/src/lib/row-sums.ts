import type { ProcessRow } from '@taskmanager/contracts'
import { sumKnown } from './stats-series.ts'

/** What rows use together: of nobody 0. What a process began with is not known in its first second: the sum is of the others. */
export function sumOfRows(
  rows: readonly ProcessRow[],
  read: (row: ProcessRow) => number | null,
): number | null {
  return rows.length === 0 ? 0 : sumKnown(rows, read)
}
