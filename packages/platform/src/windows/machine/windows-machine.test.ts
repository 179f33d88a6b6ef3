import { expect, test } from 'vitest'
import {
  ACTIVE,
  ataDrive,
  fakeDoor,
  identifyBlock,
  PASSED,
  smartBlocks,
} from '../../drives/drive-rig.ts'
import type { Clock } from '../../options.ts'
import { systemClock } from '../../options.ts'
import { bytesOf } from '../../struct-bytes.ts'
import { processorEntry } from '../byte-rig.ts'
import { CounterReadings } from './counter-readings.ts'
import {
  fakeCalls,
  fakeDisks,
  fakeInterfaces,
  fakeRegistry,
  fakeWindows,
  registryEntry,
} from './fake-windows.ts'
import type { DiskCalls, OpenDevice } from './disk-calls.ts'
import { WindowsDisks } from './disks.ts'
import { WindowsMachine } from './windows-machine.ts'

test('one sample: what Windows tells, and the reason for the rest', async () => {
  const machine = new WindowsMachine(systemClock, fakeWindows())
  const sample = await machine.sample()
  expect(sample.cpu).toMatchObject({
    ticksPerSecond: 1e7,
    total: { user: 20, system: 20, idle: 60, iowait: null, steal: null },
    contextSwitches: 1234,
    interrupts: 3,
    loadAverage: null,
  })
  expect(sample.cpu.frequencyMhz).toEqual(new Map([[0, 2000]]))
  expect(sample.memory).toMatchObject({
    totalBytes: 16_000,
    availableBytes: 9000,
    freeBytes: null,
    cachedBytes: 4096,
    committedBytes: 8192,
    commitLimitBytes: 20_480,
    swapTotalBytes: 4_096_000,
    swapFreeBytes: 3_072_000,
  })
  expect(sample.disks).toMatchObject([
    {
      id: 'PhysicalDrive0',
      kind: 'ssd',
      temperatureCelsius: 38,
      health: null,
      readBytes: 500,
      partitions: ['C:'],
      queueMs: null,
    },
  ])
  expect([sample.diskReadBytes, sample.diskWriteBytes]).toEqual([500, 600])
  expect(
    sample.filesystems.map(({ mount, device, disk, freeBytes }) => [
      mount,
      device,
      disk,
      freeBytes,
    ]),
  ).toEqual([
    ['C:', 'System', 'PhysicalDrive0', 400],
    ['N:', 'N:', null, 400],
  ])
  expect(sample.networks.map(({ id, counted, recvBytes }) => [id, counted, recvBytes])).toEqual([
    ['Ethernet', true, 100],
    ['vEthernet (WSL)', false, 9],
    ['Loopback', false, 5],
  ])
  expect(sample.power).toEqual({
    onAc: false,
    battery: {
      percent: 57,
      status: 'discharging',
      secondsLeft: 5400,
      watts: 9,
      healthPercent: null,
      cycles: null,
    },
    packageEnergy: null,
  })
  expect(sample.unknown).toEqual({
    pressure: 'not_supported',
    'cpu.temperature_celsius': 'not_supported',
    'cpu.load_average': 'not_supported',
    'cpu.throttled': 'not_supported',
    'cpu.forks_per_second': 'not_supported',
    'cpu.processes_running': 'not_supported',
    'cpu.processes_blocked': 'not_supported',
    'memory.free_bytes': 'not_supported',
    'memory.zram_original_bytes': 'not_supported',
    sensors: 'not_supported',
    gpus: 'not_supported',
  })
  await machine.close()
})

test('all that may fail fails: the CPU stays, the rest is unknown with its reason', async () => {
  const failing = { kind: 'unsupported' } as const
  const machine = new WindowsMachine(
    systemClock,
    fakeWindows({
      calls: fakeCalls({
        systemCounters: () => failing,
        pagingFiles: () => ({ kind: 'denied' }),
        memoryStatus: () => ({ kind: 'failed' }),
        performanceInformation: () => failing,
        powerStatus: () => failing,
        processorPower: () => failing,
        version: () => failing,
      }),
      disks: null,
      interfaces: null,
      registry: null,
    }),
  )
  const { cpu, memory, disks, diskReadBytes, networks, power, unknown } = await machine.sample()
  expect(cpu.cores).toHaveLength(1)
  expect(memory.totalBytes).toBeNull()
  expect([disks, diskReadBytes, networks]).toEqual([[], null, []])
  expect(power).toEqual({ onAc: null, battery: null, packageEnergy: null })
  expect(unknown).toMatchObject({
    memory: 'failed',
    'memory.swap_total_bytes': 'not_permitted',
    power: 'not_supported',
    disks: 'not_supported',
    networks: 'not_supported',
    'cpu.frequency_mhz': 'not_supported',
    'cpu.context_switches_per_second': 'not_supported',
  })
  const { os, cpu: model, capabilities } = await machine.info()
  expect(os).toMatchObject({ platform: 'win32', name: null })
  expect(model.threads).toBeGreaterThan(0)
  for (const { available, reason } of Object.values(capabilities)) {
    expect(available ? reason === null : reason?.endsWith('.')).toBe(true)
  }
  await machine.close()
})

