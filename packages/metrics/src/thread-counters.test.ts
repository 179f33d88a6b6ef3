import { expect, test } from 'vitest'
import { risePerSecond, waitedPercent } from './thread-counters.ts'

const sample = (monotonicMs: number, byThread: Record<number, number>) => ({
  monotonicMs,
  byThread: new Map(Object.entries(byThread).map(([tid, ms]) => [Number(tid), ms * 1e6])),
})

test('the first sample knows no share, and neither does one of the same instant', () => {
  expect(waitedPercent(undefined, sample(0, { 1: 5 }))).toBeNull()
  expect(waitedPercent(sample(7, { 1: 5 }), sample(7, { 1: 6 }))).toBeNull()
})

test('threads add up: known ones by their rise, new ones whole, used-again numbers from zero', () => {
  const before = sample(1000, { 1: 500, 2: 300, 3: 900, 4: 10 })
  const after = sample(3000, { 1: 700, 2: 300, 4: 4, 5: 96 })
  expect(waitedPercent(before, after)).toBeCloseTo(((200 + 0 + 4 + 96) / 2000) * 100)
})

test('two threads that wait all the time are 200 %', () => {
  expect(waitedPercent(sample(0, { 1: 0, 2: 0 }), sample(1000, { 1: 1000, 2: 1000 }))).toBe(200)
})

test('what is counted rises by the second', () => {
  const [before, after] = [sample(1000, { 1: 5, 2: 9 }), sample(3000, { 1: 8, 2: 10 })]
  expect(risePerSecond(before, after)).toBe(2e6)
  expect(risePerSecond(undefined, after)).toBeNull()
})
