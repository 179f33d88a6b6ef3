import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { noFakeLibrary } from '../fake-library-rig.ts'
import { fakeRegistry, type FakeRegistry } from './fake-registry.ts'
import { readMacPower } from './mac-battery.ts'
import { readMacDisks } from './mac-disks.ts'
import { readMacGpus } from './mac-gpus.ts'

describe.skipIf(noFakeLibrary !== null)('the I/O Registry of macOS', () => {
  let registry: FakeRegistry
  beforeAll(() => {
    registry = fakeRegistry()
  })
  afterAll(() => registry[Symbol.dispose]())
  beforeEach(() => registry.forget())

  const smart = {
    BatteryInstalled: true,
    ExternalConnected: false,
    IsCharging: false,
    FullyCharged: false,
    CurrentCapacity: 80,
    MaxCapacity: 100,
    CycleCount: 179,
    Voltage: 12_000,
    InstantAmperage: -1500,
    TimeRemaining: 91,
    Temperature: 3012,
    NominalChargeCapacity: 4000,
    DesignCapacity: 5000,
  }
  const battery = (own: Record<string, string | number | boolean | Record<string, number>>) => {
    registry.forget()
    registry.service('AppleSmartBattery', { own })
    return readMacPower(registry.kit)
  }

  test('the battery: charge, draw, wear, cycles and warmth', () => {
    expect(battery(smart)).toEqual({
      onAc: false,
      battery: {
        percent: 80,
        status: 'discharging',
        watts: 18,
        secondsLeft: 91 * 60,
        healthPercent: 80,
        cycles: 179,
      },
      sensors: [
        {
          id: 'battery/temperature',
          chip: 'battery',
          label: 'Battery',
          kind: 'temperature',
          value: 30.12,
          high: null,
          critical: null,
        },
      ],
    })
    expect(registry.alive()).toBe(0)
  })

  test('on mains: charging, held, full, and a time that is not known', () => {
    const onMains = { ...smart, ExternalConnected: true, TimeRemaining: 65_535 }
    expect(battery(onMains)).toMatchObject({
      onAc: true,
      battery: { status: 'not charging', secondsLeft: null },
    })
    expect(battery({ ...onMains, IsCharging: true, TimeRemaining: 30 })).toMatchObject({
      battery: { status: 'charging', secondsLeft: 1800 },
    })
    expect(battery({ ...onMains, FullyCharged: true })).toMatchObject({
      battery: { status: 'full' },
    })
  })

  test('an Intel has its charge in mAh, a newer system the figures of the cells apart', () => {
    expect(
      battery({ CurrentCapacity: 4222, MaxCapacity: 5023, DesignCapacity: 5088 })?.battery,
    ).toMatchObject({
      percent: (4222 / 5023) * 100,
      healthPercent: (5023 / 5088) * 100,
      watts: null,
      cycles: null,
      status: null,
    })
    const cells = { DesignCapacity: 5000, AppleRawMaxCapacity: 4500, Temperature: 3000 }
    expect(battery({ CurrentCapacity: 85, MaxCapacity: 100, BatteryData: cells })).toMatchObject({
      battery: { percent: 85, healthPercent: 90 },
      sensors: [{ value: 30 }],
    })
  })

  test('values of another type than they have are unknown, and so is what cannot be written', () => {
    expect(battery({ ...smart, CurrentCapacity: 'many', Voltage: true })?.battery).toMatchObject({
      percent: null,
      watts: null,
    })
    registry.forget()
    registry.raw('AppleSmartBattery', 'CurrentCapacity', Buffer.alloc(0))
    registry.raw(
      'AppleSmartBattery',
      'MaxCapacity',
      Buffer.from('no property list at all, and long enough'),
    )
    expect(readMacPower(registry.kit)?.battery).toMatchObject({ percent: null })
    expect(registry.alive()).toBe(0)
  })

  test('a desktop has no battery; a registry that refuses is another thing', () => {
    expect(readMacPower(registry.kit)).toEqual({ onAc: null, battery: null, sensors: [] })
    registry.refuse()
    expect(readMacPower(registry.kit)).toBeNull()
    expect(readMacDisks(registry.kit)).toBeNull()
    expect(readMacGpus(registry.kit)).toBeNull()
    expect(registry.alive()).toBe(0)
  })

  const counters = {
    'Bytes (Read)': 1_594_539_950_080,
    'Bytes (Write)': 2 ** 42,
    'Operations (Read)': 23_043,
    'Operations (Write)': 909,
    'Total Time (Read)': 101_046_443_060,
    'Total Time (Write)': 1_232_071_199,
  }

  test('disks one by one, without the images that lie on them', () => {
    registry.service('IOBlockStorageDriver', {
      own: { Statistics: counters },
      below: { 'BSD Name': 'disk0', Size: 1_000_555_581_440 },
      above: {
        'Device Characteristics': {
          'Product Name': 'APPLE SSD AP1024Z ',
          'Product Revision Level': '873.1',
          'Medium Type': 'Solid State',
        },
        'Protocol Characteristics': {
          'Physical Interconnect': 'Apple Fabric',
          'Physical Interconnect Location': 'Internal',
        },
      },
    })
    registry.service('IOBlockStorageDriver', {
      own: { Statistics: counters },
      below: { 'BSD Name': 'disk4' },
      above: {
        'Protocol Characteristics': {
          'Physical Interconnect': 'Virtual Interface',
          'Physical Interconnect Location': 'File',
        },
      },
    })
    registry.service('IOBlockStorageDriver', {
      own: { Statistics: { 'Bytes (Read)': 1, 'Bytes (Write)': 2 } },
      below: { 'BSD Name': 'disk6' },
    })
    registry.service('IOBlockStorageDriver', { own: { Statistics: counters } }) // no medium in it
    const disks = readMacDisks(registry.kit)
    expect(disks).toMatchObject([
      {
        id: 'disk0',
        model: 'APPLE SSD AP1024Z',
        firmware: '873.1',
        kind: 'nvme',
        sizeBytes: 1_000_555_581_440,
        readBytes: 1_594_539_950_080,
        writeBytes: 2 ** 42,
        reads: 23_043,
        writes: 909,
        readMs: 101_046.443_06,
        busyMs: null,
      },
      { id: 'disk6', model: null, kind: 'unknown', reads: null, readMs: null, sizeBytes: null },
    ])
    expect(registry.alive()).toBe(0)
  })

  test.each([
    ['USB', '', 'removable'],
    ['SATA', 'Solid State', 'ssd'],
    ['SATA', 'Rotational', 'hdd'],
    ['PCI-Express', 'Solid State', 'nvme'],
    ['Virtual Interface', '', 'virtual'],
  ])('a disk by %s that is %s: %s', (interconnect, medium, kind) => {
    registry.service('IOBlockStorageDriver', {
      own: { Statistics: counters },
      below: { 'BSD Name': 'disk2' },
      above: {
        'Protocol Characteristics': { 'Physical Interconnect': interconnect },
        'Device Characteristics': { 'Medium Type': medium },
      },
    })
    expect(readMacDisks(registry.kit)?.[0]?.kind).toBe(kind)
  })

  test('the card of Apple silicon: load, its two engines, memory of the computer', () => {
    registry.service('IOAccelerator', {
      own: {
        model: 'Apple M4',
        PerformanceStatistics: {
          'Device Utilization %': 21,
          'Renderer Utilization %': 19,
          'Tiler Utilization %': 20,
          'In use system memory (driver)': 0,
          'In use system memory': 351_141_888,
          'Alloc system memory': 1_574_862_848,
        },
      },
    })
    const cards = readMacGpus(registry.kit)
    expect(cards).toMatchObject([
      {
        id: 'gpu-0',
        name: 'Apple M4',
        vendor: 'apple',
        source: 'iokit',
        usagePercent: 21,
        sharedMemoryUsedBytes: 351_141_888,
        memoryUsedBytes: null,
        temperatureCelsius: null,
        engines: [
          { name: 'renderer', usagePercent: 19 },
          { name: 'tiler', usagePercent: 20 },
        ],
        unknown: { memory_used_bytes: 'not_supported', processes: 'not_supported' },
      },
    ])
    expect(cards?.[0]?.unknown).not.toHaveProperty('usage_percent')
    expect(registry.alive()).toBe(0)
  })

  test('a card of another maker has its name above it and more figures; one without load is none', () => {
    registry.service('IOAccelerator', {
      own: {
        PerformanceStatistics: {
          'GPU Activity(%)': 130,
          vramUsedBytes: 2 ** 31,
          'Temperature(C)': 61,
          'Total Power(W)': 44,
        },
      },
      above: { model: Buffer.from('AMD Radeon Pro 5500M\0') },
    })
    registry.service('IOAccelerator', { own: { IOClass: 'x' } })
    expect(readMacGpus(registry.kit)).toMatchObject([
      {
        name: 'AMD Radeon Pro 5500M',
        vendor: 'amd',
        usagePercent: 100,
        memoryUsedBytes: 2 ** 31,
        temperatureCelsius: 61,
        powerWatts: 44,
      },
    ])
  })
})
