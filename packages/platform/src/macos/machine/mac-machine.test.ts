import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../options.ts'
import type { PortableWorld } from '../../portable/machine.ts'
import { fakeRegistry } from '../iokit/fake-registry.ts'
import type { IoKit } from '../iokit/io-kit.ts'
import { fakeMac, noFakeLibrary, type FakeMac } from '../fake-library-rig.ts'
import type { MacLibrary } from '../lib-system.ts'
import { MacMachine } from './mac-machine.ts'

const PAGE = 16_384

describe.skipIf(noFakeLibrary !== null)('the machine of macOS through a fake libSystem', () => {
  let mac: FakeMac
  beforeAll(() => {
    mac = fakeMac()
  })
  afterAll(() => mac[Symbol.dispose]())

  /** Only what the machine still asks systeminformation; anything else would be an error that is told. */
  const answers = {
    fsSize: async () => [
      {
        mount: '/',
        fs: '/dev/disk3s1s1',
        type: 'APFS',
        size: 1000,
        used: 400,
        available: 600,
        rw: false,
      },
    ],
    fsStats: async () => ({ rx: 5, wx: 6 }),
  }

  function machine(
    library: MacLibrary = mac.library,
    { told = [], kit = null }: { told?: string[]; kit?: IoKit | null } = {},
  ) {
    return new MacMachine(systemClock, {
      library,
      kit,
      addresses: () => ({ en0: [{ cidr: '192.168.1.5/24', address: '192.168.1.5' }] }),
      load: (async () => answers) as unknown as NonNullable<PortableWorld['load']>,
      onError: (source) => told.push(source),
    })
  }

  test('used memory is that of the Activity Monitor: own, wired and compressed pages', async () => {
    const { memory } = await machine().sample()
    const used = (360_000 - 10_000 + 120_000 + 60_000) * PAGE
    expect(memory).toMatchObject({
      totalBytes: 17_179_869_184,
      availableBytes: 17_179_869_184 - used,
      freeBytes: 100_000 * PAGE,
      cachedBytes: 260_000 * PAGE,
      anonymousBytes: 350_000 * PAGE,
      wiredBytes: 120_000 * PAGE,
      swapTotalBytes: 2_147_483_648,
      swapFreeBytes: 1_073_741_824,
      swapInBytes: 70 * PAGE,
      swapOutBytes: 80 * PAGE,
      zramOriginalBytes: 180_000 * PAGE,
      zramCompressedBytes: 60_000 * PAGE,
      slabBytes: null,
    })
  })

  test('interfaces with whole counters, those counted that have hardware', async () => {
    const { networks } = await machine().sample()
    expect(networks.map(({ id, kind, counted, up }) => [id, kind, counted, up])).toEqual([
      ['lo0', 'loopback', false, true],
      ['en0', 'unknown', true, true],
      ['en1', 'unknown', true, false],
      ['utun3', 'tunnel', false, true],
      ['bridge0', 'virtual', false, true],
    ])
    expect(networks[1]).toMatchObject({
      recvBytes: 6_000_000_000,
      sentBytes: 7000,
      recvPackets: 30,
      sentPackets: 20,
      errors: 3,
      drops: 3,
      linkBitsPerSecond: 1e9,
      mac: '02:11:22:33:44:55',
      addresses: ['192.168.1.5/24'],
    })
  })

  test('without the whole counters those of the list stand in; without the list nothing does', async () => {
    const system: MacLibrary['system'] = (name, into) =>
      name[1] === 18 ? -1 : mac.library.system(name, into)
    const { networks } = await machine({ ...mac.library, system }).sample()
    expect(networks[1]).toMatchObject({
      id: 'en0',
      recvBytes: 1_705_032_704 - (1_705_032_704 % 1024),
    })
    const none = await machine({ ...mac.library, system: () => -1, lastErrno: () => 1 }).sample()
    expect(none).toMatchObject({ networks: [], unknown: { networks: 'failed' } })
  })

  test('pages that are refused leave memory unknown, not full', async () => {
    const { memory } = await machine({ ...mac.library, vmStatistics: () => -1 }).sample()
    expect(memory).toMatchObject({
      totalBytes: 17_179_869_184,
      availableBytes: null,
      freeBytes: null,
      swapTotalBytes: 2_147_483_648,
    })
  })

  test('the rest as everywhere: cores by Node, file systems and disks by systeminformation alone', async () => {
    const told: string[] = []
    const sample = await machine(mac.library, { told }).sample()
    expect(told).toEqual([])
    expect(sample.cpu.cores.length).toBeGreaterThan(0)
    expect(sample.cpu.total.irq).toBeNull()
    expect(sample.cpu.frequencyMhz.size).toBe(0)
    expect(sample).toMatchObject({
      diskReadBytes: 5,
      diskWriteBytes: 6,
      filesystems: [{ mount: '/', type: 'APFS', readOnly: true }],
      power: { onAc: null, battery: null, packageEnergy: null },
      unknown: { power: 'not_supported', sensors: 'not_supported', gpus: 'not_supported' },
    })
  })

  test('disks, card, battery and the pressure of heat; their sum is that of the disks', async () => {
    using registry = fakeRegistry()
    for (const [id, bytes] of [
      ['disk0', 7000],
      ['disk2', 500],
    ] as const) {
      registry.service('IOBlockStorageDriver', {
        own: { Statistics: { 'Bytes (Read)': bytes, 'Bytes (Write)': bytes * 2 } },
        below: { 'BSD Name': id },
      })
    }
    registry.service('IOAccelerator', {
      own: { model: 'Apple M4', PerformanceStatistics: { 'Device Utilization %': 21 } },
    })
    registry.service('AppleSmartBattery', {
      own: { CurrentCapacity: 50, MaxCapacity: 100, ExternalConnected: true, Temperature: 3000 },
    })
    mac.thermal(2)
    const provider = machine(mac.library, { kit: registry.kit })
    const sample = await provider.sample()
    expect(sample).toMatchObject({
      cpu: { thermalPressure: 'heavy' },
      disks: [{ id: 'disk0' }, { id: 'disk2' }],
      diskReadBytes: 7500,
      diskWriteBytes: 15_000,
      gpus: [{ id: 'gpu-0', usagePercent: 21 }],
      power: { onAc: true, battery: { percent: 50, status: 'not charging' } },
      sensors: [{ chip: 'battery', value: 30 }],
    })
    for (const part of ['disks', 'gpus', 'power', 'sensors'])
      expect(sample.unknown).not.toHaveProperty(part)
    expect((await provider.info()).capabilities).toMatchObject({
      disk_io: { available: true },
      gpu: { available: true },
      battery: { available: true },
      sensors: { available: false },
    })
    mac.thermal(0)
    expect((await provider.sample()).cpu.thermalPressure).toBe('nominal')
    mac.thermal(99)
    expect((await provider.sample()).cpu.thermalPressure).toBeNull()
    expect(mac.registered()).toBe(1)
  })

  test('it says what machine it is', async () => {
    const info = await machine().info()
    expect(info).toMatchObject({
      os: { platform: 'darwin', name: 'macOS 15.4' },
      bootId: '6F1B5D0E-0001-4000-8000-000000000001',
      cpu: { model: 'Apple M2', sockets: 1 },
      board: { manufacturer: 'Apple', model: 'Mac14,2' },
      capabilities: { control: { available: true }, battery: { available: false } },
    })
  })
})
