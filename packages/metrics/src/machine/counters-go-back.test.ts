import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DiskSample, MachineSample, NetworkSample } from '@taskmanager/platform'
import { readMachine, type MachineReading } from './machine-reading.ts'
import { core, cpu, memory, sample } from './sample-rig.ts'

const DISK_COUNTERS = ['readBytes', 'writeBytes', 'reads', 'writes'] as const
const DISK_TIMES = ['readMs', 'writeMs', 'busyMs', 'queueMs'] as const
const MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const
const OTHERS = ['contextSwitches', 'interrupts', 'forks', 'swapInBytes', 'swapOutBytes'] as const
const NETWORK_COUNTERS = ['recvBytes', 'sentBytes', 'recvPackets', 'sentPackets'] as const

const disk = (of: (key: string) => number): DiskSample => ({
  id: 'sda',
  model: null,
  kind: 'ssd',
  sizeBytes: null,
  temperatureCelsius: null,
  firmware: null,
  health: null,
  partitions: [],
  ...(Object.fromEntries([...DISK_COUNTERS, ...DISK_TIMES].map((key) => [key, of(key)])) as Record<
    (typeof DISK_COUNTERS)[number] | (typeof DISK_TIMES)[number],
    number
  >),
})

const network = (of: (key: string) => number): NetworkSample => ({
  id: 'eth0',
  kind: 'ethernet',
  counted: true,
  up: true,
  linkBitsPerSecond: null,
  signalDbm: null,
  mac: null,
  addresses: [],
  errors: 0,
  drops: 0,
  ...(Object.fromEntries(NETWORK_COUNTERS.map((key) => [key, of(key)])) as Record<
    (typeof NETWORK_COUNTERS)[number],
    number
  >),
})

/** A machine a second later each time, every counter of which is what `of` says. */
function machine(second: number, of: (key: string) => number): MachineSample {
  const times = Object.fromEntries(MODES.map((mode) => [mode, of(mode)]))
  return sample(second * 1000, {
    cpu: {
      ...cpu([core(0, times), core(1, times)]),
      contextSwitches: of('contextSwitches'),
      interrupts: of('interrupts'),
      forks: of('forks'),
    },
    memory: memory({ swapInBytes: of('swapInBytes'), swapOutBytes: of('swapOutBytes') }),
    disks: [disk(of)],
    networks: [network(of)],
  })
}

function readAll(samples: readonly MachineSample[]): MachineReading[] {
  const readings: MachineReading[] = []
  for (const next of samples) {
    readings.push(readMachine(next, { askedMs: 1000, previous: readings.at(-1) }))
  }
  return readings
}

/** Every figure that was made of two samples. */
function figures({ cpu: shares, memory: amounts, disks, networks }: MachineReading) {
  const { usagePercent, kernelPercent, modes, cores } = shares
  const rates = {
    switches: shares.contextSwitchesPerSecond,
    interrupts: shares.interruptsPerSecond,
    forks: shares.forksPerSecond,
    swapIn: amounts.swapInBytesPerSecond,
    swapOut: amounts.swapOutBytesPerSecond,
    read: disks[0]?.readBytesPerSecond,
    write: disks[0]?.writeBytesPerSecond,
    reads: disks[0]?.readsPerSecond,
    writes: disks[0]?.writesPerSecond,
    readLatency: disks[0]?.readLatencyMs,
    writeLatency: disks[0]?.writeLatencyMs,
    queue: disks[0]?.queueLength,
    recv: networks[0]?.recvBytesPerSecond,
    sent: networks[0]?.sentBytesPerSecond,
    recvPackets: networks[0]?.recvPacketsPerSecond,
    sentPackets: networks[0]?.sentPacketsPerSecond,
  }
  const percents = {
    usagePercent,
    kernelPercent,
    ...modes,
    ...Object.fromEntries(cores.map(({ index, usagePercent: own }) => [`core${index}`, own])),
    busy: disks[0]?.busyPercent,
  }
  return { rates, percents }
}

/** Figures that are unknown where they need not be: no number, or none that can be. */
function impossible(reading: MachineReading, mostPerSecond: number): string[] {
  const { rates, percents } = figures(reading)
  const wrong = (value: number | null | undefined, most: number) =>
    value !== null && !(value !== undefined && value >= 0 && value <= most)
  return [
    ...Object.entries(rates).filter(([, value]) => wrong(value, mostPerSecond)),
    ...Object.entries(percents).filter(([, value]) => wrong(value, 100.0001)),
  ].map(([name, value]) => `${name} is ${String(value)}`)
}

