import { describe, expect, test } from 'vitest'
import { bytesOf } from '../../struct-bytes.ts'
import {
  counterArray,
  firmwareTables,
  interfaceRow,
  interfaceTable,
  processorEntry,
  relation,
} from '../byte-rig.ts'
import { parseCounterArray, parseGpuInstance } from './parse-counter-array.ts'
import {
  diskKind,
  parseDiskExtents,
  parseDiskPerformance,
  parseDiskSize,
  parseSeekPenalty,
  parseStorageDevice,
  parseTemperature,
} from './parse-disk.ts'
import { parseFirmwareTables } from './parse-firmware-tables.ts'
import { parseInterfaces } from './parse-interfaces.ts'
import {
  parseMemoryStatus,
  parsePagingFiles,
  parsePerformanceInformation,
} from './parse-memory-status.ts'
import { parseBatteryWatts, parsePowerStatus, parseProcessorPower } from './parse-power-status.ts'
import { parseProcessorRelations } from './parse-processor-relations.ts'
import { parseProcessorTimes } from './parse-processor-times.ts'
import { parseContextSwitches } from './parse-system-counters.ts'
import { parseVersion, windowsName } from './parse-version.ts'

const GIB = 1024 ** 3

describe('times of the CPUs', () => {
  test('idle, DPC and interrupts are taken out of the kernel time, so that the modes add up', () => {
    const entry = { idle: 700n, kernel: 1000n, user: 500n, dpc: 30n, interrupt: 20n }
    const bytes = Buffer.concat([
      processorEntry({ ...entry, interrupts: 40 }),
      processorEntry({ idle: 9n, kernel: 9n, user: 0n, interrupts: 2 }),
    ])
    const { cores, interrupts } = parseProcessorTimes(bytes, 64)
    expect(cores[0]).toEqual({
      index: 64,
      user: 500,
      nice: null,
      system: 250,
      idle: 700,
      iowait: null,
      irq: 20,
      softirq: 30,
      steal: null,
      guest: null,
    })
    expect(cores[1]).toMatchObject({ index: 65, system: 0, idle: 9 })
    expect(interrupts).toBe(42)
  })

  test('years of uptime stay exact; an entry that is cut off is left out', () => {
    const tenYears = 10n * 365n * 86_400n * 10_000_000n
    const bytes = processorEntry({ idle: tenYears, kernel: tenYears + 1n, user: 0n })
    const { cores, interrupts } = parseProcessorTimes(Buffer.concat([bytes, bytes.subarray(1)]))
    expect(cores).toMatchObject([{ idle: Number(tenYears), system: 1 }])
    expect(interrupts).toBeNull()
  })

  test('switches of context: none is not known, fewer bytes neither', () => {
    expect(parseContextSwitches(bytesOf(312, [[0x128, 'u32', 4_000_000_000]]))).toBe(4_000_000_000)
    expect(parseContextSwitches(bytesOf(312, []))).toBeNull()
    expect(parseContextSwitches(bytesOf(0x128, []))).toBeNull()
  })
})

