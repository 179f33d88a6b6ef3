import { expect, test } from 'vitest'
import { sparkPaths } from './spark-path.ts'

const minute = (...values: (number | null)[]) =>
  Float32Array.from(values, (value) => value ?? Number.NaN)

test('a minute is a line over an area, scaled to the step above its peak', () => {
  expect(sparkPaths(minute(0, 5, 10, 2.5))).toEqual({
    line: 'M0 100L1 50L2 0L3 75',
    area: 'M0 100L0 100L1 50L2 0L3 75L3 100Z',
    maximum: 10,
  })
})

test('a level stretch is one line', () => {
  expect(sparkPaths(minute(0, 0, 0, 0, 1, 1, 1)).line).toBe('M0 100L3 100L4 0L6 0')
})

test('a gap parts it, and a second alone is seen', () => {
  const { line, area } = sparkPaths(minute(1, 1, null, 1, null, 0.5, 1))
  expect(line).toBe('M0 0L1 0M2.2 0L3.8 0M5 50L6 0')
  expect(area.match(/Z/g)).toHaveLength(3)
})

test('what is not known has no line', () => {
  expect(sparkPaths(minute(null, null))).toEqual({ line: '', area: '', maximum: 1 })
})

test('above 100 % the peak is the full height', () => {
  expect(sparkPaths(minute(50, 200))).toMatchObject({ line: 'M0 75L1 0', maximum: 200 })
})