test('a machine without a battery has no page of its power', async () => {
  const calls = fakeCalls({
    powerStatus: () => ({
      kind: 'ok',
      value: bytesOf(12, [
        [0, 'u8', 1],
        [1, 'u8', 128],
      ]),
    }),
  })
  const machine = new WindowsMachine(systemClock, fakeWindows({ calls }))
  expect((await machine.sample()).power).toEqual({ onAc: null, battery: null, packageEnergy: null })
  expect((await machine.info()).capabilities['battery']?.reason).toContain('No battery')
  await machine.close()
})

test('without the times of the CPUs there is no machine to show', async () => {
  const calls = fakeCalls({ processorTimes: () => ({ kind: 'failed' }) })
  const machine = new WindowsMachine(systemClock, fakeWindows({ calls }))
  await expect(machine.sample()).rejects.toThrow('times of the CPUs')
  await machine.close()
})

test('more than 64 CPUs come in groups and are numbered through', async () => {
  const entry = processorEntry({ idle: 1n, kernel: 2n, user: 3n, interrupts: 5 })
  const groups = [Buffer.concat([entry, entry]), entry]
  const calls = fakeCalls({ processorTimes: () => ({ kind: 'ok', value: groups }) })
  const machine = new WindowsMachine(systemClock, fakeWindows({ calls }))
  const { cpu } = await machine.sample()
  expect(cpu.cores.map(({ index }) => index)).toEqual([0, 1, 2])
  expect(cpu.total).toMatchObject({ user: 9, system: 3, idle: 3 })
  expect(cpu.interrupts).toBe(15)
  await machine.close()
})

test('a disk that is pulled out is let go of, and no handle stays', async () => {
  const disks = fakeDisks()
  const machine = new WindowsMachine(systemClock, fakeWindows({ disks }))
  expect((await machine.sample()).disks).toHaveLength(1)
  expect(disks.open0()).toBe(1)
  disks.unplug()
  const { disks: left, unknown } = await machine.sample()
  expect([left, unknown['disks'], disks.open0()]).toEqual([[], 'not_supported', 0])
  await machine.close()
})

test('where disks and interfaces may not be asked, that is the reason', async () => {
  const disks = { ...fakeDisks(), open: () => ({ kind: 'denied' }) as const }
  const interfaces = { ...fakeInterfaces(), table: async () => ({ kind: 'failed' }) as const }
  const machine = new WindowsMachine(systemClock, fakeWindows({ disks, interfaces }))
  const { unknown } = await machine.sample()
  expect(unknown).toMatchObject({ disks: 'not_permitted', networks: 'failed' })
  await machine.close()
})

test('a share that does not answer keeps no local drive waiting', async () => {
  const never = new Promise<void>(() => {})
  const machine = new WindowsMachine(systemClock, fakeWindows({ disks: fakeDisks(never) }))
  const { filesystems } = await machine.sample()
  expect(filesystems.map(({ mount }) => mount)).toEqual(['C:'])
  await machine.close()
})

test('an interface that is gone between two looks is left out', async () => {
  const interfaces = fakeInterfaces()
  const machine = new WindowsMachine(systemClock, fakeWindows({ interfaces }))
  await machine.sample()
  interfaces.remove(7)
  const { networks } = await machine.sample()
  expect(networks.map(({ id, counted }) => [id, counted])).toEqual([
    ['vEthernet (WSL)', true],
    ['Loopback', false],
  ])
  await machine.close()
})

test('turbo: the nominal frequency with the share of now; thermal zones in Celsius', async () => {
  const counters = new CounterReadings(() => ({
    collect: async () => ({
      kind: 'ok',
      value: [
        new Map([
          ['0,_Total', 90],
          ['0,0', 120],
          ['_Total', 90],
        ]),
        new Map([
          [String.raw`\_TZ.TZ00`, 3231.5],
          [String.raw`\_TZ.DEAD`, 0],
        ]),
      ],
    }),
    close: () => {},
  }))
  const machine = new WindowsMachine(systemClock, fakeWindows({ counters }))
  const { cpu, sensors, unknown } = await machine.sample()
  expect(cpu.frequencyMhz).toEqual(new Map([[0, 3600]]))
  expect(sensors.map(({ label, value }) => [label, value])).toEqual([['TZ00', 50]])
  expect(unknown).not.toHaveProperty('sensors')
  await machine.close()
})

