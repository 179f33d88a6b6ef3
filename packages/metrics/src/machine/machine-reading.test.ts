import { expect, test } from 'vitest'
import type { DiskSample, FilesystemSample, NetworkSample } from '@taskmanager/platform'
import { readMachine } from './machine-reading.ts'
import { memory, sample } from './sample-rig.ts'

const disk = (some: Partial<DiskSample> = {}): DiskSample => ({
  id: 'sda',
  model: null,
  kind: 'ssd',
  sizeBytes: null,
  readBytes: 0,
  writeBytes: 0,
  reads: 0,
  writes: 0,
  readMs: 0,
  writeMs: 0,
  busyMs: 0,
  queueMs: 0,
  temperatureCelsius: null,
  firmware: null,
  health: null,
  partitions: [],
  ...some,
})

const network = (some: Partial<NetworkSample> = {}): NetworkSample => ({
  id: 'eth0',
  kind: 'ethernet',
  counted: true,
  up: true,
  linkBitsPerSecond: null,
  signalDbm: null,
  mac: null,
  addresses: [],
  recvBytes: 0,
  sentBytes: 0,
  recvPackets: 0,
  sentPackets: 0,
  errors: 0,
  drops: 0,
  ...some,
})

const start = (some = {}) => readMachine(sample(0, some), { askedMs: 1000, previous: undefined })

test('the first reading has no interval and no rate, and says nothing is 0', () => {
  const reading = start({ disks: [disk()], networks: [network()] })
  expect(reading).toMatchObject({ intervalMs: null, gap: false, packageWatts: null })
  expect(reading.disks[0]).toMatchObject({ readBytesPerSecond: null, busyPercent: null })
  expect(reading.networks[0]).toMatchObject({ recvBytesPerSecond: null })
  expect(reading.memory.swapInBytesPerSecond).toBeNull()
})

test('rates are of the measured interval, not of the asked one', () => {
  const previous = start({ disks: [disk()], networks: [network()] })
  const next = sample(2000, {
    disks: [
      disk({ readBytes: 4000, reads: 4, readMs: 10, writeMs: 2 ** 31, busyMs: 500, queueMs: 3000 }),
    ],
    networks: [network({ recvBytes: 1000, sentPackets: 6 })],
  })
  const reading = readMachine(next, { askedMs: 1000, previous })
  expect(reading.intervalMs).toBe(2000)
  expect(reading.disks[0]).toMatchObject({
    readBytesPerSecond: 2000,
    readsPerSecond: 2,
    readLatencyMs: 2.5,
    writeLatencyMs: null,
    busyPercent: 25,
    queueLength: 1.5,
  })
  expect(reading.networks[0]).toMatchObject({ recvBytesPerSecond: 500, sentPacketsPerSecond: 3 })
})

test('counters that go back, a disk that comes anew, times that wrap', () => {
  const previous = start({
    disks: [disk({ readBytes: 9e9, queueMs: 2 ** 32 - 500, reads: 10 })],
    networks: [network({ recvBytes: 4e9, sentBytes: 5 })],
  })
  const next = sample(1000, {
    disks: [disk({ readBytes: 10, queueMs: 500, reads: 10 }), disk({ id: 'sdb', readBytes: 7e9 })],
    networks: [network({ recvBytes: 100, sentBytes: 6 })],
  })
  const { disks, networks } = readMachine(next, { askedMs: 1000, previous })
  expect(disks[0]).toMatchObject({ readBytesPerSecond: null, queueLength: 1, readsPerSecond: 0 })
  expect(disks[1]).toMatchObject({ readBytesPerSecond: null })
  expect(networks[0]).toMatchObject({ recvBytesPerSecond: null, sentBytesPerSecond: 1 })
})

test('after a sleep the sample is a gap; a slow tick is none', () => {
  const previous = start()
  expect(readMachine(sample(61_000), { askedMs: 1000, previous }).gap).toBe(true)
  expect(readMachine(sample(5000), { askedMs: 1000, previous }).gap).toBe(false)
  expect(readMachine(sample(16_000), { askedMs: 5000, previous }).gap).toBe(false)
})

test('a clock that did not move gives no rates', () => {
  const previous = start({ networks: [network()] })
  const next = sample(0, { networks: [network({ recvBytes: 5 })] })
  expect(readMachine(next, { askedMs: 1000, previous }).networks[0]).toMatchObject({
    recvBytesPerSecond: null,
  })
})

