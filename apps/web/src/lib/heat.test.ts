import fc from 'fast-check'
import { expect, test } from 'vitest'
import { heatBar, heatStep, nextHeatStep, sparkMaximum } from './heat.ts'

test.each([
  [null, 0],
  [0, 0],
  [0.004, 0],
  [0.005, 1],
  [0.112, 2],
  [0.25, 4],
  [1, 7],
  [3, 7],
])('a share of %s has step %s', (share, step) => expect(heatStep(share)).toBe(step))

test('on the edge between two steps nothing flickers', () => {
  const edge = (1.5 / 7) ** 2
  expect(heatStep(edge * 1.01)).toBe(2)
  expect(nextHeatStep(edge * 1.01, 1)).toBe(1)
  expect(nextHeatStep(edge * 1.11, 1)).toBe(2)
  expect(nextHeatStep(edge * 0.99, 2)).toBe(2)
  expect(nextHeatStep(edge * 0.89, 2)).toBe(1)
  expect(nextHeatStep(null, 5)).toBe(0)
})

test('a kept step is kept again: deciding twice changes nothing', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 2, noNaN: true }), fc.nat(7), (share, before) => {
      const step = nextHeatStep(share, before)
      expect(nextHeatStep(share, step)).toBe(step)
      expect(Math.abs(step - heatStep(share))).toBeLessThanOrEqual(1)
    }),
  )
})

test('the bar is the root of the share, from the same threshold on', () => {
  expect(heatBar(null)).toBe(0)
  expect(heatBar(0.004)).toBe(0)
  expect(heatBar(0.25)).toBe(0.5)
  expect(heatBar(4)).toBe(1)
})

test.each([
  [0, 1],
  [1, 1],
  [1.1, 2],
  [30, 50],
  [100, 100],
])('a peak of %s %% is drawn under %s %%', (peak, maximum) =>
  expect(sparkMaximum(peak)).toBe(maximum),
)
