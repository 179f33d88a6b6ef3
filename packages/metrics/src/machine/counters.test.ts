import fc from 'fast-check'
import { expect, test } from 'vitest'
import { delta, deltaOf32, percentOf, perSecond } from './counters.ts'

test('a counter that ran backwards has no growth, one that stood still has none of it', () => {
  expect(delta(5, 5)).toBe(0)
  expect(delta(5, 4)).toBeNull()
  expect(delta(undefined, 4)).toBeNull()
  expect(delta(5, null)).toBeNull()
})

test('32-bit counters wrap near their end, and restart anywhere else', () => {
  expect(deltaOf32(2 ** 32 - 10, 20)).toBe(30)
  expect(deltaOf32(3_000_000_000, 0)).toBeNull()
  expect(deltaOf32(2 ** 32 + 10, 20)).toBeNull()
  expect(deltaOf32(10, 20)).toBe(10)
})

test('whatever the counters are: null or a number that is not negative', () => {
  const counter = fc.option(fc.maxSafeNat(), { nil: null })
  fc.assert(
    fc.property(counter, counter, fc.double({ min: -10, max: 1e9, noNaN: true }), (a, b, ms) => {
      for (const value of [delta(a, b), deltaOf32(a, b), perSecond(delta(a, b), ms)]) {
        expect(value === null || (Number.isFinite(value) && value >= 0)).toBe(true)
      }
      const percent = percentOf(a, b)
      expect(percent === null || (percent >= 0 && percent <= 100)).toBe(true)
    }),
  )
})
