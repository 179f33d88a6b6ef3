import { expect, test } from 'vitest'
import { ownCostBudgets, type OwnCost } from './own-cost-budgets.ts'

const cost: OwnCost = {
  idle: { stats: 0.05, accuracy: 0.1 },
  watched: { stats: 0.4, accuracy: 0.5 },
  longWatched: { stats: 0.3, accuracy: 0.4 },
  startPss: { stats: 50e6, accuracy: 40e6 },
  viewerPss: { stats: 60e6, accuracy: 45e6 },
  longPss: { stats: 60e6, accuracy: 60e6 },
  firstStartMs: 900,
  nextStartMs: 700,
  btopPercent: 1.5,
}
const verdicts = (of: OwnCost, isLong: boolean) =>
  ownCostBudgets(of, isLong).map(({ measured, kept }) => [measured, kept])

test('both services count together', () => {
  expect(verdicts(cost, true)).toEqual([
    ['0.90 %', false],
    ['0.90 %', true],
    ['0.15 %', true],
    ['105 MB', true],
    ['0.70 %', true],
    ['120 MB', false],
    ['900 ms', true],
  ])
})

test('what was not measured is not judged', () => {
  const short = verdicts({ ...cost, btopPercent: Number.NaN }, false)
  expect(short[1]).toEqual(['not measured', null])
  expect(short.slice(4, 6)).toEqual([
    ['run with --long', null],
    ['run with --long', null],
  ])
})
