import { ProcessColumns, type ProcessTable } from '@taskmanager/platform'
import { expect, test } from 'vitest'
import { cpuDeltaNs } from './process-reading.ts'

/** One process that used 300 ms by its clock, in a table whose interval was a second. */
function tableWith(ownMs: { from: number; to: number }): ProcessTable {
  const columns = new ProcessColumns()
  columns.grow(1)
  columns.cpuNs[0] = 300e6
  columns.cpuAtMs[0] = ownMs.to
  columns.previousCpuAtMs[0] = ownMs.from
  return { columns, intervalMs: 1000 } as ProcessTable
}

test('what a clock tells counts over the time between its own two readings', () => {
  expect(cpuDeltaNs(tableWith({ from: 5000, to: 6200 }), 0)).toBe(250e6)
})

test.each([
  { from: NaN, to: 6000 },
  { from: 0, to: 0 },
])('without the instants ($from, $to) the interval of the table stands in', (ownMs) => {
  expect(cpuDeltaNs(tableWith(ownMs), 0)).toBe(300e6)
})
