import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCpu } from './cpu-reading.ts'
import { core, cpu, times } from './sample-rig.ts'

const second = { elapsedMs: 1000, gap: false }

test('the first sample has no shares', () => {
  const reading = readCpu(undefined, cpu([core(0, { idle: 5 })]), { elapsedMs: 0, gap: false })
  expect(reading).toMatchObject({ usagePercent: null, kernelPercent: null, throttled: null })
  expect(reading.modes.idle).toBeNull()
  expect(reading.cores).toEqual([{ index: 0, usagePercent: null, kernelPercent: null }])
})

test('usage is what the clock does not call idle, also where the tick missed the work', () => {
  const before = cpu([core(0), core(1)])
  // Two seconds of CPU: 1.2 idle; of the 0.8 busy the tick saw 0.4.
  const after = cpu([
    core(0, { idle: 20, user: 20, system: 20 }),
    core(1, { idle: 90, iowait: 10 }),
  ])
  const reading = readCpu(before, after, second)
  expect(reading.usagePercent).toBeCloseTo(40)
  const { user, system, idle, iowait } = reading.modes
  expect([user, system, idle, iowait].map((value) => Math.round(value ?? -1))).toEqual([
    20, 20, 55, 5,
  ])
  expect(reading.kernelPercent).toBeCloseTo(20)
  expect(reading.cores.map(({ usagePercent }) => usagePercent)).toEqual([80, 0])
})

test('iowait that steps back alone changes nothing else', () => {
  const before = cpu([core(0, { iowait: 500 })])
  const after = cpu([core(0, { iowait: 480, idle: 100 })])
  expect(readCpu(before, after, second)).toMatchObject({ usagePercent: 0, modes: { iowait: 0 } })
})

test('an idle counter that ran backwards makes the interval unknown, not negative and not 100 %', () => {
  const before = cpu([core(0, { idle: 900 }), core(1, { idle: 100 })])
  const after = cpu([core(0, { idle: 100 }), core(1, { idle: 150 })])
  const reading = readCpu(before, after, second)
  expect(reading.usagePercent).toBeNull()
  expect(reading.cores.map(({ usagePercent }) => usagePercent)).toEqual([null, 50])
})

describe('CPUs that come and go', () => {
  // The line for all CPUs keeps the idle time of those that are offline, or jumps when one returns.
  const strange = times({ idle: 999_999 })
  const two = cpu([core(0, { idle: 100 }), core(3, { idle: 100 })])

  test('one goes: the total is of those that stayed', () => {
    const reading = readCpu(two, cpu([core(0, { idle: 150 })], strange), second)
    expect(reading.usagePercent).toBeCloseTo(50)
    expect(reading.cores).toHaveLength(1)
  })

  test('one comes: it has no share yet', () => {
    const next = cpu(
      [core(0, { idle: 150 }), core(3, { idle: 175 }), core(5, { idle: 7 })],
      strange,
    )
    const reading = readCpu(two, next, second)
    expect(reading.usagePercent).toBeCloseTo(37.5)
    expect(reading.cores.map(({ index, usagePercent }) => [index, usagePercent])).toEqual([
      [0, 50],
      [3, 25],
      [5, null],
    ])
  })
})

test('across a gap the modes are the whole: a stopped clock is no load', () => {
  const before = cpu([core(0)])
  const after = cpu([core(0, { idle: 90, user: 10 })])
  const reading = readCpu(before, after, { elapsedMs: 60_000, gap: true })
  expect(reading.usagePercent).toBeCloseTo(10)
})

test('slowed by heat when the count grew', () => {
  const at = (throttleEvents: number | null) => ({ ...cpu([core(0)]), throttleEvents })
  expect(readCpu(at(4), at(4), second).throttled).toBe(false)
  expect(readCpu(at(4), at(5), second).throttled).toBe(true)
  expect(readCpu(at(null), at(null), second).throttled).toBeNull()
})

test('whatever the counters do: 0-100 or null, and the modes add up to the whole', () => {
  const modes = fc.record({
    user: fc.nat(1e9),
    nice: fc.nat(1e9),
    system: fc.nat(1e9),
    idle: fc.nat(1e9),
    iowait: fc.nat(1e9),
    irq: fc.nat(1e9),
    softirq: fc.nat(1e9),
    steal: fc.nat(1e9),
    guest: fc.constant(0),
  })
  const interval = fc.record({ elapsedMs: fc.integer({ min: -5, max: 1e8 }), gap: fc.boolean() })
  fc.assert(
    fc.property(
      fc.array(modes, { maxLength: 4 }),
      fc.array(modes, { maxLength: 4 }),
      interval,
      (a, b, span) => {
        const [before, after] = [a, b].map((all) => cpu(all.map((one, index) => core(index, one))))
        if (before === undefined || after === undefined) return
        const { modes: shares, usagePercent, cores } = readCpu(before, after, span)
        const all = [
          usagePercent,
          ...Object.values(shares),
          ...cores.map((one) => one.usagePercent),
        ]
        for (const value of all) {
          expect(value === null || (value >= 0 && value <= 100.0001)).toBe(true)
        }
        if (usagePercent === null) return
        expect(usagePercent + (shares.idle ?? 0) + (shares.iowait ?? 0)).toBeCloseTo(100, 5)
      },
    ),
  )
})
