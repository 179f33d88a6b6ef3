import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SampleHistory } from './sample-history.ts'

describe('SampleHistory', () => {
  test('gives back the newest samples of any run, with gaps where a series was silent', () => {
    const sample = fc.record({
      cpu: fc.option(fc.integer({ min: 0, max: 100 }), { nil: null }),
      disk: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
    })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(sample, { maxLength: 40 }),
        (capacity, samples) => {
          const history = new SampleHistory(capacity)
          for (const [index, { cpu, disk }] of samples.entries()) {
            history.push(index * 1000, [
              ['cpu', cpu],
              ...(disk === undefined ? [] : [['disk', disk] as const]),
            ])
          }
          const kept = samples.slice(-capacity)
          const { times, values } = history.window(['cpu', 'disk', 'never'], -1, Infinity)
          expect(times).toEqual(
            kept.map((_, index) => (samples.length - kept.length + index) * 1000),
          )
          expect(values[0]).toEqual(kept.map((one) => one.cpu))
          expect(values[1]).toEqual(kept.map((one) => one.disk ?? null))
          expect(values[2]).toEqual(kept.map(() => null))
        },
      ),
    )
  })

  test('a window leaves out its start and keeps its end', () => {
    const history = new SampleHistory(10)
    for (const at of [1000, 2000, 3000, 4000]) history.push(at, [['a', at]])
    expect(history.series('a', 1000, 3000).times).toEqual([2000, 3000])
    expect(history.newest).toBe(4000)
  })

  test('a gap breaks every series', () => {
    const history = new SampleHistory(10)
    history.push(1000, [['a', 1]])
    history.pushGap(1500)
    history.push(2000, [['a', 2]])
    expect(history.series('a', 0, 9999).values).toEqual([1, null, 2])
  })
})
