import { expect, test } from 'vitest'
import type { AppReading } from './app-reading.ts'
import { AppSeries, OTHER_APPS } from './app-series.ts'

const GIB = 2 ** 30

/** An app at so many percent of one core. */
const app = (name: string, percentOfCore: number, memoryBytes = 1000): AppReading => ({
  app: { id: name, name, kind: 'app', unit: null, startedBy: null },
  cpuPercent: percentOfCore / 4,
  cpuPercentOfCore: percentOfCore,
  memoryBytes,
  memorySource: 'pss',
  threads: 2,
  pids: [1, 2],
  user: null,
  readBytesPerSecond: 10,
  writeBytesPerSecond: null,
  startedAtMs: null,
  unknown: {},
})

class Machine {
  readonly series = new AppSeries()
  nowMs = 0
  cpuSeconds = 0

  run(seconds: number, readings: AppReading[], endedCpuMs = 0): void {
    for (let i = 0; i < seconds; i++) {
      this.nowMs += 1000
      this.series.update({
        readings,
        intervalMs: 1000,
        endedCpuMs,
        nowMs: this.nowMs,
        memoryTotalBytes: GIB,
      })
      this.cpuSeconds += endedCpuMs / 1000
      for (const each of readings) this.cpuSeconds += (each.cpuPercentOfCore ?? 0) / 100
    }
  }

  names = () => this.series.totals().map(({ name }) => name)
  of = (name: string) => this.series.totals().find((each) => each.name === name)
}

test('an app gets its series after a minute of work; what it did before stays with the others', () => {
  const machine = new Machine()
  machine.run(50, [app('worker', 50), app('sleeper', 0)])
  expect(machine.names()).toEqual([OTHER_APPS])
  machine.run(100, [app('worker', 50), app('sleeper', 0)])
  expect(machine.names()).toEqual(['worker', OTHER_APPS])
  const [worker, other] = machine.series.totals()
  expect((worker?.cpuSeconds ?? 0) + (other?.cpuSeconds ?? 0)).toBeCloseTo(75, 9)
  expect(worker).toMatchObject({ memoryBytes: 1000, threads: 2, processes: 2 })
  expect(other).toMatchObject({ memoryBytes: 1000, threads: 2, processes: 2 })
})

test('one that has a percent of the memory gets a series without working', () => {
  const machine = new Machine()
  machine.run(70, [app('heavy', 0, GIB / 50)])
  expect(machine.names()).toContain('heavy')
})

test('a compile of hundreds of programs makes no series, and nothing is lost of its time', () => {
  const machine = new Machine()
  for (let i = 0; i < 400; i++) machine.run(1, [app(`cc${i}`, 100), app('make', 0.1)], 500)
  expect(machine.names()).toEqual([OTHER_APPS])
  expect(machine.of(OTHER_APPS)?.cpuSeconds).toBeCloseTo(machine.cpuSeconds, 6)
})

test('twelve at once at most, and the sum stays that of the machine', () => {
  const machine = new Machine()
  const all = Array.from({ length: 20 }, (_, i) => app(`app${i}`, 5 + i))
  machine.run(300, all)
  expect(machine.names()).toHaveLength(13)
  const sum = machine.series.totals().reduce((total, { cpuSeconds }) => total + cpuSeconds, 0)
  expect(sum).toBeCloseTo(machine.cpuSeconds, 6)
})

test('counters survive the end of an app, an hour of silence, and its return', () => {
  const machine = new Machine()
  machine.run(200, [app('browser', 80)])
  const before = machine.of('browser')?.cpuSeconds ?? 0
  machine.run(10, [])
  expect(machine.of('browser')).toMatchObject({ cpuSeconds: before, processes: 0, memoryBytes: 0 })
  machine.run(3700, [])
  expect(machine.names()).toEqual([OTHER_APPS])
  machine.run(400, [app('browser', 80)])
  expect(machine.of('browser')?.cpuSeconds).toBeGreaterThan(before)
})

test('fifty new names a day and no more', () => {
  const machine = new Machine()
  const seen = new Set<string>()
  // A new one every six minutes, each busy for one, for a day: there is room for twelve an hour.
  for (let i = 0; i < 235; i++) {
    machine.run(70, [app(`visitor${i}`, 300)])
    for (const name of machine.names()) seen.add(name)
    machine.nowMs += 290_000
    machine.run(1, [])
  }
  seen.delete(OTHER_APPS)
  expect(seen.size).toBe(50)
  expect(machine.nowMs).toBeLessThan(86_400_000)
})

test('a label is what a label may be, whatever the program is called', () => {
  const machine = new Machine()
  machine.run(90, [app('a"b{}\n', 50), app('_other', 50), app('x'.repeat(200), 50)])
  expect(machine.names().toSorted()).toEqual(
    ['_other', '_other_', 'a_b_', 'x'.repeat(64)].toSorted(),
  )
})

test('the first sample, and one after a sleep, add to no counter', () => {
  const machine = new Machine()
  machine.run(90, [app('worker', 50)])
  const before = machine.of('worker')?.cpuSeconds
  machine.series.update({
    readings: [app('worker', 50)],
    intervalMs: null,
    endedCpuMs: 0,
    nowMs: machine.nowMs + 60_000,
    memoryTotalBytes: GIB,
  })
  expect(machine.of('worker')?.cpuSeconds).toBe(before)
})
