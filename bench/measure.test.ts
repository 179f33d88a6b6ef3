import { expect, test } from 'vitest'
import { median, pairedRatio, percentile, sum } from './measure.ts'

test('the median is the middle, whatever the order and the outliers', () => {
  expect(median([9, 1, 1000])).toBe(9)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([7])).toBe(7)
  expect(median([])).toBeNaN()
})

test('a percentile is a value that occurred', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect(percentile(hundred, 50)).toBe(50)
  expect(percentile(hundred, 99)).toBe(99)
  expect(percentile(hundred, 100)).toBe(100)
  expect(percentile([5], 1)).toBe(5)
  expect(percentile([], 50)).toBeNaN()
})

test('a machine that gets slower in the run does not change the ratio', () => {
  expect(pairedRatio([10, 20, 40], [1, 2, 4])).toBe(10)
})

test('rounds that only one of the two has are left out, and so is a divisor of nothing', () => {
  expect(pairedRatio([10, 20], [5, 5, 5])).toBe(3)
  expect(pairedRatio([10, 99], [5, 0])).toBe(2)
  expect(pairedRatio([], [1])).toBeNaN()
})

test('the sum of nothing is nothing', () => {
  expect(sum([])).toBe(0)
  expect(sum([1, 2.5])).toBe(3.5)
})