describe('memory', () => {
  test('what is there, what is free for programs, and the commit charge', () => {
    const status = bytesOf(64, [
      [0x04, 'u32', 40],
      [0x08, 'u64', BigInt(16 * GIB)],
      [0x10, 'u64', BigInt(9 * GIB)],
      [0x18, 'u64', BigInt(20 * GIB)],
      [0x20, 'u64', BigInt(12 * GIB)],
    ])
    expect(parseMemoryStatus(status)).toEqual({
      totalBytes: 16 * GIB,
      availableBytes: 9 * GIB,
      commitLimitBytes: 20 * GIB,
      committedBytes: 8 * GIB,
    })
    expect(parseMemoryStatus(status.subarray(0, 63))).toBeNull()
  })

  test('pages become bytes; no size of a page is no answer', () => {
    const information = (pageSize: bigint) =>
      bytesOf(104, [
        [0x08, 'u64', 100n],
        [0x10, 'u64', 200n],
        [0x30, 'u64', 30n],
        [0x40, 'u64', 4n],
        [0x48, 'u64', 5n],
        [0x50, 'u64', pageSize],
        [0x58, 'u32', 40_000],
        [0x5c, 'u32', 150],
        [0x60, 'u32', 2000],
      ])
    expect(parsePerformanceInformation(information(4096n))).toEqual({
      pageBytes: 4096,
      committedBytes: 409_600,
      commitLimitBytes: 819_200,
      cacheBytes: 122_880,
      pagedPoolBytes: 16_384,
      nonpagedPoolBytes: 20_480,
      handles: 40_000,
      processes: 150,
      threads: 2000,
    })
    expect(parsePerformanceInformation(information(0n))).toBeNull()
  })

  test('paging files are a chain; a link that leads back ends it', () => {
    const entry = (next: number, total: number, used: number) =>
      bytesOf(0x40, [
        [0, 'u32', next],
        [4, 'u32', total],
        [8, 'u32', used],
      ])
    const both = Buffer.concat([entry(0x40, 100, 10), entry(0, 50, 5)])
    expect(parsePagingFiles(both, 4096)).toEqual({ totalBytes: 614_400, usedBytes: 61_440 })
    expect(parsePagingFiles(entry(8, 100, 10), 4096)).toMatchObject({ totalBytes: 409_600 })
    expect(parsePagingFiles(Buffer.alloc(0), 4096)).toEqual({ totalBytes: 0, usedBytes: 0 })
  })
})

describe('disks', () => {
  test('counters: busy is the clock less what was idle', () => {
    const now = 134_000_000_000_000_000n
    const bytes = bytesOf(88, [
      [0x00, 'i64', 5_000_000_000n],
      [0x08, 'i64', 6_000_000_000n],
      [0x10, 'i64', 40_000n],
      [0x18, 'i64', 90_000n],
      [0x20, 'i64', now - 250_000n],
      [0x28, 'u32', 11],
      [0x2c, 'u32', 12],
      [0x38, 'i64', now],
    ])
    expect(parseDiskPerformance(bytes)).toEqual({
      readBytes: 5e9,
      writeBytes: 6e9,
      readMs: 4,
      writeMs: 9,
      busyMs: 25,
      reads: 11,
      writes: 12,
    })
    expect(parseDiskPerformance(bytes.subarray(0, 87))).toBeNull()
  })

  const device = (bus: number, removable = 0) =>
    bytesOf(96, [
      [0x0a, 'u8', removable],
      [0x0c, 'u32', 0x24],
      [0x10, 'u32', 0x30],
      [0x14, 'u32', 0x50],
      [0x1c, 'u32', bus],
      [0x24, 'text', 'Maker   \0'],
      [0x30, 'text', 'Fast Disk 980 \0'],
      [0x50, 'text', '3B2Q\0'],
    ])

  test.each([
    [17, 0, null, 'nvme'],
    [11, 0, false, 'ssd'],
    [11, 0, true, 'hdd'],
    [11, 0, null, 'unknown'],
    [7, 0, false, 'removable'],
    [11, 1, true, 'removable'],
    [15, 0, false, 'virtual'],
  ] as const)('bus %d, removable %d, seeking %s is %s', (bus, removable, seeks, kind) => {
    const storage = parseStorageDevice(device(bus, removable))
    expect(storage).toMatchObject({ model: 'Maker Fast Disk 980', firmware: '3B2Q' })
    expect(diskKind(storage, seeks)).toBe(kind)
  })

  test('a model that lies outside of the answer is none', () => {
    const wrong = bytesOf(0x24, [
      [0x10, 'u32', 0xffff_ffff],
      [0x1c, 'u32', 11],
    ])
    expect(parseStorageDevice(wrong)).toEqual({
      model: null,
      firmware: null,
      removable: false,
      bus: 'ata',
    })
    expect(parseStorageDevice(wrong.subarray(0, 0x20))).toBeNull()
  })

  test('the temperature is that of the first sensor, where it has one that can be believed', () => {
    const told = (celsius: number, sensors = 1) =>
      bytesOf(40, [
        [0, 'u32', 40],
        [4, 'u32', 40],
        [8, 'u16', 85],
        [10, 'u16', 80],
        [12, 'u16', sensors],
        [26, 'u16', celsius & 0xffff],
      ])
    expect(parseTemperature(told(41))).toBe(41)
    expect(parseTemperature(told(-5))).toBe(-5)
    for (const none of [told(41, 0), told(-0x8000), told(0), told(200), told(41).subarray(0, 27)])
      expect(parseTemperature(none)).toBe(null)
  })
  test('penalty of seeking, size, and the disks beneath a volume', () => {
    expect(parseSeekPenalty(bytesOf(12, [[8, 'u8', 1]]))).toBe(true)
    expect(parseSeekPenalty(bytesOf(8, []))).toBeNull()
    expect(parseDiskSize(bytesOf(0x28, [[0x18, 'i64', 512_110_190_592n]]))).toBe(512_110_190_592)
    expect(parseDiskSize(bytesOf(0x20, [[0x18, 'i64', 0n]]))).toBeNull()
    const extents = bytesOf(8 + 48, [
      [0, 'u32', 2],
      [8, 'u32', 1],
      [32, 'u32', 3],
    ])
    expect(parseDiskExtents(extents)).toEqual([1, 3])
    expect(parseDiskExtents(bytesOf(8, [[0, 'u32', 0xffff_ffff]]))).toEqual([])
  })
})

