import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { niceCeiling, nextSoftMaximum, type SoftMaximum } from './soft-maximum.ts'

describe('soft maximum', () => {
  test('steps are 1, 2, 2.5, 5 × 10ⁿ', () => {
    expect([0.9, 1.1, 2.2, 3, 7, 12, 26, 1000].map(niceCeiling)).toEqual([
      1, 2, 2.5, 5, 10, 20, 50, 1000,
    ])
    expect(niceCeiling(0)).toBe(1)
  })

  test('never clips the data', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { minLength: 1 }),
        (peaks) => {
          let soft: SoftMaximum | null = null
          for (const [index, peak] of peaks.entries()) {
            soft = nextSoftMaximum(soft, peak, index * 1000, 1)
            expect(soft.maximum).toBeGreaterThanOrEqual(peak)
          }
        },
      ),
    )
  })

  test('grows at once, shrinks after 30 s below half', () => {
    let soft = nextSoftMaximum(null, 10, 0, 1)
    soft = nextSoftMaximum(soft, 80, 1000, 1)
    expect(soft).toMatchObject({ maximum: 100, changedAtMs: 1000 })
    for (let at = 2000; at <= 31_000; at += 1000) soft = nextSoftMaximum(soft, 10, at, 1)
    expect(soft.maximum).toBe(100)
    soft = nextSoftMaximum(soft, 10, 32_000, 1)
    expect(soft).toMatchObject({ maximum: 20, changedAtMs: 32_000 })
  })

  test('one peak in the quiet starts the wait anew', () => {
    let soft = nextSoftMaximum(null, 80, 0, 1)
    for (let at = 1000; at <= 29_000; at += 1000) soft = nextSoftMaximum(soft, 10, at, 1)
    soft = nextSoftMaximum(soft, 60, 30_000, 1)
    for (let at = 31_000; at <= 60_000; at += 1000) soft = nextSoftMaximum(soft, 10, at, 1)
    expect(soft.maximum).toBe(100)
  })
})
