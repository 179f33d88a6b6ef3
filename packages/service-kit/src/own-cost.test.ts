import { expect, test } from 'vitest'
import { OwnCostMeter, pssBytes } from './own-cost.ts'

test('CPU is the share of the whole machine since the last reading, unknown on the first', () => {
  const world = { atMs: 0, cpuMicros: 5_000_000 }
  const meter = new OwnCostMeter({
    now: () => world.atMs,
    cpuMicros: () => world.cpuMicros,
  })
  const of = { logicalCpuCount: 4, cpuMs: 3, wallMs: 4 }
  expect(meter.read(of).cpu_percent).toBeNull()
  world.atMs = 1000
  world.cpuMicros += 40_000
  expect(meter.read(of)).toMatchObject({
    cpu_percent: 1,
    sweep_cpu_ms: 3,
    sweep_wall_ms: 4,
  })
  world.atMs = 2000
  expect(meter.read({ ...of, logicalCpuCount: 0 }).cpu_percent).toBeNull()
})

test('memory is PSS, read again after 10 s; RSS where the system does not tell', () => {
  let atMs = 0
  let reads = 0
  const smapsRollup = () => `Rss:  9 kB\nPss:   ${(reads += 1)} kB\nPss_Dirty: 7 kB\n`
  const meter = new OwnCostMeter({ now: () => atMs, smapsRollup })
  const of = { logicalCpuCount: 1, cpuMs: 3, wallMs: 4 }
  const bytes = [0, 9_999, 10_000].map((at) => ((atMs = at), meter.read(of).memory_bytes))
  expect(bytes).toEqual([1024, 1024, 2048])
  expect(
    new OwnCostMeter({ smapsRollup: () => null, rssBytes: () => 77 }).read(of).memory_bytes,
  ).toBe(77)
  expect(pssBytes('')).toBeNull()
})