describe('interfaces', () => {
  test('name, kind, address, state, speed and counters', () => {
    const table = interfaceTable([
      interfaceRow({
        index: 12,
        alias: 'Büro-LAN',
        type: 6,
        flags: 1,
        received: 5_000_000_000n,
        sent: 300n,
        speed: 1_000_000_000n,
        mac: [0, 0x15, 0x5d, 1, 2, 0xff],
      }),
      interfaceRow({ index: 3, alias: 'WLAN', type: 71, flags: 1, up: false, speed: 54n }),
      interfaceRow({ index: 1, alias: 'Loopback', type: 24, speed: 0xffff_ffff_ffff_ffffn }),
      interfaceRow({ index: 4, alias: 'vEthernet', type: 6 }),
      interfaceRow({ index: 5, alias: 'Büro-LAN-WFP', type: 6, flags: 3 }),
    ])
    const rows = parseInterfaces(table)
    expect(rows[0]).toEqual({
      index: 12,
      alias: 'Büro-LAN',
      description: 'Büro-LAN adapter',
      mac: '00:15:5d:01:02:ff',
      kind: 'ethernet',
      hardware: true,
      filter: false,
      up: true,
      linkBitsPerSecond: 1e9,
      recvBytes: 5e9,
      sentBytes: 300,
      recvPackets: 7,
      sentPackets: 5,
      errors: 2,
      drops: 1,
    })
    expect(
      rows
        .slice(1)
        .map(({ kind, up, linkBitsPerSecond, filter, mac }) => [
          kind,
          up,
          linkBitsPerSecond,
          filter,
          mac,
        ]),
    ).toEqual([
      ['wifi', false, null, false, null],
      ['loopback', true, null, false, null],
      ['virtual', true, null, false, null],
      ['ethernet', true, null, true, null],
    ])
  })

  test('a count that promises more rows than there are', () => {
    const table = interfaceTable([interfaceRow({ index: 1, alias: 'a', type: 6 })])
    table.writeUInt32LE(0xffff_ffff, 0)
    expect(parseInterfaces(table)).toHaveLength(1)
    expect(parseInterfaces(Buffer.alloc(3))).toEqual([])
  })
})