test('counters that cannot be read are no machine without sensors: the reason is told', async () => {
  const collect = async () => ({ kind: 'denied' }) as const
  const counters = new CounterReadings(() => ({ collect, close: () => {} }))
  const machine = new WindowsMachine(systemClock, fakeWindows({ counters }))
  const { sensors, cpu, unknown } = await machine.sample()
  expect([sensors, unknown['sensors']]).toEqual([[], 'not_permitted'])
  // What the power manager says stands without them.
  expect(cpu.frequencyMhz).toEqual(new Map([[0, 2000]]))
  const { capabilities } = await machine.info()
  expect(capabilities['sensors']?.reason).toContain('performance counters be read')
  await machine.close()
})

test('what the machine is: firmware, else the registry', async () => {
  const registry = fakeRegistry({
    [String.raw`machine\SOFTWARE\Microsoft\Windows NT\CurrentVersion`]: {
      a: registryEntry.text('ProductName', 'Windows 10 Home'),
      b: registryEntry.text('displayversion', '23H2'),
    },
    [String.raw`machine\HARDWARE\DESCRIPTION\System\BIOS`]: {
      a: registryEntry.text('SystemManufacturer', 'Microsoft Corporation'),
      b: registryEntry.text('SystemProductName', 'Virtual Machine'),
    },
    [String.raw`machine\HARDWARE\DESCRIPTION\System\CentralProcessor\0`]: {
      a: registryEntry.text('ProcessorNameString', 'A CPU  '),
      b: registryEntry.text('VendorIdentifier', 'GenuineIntel'),
      c: { name: '~MHz', type: 4, bytes: bytesOf(4, [[0, 'u32', 2900]]) },
    },
  })
  const clock: Clock = { ...systemClock, epochMs: () => 1e12 }
  const machine = new WindowsMachine(clock, fakeWindows({ registry }))
  const { os, board, cpu, virtualMachine } = await machine.info()
  expect(os.name).toBe('Windows 11 Home 23H2')
  expect(board).toEqual({
    manufacturer: 'Microsoft Corporation',
    model: 'Virtual Machine',
    bios: null,
  })
  expect(cpu).toMatchObject({ model: 'A CPU', vendor: 'Intel', baseMhz: 2900, cores: null })
  expect(virtualMachine).toBe('Hyper-V')
  await machine.close()
})

test('a drive tells its health beside the tick, or it is said who may ask', async () => {
  const { data, limits } = smartBlocks([{ id: 9, raw: 1234 }])
  const script = {
    power: ACTIVE,
    identify: identifyBlock({ 217: 1 }),
    status: PASSED,
    data,
    limits,
  }
  const { door } = fakeDoor({ PhysicalDrive0: ataDrive(script) })
  const asked = new WindowsMachine(systemClock, fakeWindows({ drives: door }))
  const healthOf = async (machine: WindowsMachine) => (await machine.sample()).disks[0]?.health
  await expect
    .poll(() => healthOf(asked))
    .toMatchObject({ state: 'told', facts: { protocol: 'ata', powerOnHours: 1234 } })
  expect((await asked.info()).capabilities['drive_health']).toMatchObject({ available: true })

  const denied = { ata: async () => ({ kind: 'denied' }) as const }
  const kept = fakeDoor({ PhysicalDrive0: denied })
  const refused = new WindowsMachine(systemClock, fakeWindows({ drives: kept.door }))
  await expect.poll(() => healthOf(refused)).toMatchObject({ state: 'not_permitted', facts: null })
  const { capabilities } = await refused.info()
  expect(capabilities['drive_health']?.reason).toMatch(/only to a service with elevated rights/)
})

/** Disks that answer a question of theirs as a test wants. */
function disksThat(describe: OpenDevice['describe']) {
  const disks = fakeDisks()
  const open: DiskCalls['open'] = (name) => {
    const opened = disks.open(name)
    return opened.kind === 'ok' ? { kind: 'ok', value: { ...opened.value, describe } } : opened
  }
  return { disks: new WindowsDisks({ ...disks, open }), open0: disks.open0 }
}

test('a look for disks that is under way at the end keeps none of them open', async () => {
  const answer = Promise.withResolvers<Buffer | null>()
  const { disks, open0 } = disksThat(() => answer.promise)
  const look = disks.refresh()
  expect(open0()).toBe(1)
  disks.close()
  answer.resolve(null)
  await look
  expect([open0(), disks.count]).toEqual([0, 0])
})

test('a disk that cannot be asked is let go of, and the look says why', async () => {
  const { disks, open0 } = disksThat(() => Promise.reject(new Error('no thread left')))
  await expect(disks.refresh()).rejects.toThrow('no thread left')
  expect(open0()).toBe(0)
})