test('network sums: only what counts; nothing to count is unknown', () => {
  const networks = [
    network({ id: 'lo', counted: false, recvBytes: 99 }),
    network({ recvBytes: 5, sentBytes: 6 }),
    network({ id: 'eth1', recvBytes: 1, sentBytes: 2 }),
  ]
  expect(start({ networks })).toMatchObject({ networkRecvBytes: 6, networkSentBytes: 8 })
  expect(start({ networks: networks.slice(0, 1) })).toMatchObject({ networkRecvBytes: null })
})

test('used is total - available, and the parts of memory fit into the whole', () => {
  // Figures of a real machine, KiB.
  const kib = (value: number) => value * 1024
  const parts = {
    totalBytes: kib(24684092),
    availableBytes: kib(24293596),
    freeBytes: kib(24251148),
    anonymousBytes: kib(23432),
    sharedBytes: kib(8856),
    cachedBytes: kib(183796),
    buffersBytes: kib(20868),
    slabReclaimableBytes: kib(116896),
    slabUnreclaimableBytes: kib(25340),
    kernelStackBytes: kib(1624),
    pageTableBytes: kib(1812),
    perCpuBytes: kib(712),
    vmallocBytes: kib(14380),
    swapTotalBytes: kib(100),
    swapFreeBytes: kib(60),
  }
  const { memory: reading } = start({ memory: memory(parts) })
  expect(reading.usedBytes).toBe(kib(24684092 - 24293596))
  expect(reading.usedPercent).toBeCloseTo(1.582, 3)
  expect(reading.swapUsedBytes).toBe(kib(40))
  // Stacks lie inside vmalloc here and count once.
  expect(reading.kernelBytes).toBe(kib(25340 + 14380 + 1812 + 712))
  const sum =
    parts.freeBytes +
    parts.anonymousBytes +
    parts.sharedBytes +
    (reading.cachedBytes ?? 0) +
    parts.buffersBytes +
    parts.slabReclaimableBytes +
    (reading.kernelBytes ?? 0)
  expect(sum).toBeLessThanOrEqual(parts.totalBytes)
  expect(sum).toBeGreaterThan(parts.totalBytes * 0.99)
})

test('memory that is not told stays unknown', () => {
  expect(start().memory).toMatchObject({ usedBytes: null, kernelBytes: null, swapUsedBytes: null })
})

test('the share of a file system is as df prints it', () => {
  const filesystem: FilesystemSample = {
    mount: '/',
    device: '/dev/vda',
    disk: 'vda',
    type: 'ext4',
    totalBytes: 1000,
    freeBytes: 400,
    availableBytes: 300,
    inodesTotal: 10,
    inodesFree: 4,
    readOnly: false,
    staleMs: null,
    staleReason: null,
  }
  const [reading] = start({ filesystems: [filesystem] }).filesystems
  expect(reading).toMatchObject({ usedBytes: 600, inodesUsed: 6 })
  expect(reading?.usedPercent).toBeCloseTo(66.667, 3)
})

test('watts: over the time between two readings of the counter, kept in between, across its wrap', () => {
  const energy = (microjoules: number, monotonicMs: number) => ({
    power: {
      onAc: null,
      battery: null,
      packageEnergy: { microjoules, monotonicMs, wrapsAtMicrojoules: 100e6 },
    },
  })
  const first = start(energy(50e6, 0))
  expect(first.packageWatts).toBeNull()
  const read = (at: number, some: object, previous: ReturnType<typeof start>) =>
    readMachine(sample(at, some), { askedMs: 1000, previous })
  const second = read(5000, energy(75e6, 5000), first)
  expect(second.packageWatts).toBe(5)
  const between = read(6000, energy(75e6, 5000), second)
  expect(between.packageWatts).toBe(5)
  const late = read(10_000, energy(95e6, 10_000), between)
  expect(read(15_000, energy(5e6, 15_000), late).packageWatts).toBe(2)
})

test.each([
  [150_000e6, 'in the middle of its range'],
  [200_000e6, 'where a wrap would mean kilowatts'],
])('watts are unknown over a suspend, which sets the counter back from %d (%s)', (before) => {
  const energy = (microjoules: number, monotonicMs: number) => ({
    power: {
      onAc: null,
      battery: null,
      packageEnergy: { microjoules, monotonicMs, wrapsAtMicrojoules: 262_143e6 },
    },
  })
  const previous = start(energy(before, 0))
  const resumed = readMachine(sample(5000, energy(10e6, 5000)), { askedMs: 1000, previous })
  expect(resumed.packageWatts).toBeNull()
  const after = readMachine(sample(10_000, energy(110e6, 10_000)), {
    askedMs: 1000,
    previous: resumed,
  })
  expect(after.packageWatts).toBe(20)
})