describe('power', () => {
  const status = (line: number, flag: number, percent: number, seconds = 0xffff_ffff) =>
    bytesOf(12, [
      [0, 'u8', line],
      [1, 'u8', flag],
      [2, 'u8', percent],
      [4, 'u32', seconds],
    ])

  test.each([
    [status(1, 128, 255), { onAc: true, battery: null }],
    [status(255, 255, 255), { onAc: null, battery: null }],
    [
      status(0, 1, 57, 5400),
      { onAc: false, battery: { percent: 57, status: 'discharging', secondsLeft: 5400 } },
    ],
    [
      status(1, 9, 80),
      { onAc: true, battery: { percent: 80, status: 'charging', secondsLeft: null } },
    ],
    [
      status(1, 1, 100),
      { onAc: true, battery: { percent: 100, status: 'full', secondsLeft: null } },
    ],
    [
      status(1, 1, 255),
      { onAc: true, battery: { percent: null, status: 'not charging', secondsLeft: null } },
    ],
  ])('mains and battery, case %#', (bytes, expected) => {
    expect(parsePowerStatus(bytes)).toEqual(expected)
    expect(parsePowerStatus(bytes.subarray(0, 11))).toBeNull()
  })

  test('the battery tells milliwatts, in or out, or that it does not know', () => {
    const state = (present: number, rate: number) =>
      bytesOf(32, [
        [1, 'u8', present],
        [16, 'i32', rate],
      ])
    expect(parseBatteryWatts(state(1, -12_500))).toBe(12.5)
    expect(parseBatteryWatts(state(1, -0x8000_0000))).toBeNull()
    expect(parseBatteryWatts(state(0, 5))).toBeNull()
  })

  test('frequencies by CPU; 0 is none', () => {
    const cpu = (number: number, max: number, now: number) =>
      bytesOf(24, [
        [0, 'u32', number],
        [4, 'u32', max],
        [8, 'u32', now],
      ])
    expect(parseProcessorPower(Buffer.concat([cpu(0, 3600, 2400), cpu(1, 3600, 0)]))).toEqual({
      frequencyMhz: new Map([[0, 2400]]),
      maxMhz: 3600,
    })
    expect(parseProcessorPower(Buffer.alloc(23))).toEqual({ frequencyMhz: new Map(), maxMhz: null })
  })
})

describe('what the machine is', () => {
  test('Windows 11 says that it is Windows 10', () => {
    const version = parseVersion(
      bytesOf(276, [
        [4, 'u32', 10],
        [12, 'u32', 26_100],
      ]),
    )
    expect(version).toEqual({ major: 10, minor: 0, build: 26_100 })
    if (version === null) return
    const names = { productName: 'Windows 10 Pro', displayVersion: '24H2' }
    expect(windowsName(version, names)).toBe('Windows 11 Pro 24H2')
    expect(windowsName({ ...version, build: 19_045 }, names)).toBe('Windows 10 Pro 24H2')
    expect(windowsName(version, { ...names, productName: null })).toBeNull()
    expect(parseVersion(Buffer.alloc(15))).toBeNull()
  })

  test('sockets, cores of two kinds, caches and nodes over two processor groups, numbered as their times are', () => {
    const bytes = Buffer.concat([
      relation.socket([[0b1111n, 0]]),
      relation.socket([[0b11n, 1]]),
      relation.core([[0b11n, 0]], 1),
      relation.core([[0b100n, 0]], 0),
      relation.core([[0b1000n, 0]], 0),
      relation.core([[0b11n, 1]], 1),
      relation.node(0, [[0b1111n, 0]]),
      relation.node(1, [[0b11n, 1]]),
      relation.cache(1, 49_152),
      relation.cache(1, 32_768),
      relation.cache(2, 2_097_152),
      relation.cache(2, 2_097_152),
      relation.cache(3, 31_457_280),
    ])
    expect(parseProcessorRelations(bytes)).toEqual({
      sockets: 2,
      cores: 4,
      numaNodes: 2,
      l1Bytes: 81_920,
      l2Bytes: 4_194_304,
      l3Bytes: 31_457_280,
      groups: [
        { socket: 0, numaNode: 0, kind: 'performance', cpus: [0, 1] },
        { socket: 0, numaNode: 0, kind: 'efficient', cpus: [2, 3] },
        { socket: 1, numaNode: 1, kind: 'performance', cpus: [4, 5] },
      ],
    })
    expect(parseProcessorRelations(bytes.subarray(0, 31))).toMatchObject({
      cores: null,
      groups: null,
    })
  })

  test('board and memory modules as the maker wrote them, placeholders left out', () => {
    const bytes = firmwareTables([
      { type: 0, fields: bytesOf(0x18, [[5, 'u8', 1]]), strings: ['F.20'] },
      {
        type: 1,
        fields: bytesOf(0x1b, [
          [4, 'u8', 1],
          [5, 'u8', 2],
        ]),
        strings: ['To be filled by O.E.M.', 'Work Station 7'],
      },
      { type: 2, fields: bytesOf(0x0f, [[4, 'u8', 1]]), strings: ['ACME'] },
      { type: 32, fields: bytesOf(0x14, []) },
      { type: 17, fields: module({ size: 0x7fff, large: 32_768, speed: 5600 }), strings: MODULE },
      { type: 17, fields: module({ size: 8192, speed: 0 }), strings: MODULE },
      { type: 17, fields: module({ size: 0, speed: 0 }), strings: MODULE },
      { type: 127, fields: bytesOf(4, []) },
      { type: 17, fields: module({ size: 1, speed: 0 }) },
    ])
    expect(parseFirmwareTables(bytes)).toEqual({
      board: { manufacturer: 'ACME', model: 'Work Station 7', bios: 'F.20' },
      modules: [
        {
          slot: 'DIMM A1',
          sizeBytes: 32 * GIB,
          type: 'DDR5',
          speedMts: 5600,
          manufacturer: 'Memory Works',
        },
        {
          slot: 'DIMM A1',
          sizeBytes: 8 * GIB,
          type: 'DDR5',
          speedMts: null,
          manufacturer: 'Memory Works',
        },
      ],
    })
    expect(parseFirmwareTables(Buffer.alloc(0)).modules).toEqual([])
  })
})