/** What every counter grows by in a second: as much as two CPUs have of ticks. */
const GROWTH = 50
const START = 2 ** 33
const good = (second: number) => machine(second, () => START + second * GROWTH)

describe('one bad sample among good ones', () => {
  const COUNTERS = [...MODES, ...OTHERS, ...DISK_COUNTERS, ...DISK_TIMES, ...NETWORK_COUNTERS]
  const bad: [string, (value: number) => number][] = [
    ['zero', () => 0],
    ['a little lower', (value) => value - 7],
    ['cut to 32 bits', (value) => value % 2 ** 32],
  ]

  test.each(bad)('%s in one counter: nothing is negative, nothing leaps', (_what, spoil) => {
    for (const counter of COUNTERS) {
      const spoiled = machine(2, (key) => {
        const value = START + 2 * GROWTH
        return key === counter ? spoil(value) : value
      })
      const readings = readAll([good(0), good(1), spoiled, good(3), good(4), good(5)])
      const found = readings.flatMap((reading) => impossible(reading, GROWTH * 2))
      expect({ counter, found }).toEqual({ counter, found: [] })
      // It has healed: all that is known of a good machine is known again.
      expect(figures(readings[5] as MachineReading)).toEqual(
        figures(readAll([good(4), good(5)])[1] as MachineReading),
      )
    }
  })

  test.each(bad)('%s in all of them', (_what, spoil) => {
    const spoiled = machine(2, () => spoil(START + 2 * GROWTH))
    const readings = readAll([good(0), good(1), spoiled, good(3), good(4)])
    expect(readings.flatMap((reading) => impossible(reading, GROWTH * 2))).toEqual([])
  })
})

test('a counter that restarts has no rate once, and then the rate it has', () => {
  const restarted = (second: number) => machine(second, () => (second - 3) * GROWTH)
  const readings = readAll([good(1), good(2), restarted(3), restarted(4)])
  expect(readings[2]?.networks[0]?.recvBytesPerSecond).toBeNull()
  expect(readings[3]?.networks[0]?.recvBytesPerSecond).toBe(GROWTH)
  expect(readings[3]?.disks[0]?.readBytesPerSecond).toBe(GROWTH)
})

test('whatever the counters of three samples are: shares are shares, rates are not negative', () => {
  const value = fc.oneof(
    fc.nat(1e9),
    fc.maxSafeNat(),
    fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 31, 2 ** 53),
  )
  const counters = fc.func(value)
  fc.assert(
    fc.property(counters, counters, counters, (a, b, c) => {
      const all = [a, b, c].map((of, second) => machine(second, of))
      expect(readAll(all).flatMap((reading) => impossible(reading, Infinity))).toEqual([])
    }),
    { numRuns: 2000 },
  )
})

describe('processors come and go, with holes in the numbering', () => {
  const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7]
  const SIX = [0, 2, 3, 5, 6, 7]
  const HISTORY = [EIGHT, EIGHT, SIX, SIX, EIGHT, EIGHT]

  /** Half busy; one that is offline stands still, and stays in the line for all together. Ticks at the end of a second. */
  function at(second: number): MachineSample {
    const times = EIGHT.map((index) => {
      const worked = HISTORY.slice(0, second + 1).filter((online) => online.includes(index)).length
      return core(index, { user: 50 * worked, idle: 1000 + 50 * worked })
    })
    const online = HISTORY[second] ?? []
    const cores = times.filter(({ index }) => online.includes(index))
    return sample(second * 1000, { cpu: cpu(cores, cpu(times).total) })
  }

  test('8, 6, 8: lists follow, the total is of those that were there all the time', () => {
    const readings = readAll(HISTORY.map((_, second) => at(second)))
    expect(readings.map(({ cpu: { cores } }) => cores.map(({ index }) => index))).toEqual(HISTORY)
    expect(readings.map(({ cpu: { usagePercent } }) => usagePercent)).toEqual([
      null,
      50,
      50,
      50,
      50,
      50,
    ])
    const unknown = readings.map(({ cpu: { cores } }) =>
      cores.filter(({ usagePercent }) => usagePercent === null).map(({ index }) => index),
    )
    expect(unknown).toEqual([EIGHT, [], [], [], [1, 4], []])
  })
})
