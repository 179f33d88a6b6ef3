import { expect, test } from 'vitest'
import { floor } from '../opponents/floor.ts'
import { ours } from '../opponents/ours.ts'
import { psutilV2 } from '../opponents/psutil.ts'
import { ps } from '../opponents/commands.ts'
import type { Measured } from '../rounds.ts'
import { sweepBudgets, sweepRows, type SweepResult } from './sweep-rows.ts'

const costing = (name: string, cpuMs: number, rows = 500): Measured => ({
  name,
  costs: [1, 2, 3].map((slowness) => ({ cpuMs: cpuMs * slowness, wallMs: cpuMs, rows })),
  failure: null,
})

const result: SweepResult = {
  processes: 500,
  measured: [
    costing(floor.name, 2),
    costing(ours.name, 3),
    costing(psutilV2.name, 90),
    costing(ps.name, 24, 12),
    { name: 'gone', costs: [], failure: 'missing: install it' },
  ],
  watched: { name: 'htop', cpuMsPerSecond: 60, version: '3.2' },
}

test('every competitor has a row, also one that is missing or saw little', () => {
  expect(sweepRows(result)).toEqual([
    [floor.name, '4.00 ms', '2.00 ms', '0.67 ×', '3', ''],
    [ours.name, '6.00 ms', '3.00 ms', '1', '3', ''],
    [psutilV2.name, '180 ms', '90.0 ms', '30.0 ×', '3', ''],
    [ps.name, '48.0 ms', '24.0 ms', '8.00 ×', '3', 'saw only 12 of 500'],
    ['gone', '–', '–', '–', '0', 'missing: install it'],
    ['htop, a picture a second', '60.0 ms', '–', '10.0 ×', '–', '3.2'],
  ])
})

test('budgets say what was measured; who is not there is not judged', () => {
  const budgets = sweepBudgets(500, result)
  const verdicts = Object.fromEntries(
    budgets.map(({ what, measured, kept }) => [what.split(': ')[1], [measured, kept]]),
  )
  expect(verdicts).toEqual({
    'psutil, loop of v1': ['not measured', null],
    'psutil, loop of v2': ['30.0 ×', true],
    'ps -eo': ['8.00 ×', false],
    'pidusage on all pids': ['not measured', null],
    'ours over the same calls in C': ['1.50 ×', true],
  })
})