const MODULE = ['DIMM A1', 'Memory Works']
const module = ({ size, large = 0, speed }: { size: number; large?: number; speed: number }) =>
  bytesOf(0x28, [
    [0x0c, 'u16', size],
    [0x10, 'u8', 1],
    [0x12, 'u8', 0x22],
    [0x17, 'u8', 2],
    [0x1c, 'u32', large],
    [0x20, 'u16', speed],
  ])

describe('performance counters', () => {
  const ADDRESS = 0x7ff0_1234_5000

  test('values by name; without a value just now, or with a name elsewhere, an item is left out', () => {
    const bytes = counterArray(ADDRESS, [
      { name: 'a', value: 12.5 },
      { name: 'b', value: 3, status: 1 },
      { name: 'c', value: 99, status: 0xc000_0bc6 },
      { name: 'a', value: 0.5 },
      { name: 'd', value: -1 },
      { name: 'e', value: Number.NaN },
    ])
    expect(parseCounterArray(bytes, ADDRESS, 6)).toEqual(
      new Map([
        ['a', 13],
        ['b', 3],
      ]),
    )
    expect(parseCounterArray(bytes, ADDRESS + 0x10_0000, 6)).toEqual(new Map())
    expect(parseCounterArray(Buffer.alloc(10), ADDRESS, 1000)).toEqual(new Map())
  })

  test.each([
    [
      'pid_1234_luid_0x00000000_0x0000C2F2_phys_0_eng_3_engtype_3D',
      { pid: 1234, luid: '0x00000000_0x0000c2f2', engine: '3D', engineIndex: 3 },
    ],
    [
      'pid_4_luid_0x00000001_0x0000C2F2_phys_1_eng_0_engtype_Compute_0',
      { pid: 4, luid: '0x00000001_0x0000c2f2', engine: 'Compute_0', engineIndex: 10_000 },
    ],
    [
      'pid_4_luid_0x00000000_0x0000C2F2_phys_0_eng_7_engtype_',
      { pid: 4, luid: '0x00000000_0x0000c2f2', engine: null, engineIndex: 7 },
    ],
    [
      'luid_0x00000000_0x0000C2F2_phys_0',
      { pid: null, luid: '0x00000000_0x0000c2f2', engine: null, engineIndex: null },
    ],
    ['_Total', null],
    ['pid_x_luid_0x0_0x0_phys_0', null],
  ])('%s', (name, expected) => {
    expect(parseGpuInstance(name)).toEqual(expected)
  })
})
