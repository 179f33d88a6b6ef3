import { describe, expect, test } from 'vitest'
import { ProcParseError } from '../read-result.ts'
import {
  folders,
  interfaceMib,
  interfaceRecord,
  kinfoProc,
  openSocket,
  openVnode,
  procArguments,
  resourceDetails,
  resourceUsage,
  socketList,
  taskAllInfo,
  threadInfo,
  vmStatistics,
} from './byte-rig.ts'
import { bytesOf } from '../struct-bytes.ts'
import { parseWorkingDirectory } from './detail/parse-folders.ts'
import { parseResourceDetails } from './detail/parse-resource-details.ts'
import { parseThreadIds, parseThreadInfo } from './detail/parse-threads.ts'
import { parseArchitecture } from './figures/parse-architecture.ts'
import { parseInterfaceData, parseInterfaceList } from './machine/parse-interfaces.ts'
import { parseSwapUsage } from './machine/parse-swap-usage.ts'
import { parseVmStatistics } from './machine/parse-vm-statistics.ts'
import { parseSystemNumber, parseSystemText } from './parse-system-value.ts'
import { parseArguments } from './processes/parse-arguments.ts'
import { KinfoProcRecord, parseKinfoProc } from './processes/parse-kinfo-proc.ts'
import { parseResourceUsage, ResourceUsageRecord } from './processes/parse-resource-usage.ts'
import { parseTaskAllInfo, TaskAllInfoRecord } from './processes/parse-task-all-info.ts'
import { parseDescriptors, parseOpenVnode } from './sockets/parse-descriptors.ts'
import { parseOpenSocket } from './sockets/parse-open-socket.ts'
import { findListedOwner, parseSocketList } from './sockets/parse-socket-list.ts'

describe('one process', () => {
  test('of the whole list, at any place in it', () => {
    const bytes = Buffer.concat([
      kinfoProc({ pid: 0, ppid: 0, name: 'kernel_task', ruid: 0 }),
      kinfoProc({
        pid: 4711,
        ppid: 900,
        name: 'Sechzehn Zeichen und mehr',
        startSeconds: 1_764_190_000,
        startMicros: 123_456,
        stat: 4,
        nice: -5,
        ruid: 501,
        euid: 0,
        device: 0x1000_0002,
      }),
    ])
    const record = parseKinfoProc(bytes, 648, new KinfoProcRecord())
    expect(record).toMatchObject({
      pid: 4711,
      ppid: 900,
      ruid: 501,
      euid: 0,
      stat: 4,
      nice: -5,
      terminal: 0x1000_0002,
      startMicros: 1_764_190_000_123_456,
    })
    expect(bytes.toString('utf8', record.commStart, record.commEnd)).toBe('Sechzehn Zeichen')
    expect(parseKinfoProc(bytes, 0, record)).toMatchObject({ pid: 0, terminal: null })
    expect(bytes.toString('utf8', record.commStart, record.commEnd)).toBe('kernel_task')
  })

  test('counters of its tasks', () => {
    const bytes = taskAllInfo({
      pid: 7,
      name: 'com.apple.WebKit.WebContent',
      startSeconds: 1_764_190_000,
      startMicros: 9,
      userTicks: 24_000_000,
      systemTicks: 12_000_000,
      resident: 8_192_000,
      virtual: 411_000_000_000,
      switches: 40,
      threads: 9,
      running: 2,
    })
    const record = parseTaskAllInfo(bytes, new TaskAllInfoRecord())
    expect(record).toMatchObject({
      pid: 7,
      startMicros: 1_764_190_000_000_009,
      cpuTicks: 36_000_000,
      residentBytes: 8_192_000,
      virtualBytes: 411_000_000_000,
      contextSwitches: 40,
      threads: 9,
      runningThreads: 2,
    })
    expect(bytes.toString('utf8', record.nameStart, record.nameEnd)).toBe(
      'com.apple.WebKit.WebContent',
    )
  })

  test('footprint and storage', () => {
    const bytes = resourceUsage({ footprint: 5_000_000_000, read: 7, written: 2 ** 40 })
    expect(parseResourceUsage(bytes, new ResourceUsageRecord())).toEqual({
      footprintBytes: 5_000_000_000,
      diskReadBytes: 7,
      diskWrittenBytes: 2 ** 40,
    })
  })

  test('its arguments end where the environment begins', () => {
    const bytes = procArguments('/bin/zsh', ['-zsh', 'näh', 'two words'], 'SECRET=1')
    expect(parseArguments(bytes, 4096)).toEqual(['-zsh', 'näh', 'two words'])
    expect(parseArguments(bytes, 6)?.join(' ')).toBe('-zsh n')
    expect(parseArguments(procArguments('/bin/zsh', []), 4096)).toBeNull()
  })
})

describe('details of one process', () => {
  const usage = { user: 5, system: 6, wired: 4096, footprint: 2 ** 33, peak: 2 ** 34 }
  const told = {
    userTicks: 5,
    systemTicks: 6,
    wiredBytes: 4096,
    residentBytes: 2 ** 34,
    footprintBytes: 2 ** 33,
    peakFootprintBytes: 2 ** 34,
    diskReadBytes: 7,
    diskWrittenBytes: 8,
  }

  test('its memory, and the energy where this version counts any', () => {
    expect(parseResourceDetails(resourceDetails(usage))).toEqual({
      ...told,
      energyNanojoules: null,
    })
    expect(parseResourceDetails(resourceDetails({ ...usage, energy: 0 }))).toEqual({
      ...told,
      energyNanojoules: null,
    })
    expect(parseResourceDetails(resourceDetails({ ...usage, energy: 12e9 }))).toEqual({
      ...told,
      energyNanojoules: 12e9,
    })
  })

  test('its folder is the working directory, not its root', () => {
    expect(parseWorkingDirectory(folders('/Users/anna/my shop'))).toBe('/Users/anna/my shop')
    expect(parseWorkingDirectory(folders(''))).toBeNull()
  })

  test('threads', () => {
    const bytes = threadInfo({
      user: 2.5e9,
      system: 5e8,
      state: 3,
      name: 'com.apple.NSEventThread',
    })
    expect(parseThreadInfo(0x1_0000_0001, bytes)).toEqual({
      tid: 0x1_0000_0001,
      name: 'com.apple.NSEventThread',
      status: 'sleeping',
      cpu_time_ms: 3000,
      started_at_ms: null,
      nice: null,
      processor: null,
      wait_channel: null,
      system_call: null,
    })
    const ids = bytesOf(17, [
      [0, 'u64', 7n],
      [8, 'u64', 0x1_0000_0002n],
    ])
    expect(parseThreadIds(ids)).toEqual([7, 0x1_0000_0002])
  })

  test('what a program was built for', () => {
    const typeOf = (type: number) => parseArchitecture(bytesOf(8, [[0, 'u32', type]]))
    expect([0x0100_000c, 0x0100_0007, 7, 18].map(typeOf)).toEqual(['arm64', 'x64', 'x86', null])
  })

  test('descriptors and files', () => {
    const list = bytesOf(17, [
      [0, 'u32', 3],
      [4, 'u32', 1],
      [8, 'u32', 900],
      [12, 'u32', 2],
    ])
    expect(parseDescriptors(list)).toEqual([
      { fd: 3, type: 1 },
      { fd: 900, type: 2 },
    ])
    expect(parseOpenVnode(openVnode({ flags: 2, type: 1, links: 0, path: '/tmp/a b' }))).toEqual({
      reads: false,
      writes: true,
      type: 1,
      links: 0,
      path: '/tmp/a b',
    })
  })

  test('sockets of each kind', () => {
    const ends = {
      ports: [8080, 50_000],
      addresses: [0x0100_007f, 0x0700_a8c0],
    } as const
    expect(parseOpenSocket(openSocket({ kind: 2, state: 4, ...ends }))).toEqual({
      protocol: 'tcp',
      state: 'ESTABLISHED',
      local: '127.0.0.1:8080',
      localPort: 8080,
      remote: '192.168.0.7:50000',
      remotePort: 50_000,
    })
    expect(
      parseOpenSocket(openSocket({ kind: 1, type: 2, ...ends, ports: [53, 0] })),
    ).toMatchObject({ protocol: 'udp', state: null, local: '127.0.0.1:53', remote: null })
    const unix = openSocket({ kind: 3, family: 1, options: 2, path: '/tmp/x.sock' })
    expect(parseOpenSocket(unix)).toMatchObject({
      protocol: 'unix',
      state: 'LISTEN',
      local: '/tmp/x.sock',
    })
    expect(parseOpenSocket(openSocket({ kind: 1, type: 3 }))).toMatchObject({ protocol: 'other' })
    expect(parseOpenSocket(openSocket({ kind: 6 }))).toMatchObject({ protocol: 'other' })
  })

  test('the list of sockets of all, whose tail is no socket', () => {
    const bytes = socketList({
      uid: 501,
      state: 4,
      ports: [50_000, 8080],
      addresses: [0x0100_007f, 0x0100_007f],
    })
    expect(parseSocketList(bytes, 'tcp')).toEqual([
      {
        protocol: 'tcp',
        state: 'ESTABLISHED',
        uid: 501,
        local: '127.0.0.1:50000',
        localPort: 50_000,
        remote: '127.0.0.1:8080',
        remotePort: 8080,
      },
    ])
    const end = (port: number) => ({
      address: Buffer.from('00000000000000000000ffff7f000001', 'hex'),
      port,
    })
    expect(findListedOwner(bytes, end(50_000), end(8080))).toEqual({
      uid: 501,
      pid: 77,
      forPid: 0,
    })
    expect(findListedOwner(bytes, end(8080), end(50_000))).toBeNull()
  })
})

describe('the machine', () => {
  test('pages and swap', () => {
    const pages = {
      free: 1,
      wired: 2,
      purgeable: 3,
      compressor: 4,
      compressed: 5,
      fileBacked: 6,
      anonymous: 7,
      swapIns: 8,
      swapOuts: 9,
    }
    expect(parseVmStatistics(vmStatistics(pages))).toEqual(pages)
    const swap = bytesOf(32, [
      [0, 'u64', 3000000000n],
      [8, 'u64', 1000000000n],
      [16, 'u64', 2000000000n],
    ])
    expect(parseSwapUsage(swap)).toEqual({ totalBytes: 3e9, freeBytes: 1e9 })
  })

  test('numbers have four bytes or eight; text ends at its NUL', () => {
    expect(parseSystemNumber(bytesOf(4, [[0, 'u32', 16_384]]))).toBe(16_384)
    expect(parseSystemNumber(bytesOf(8, [[0, 'u64', 24000000n]]))).toBe(24_000_000)
    expect(parseSystemNumber(Buffer.alloc(3))).toBeNull()
    expect(parseSystemText(Buffer.from('15.4\0rest'))).toBe('15.4')
    expect(parseSystemText(Buffer.from('\0'))).toBeNull()
  })

  test('interfaces among addresses of theirs, and their whole counters', () => {
    const address = bytesOf(20, [
      [0, 'u16', 20],
      [3, 'u8', 0x0c],
    ])
    const en0 = {
      index: 4,
      name: 'en0',
      type: 6,
      received: 2 ** 33,
      sent: 5,
      mac: [1, 2, 3, 4, 5, 255],
    }
    const bytes = Buffer.concat([
      interfaceRecord({ index: 1, name: 'lo0', type: 24, received: 100, sent: 100 }),
      address,
      interfaceRecord({ ...en0, received: 0, running: false }),
    ])
    expect(parseInterfaceList(bytes)).toMatchObject([
      { index: 1, name: 'lo0', type: 24, running: true, mac: null },
      { index: 4, name: 'en0', type: 6, running: false, mac: '01:02:03:04:05:ff' },
    ])
    expect(parseInterfaceData(interfaceMib(en0))).toEqual({
      name: 'en0',
      counters: {
        bitsPerSecond: 1e9,
        recvPackets: 11,
        sentPackets: 12,
        recvBytes: 2 ** 33,
        sentBytes: 5,
        errors: 3,
        drops: 4,
      },
    })
  })
})

test.each([
  ['kinfo_proc', () => parseKinfoProc(Buffer.alloc(647), 0, new KinfoProcRecord())],
  ['proc_taskallinfo', () => parseTaskAllInfo(Buffer.alloc(231), new TaskAllInfoRecord())],
  ['rusage_info_v2', () => parseResourceUsage(Buffer.alloc(144), new ResourceUsageRecord())],
  ['vm_statistics64', () => parseVmStatistics(Buffer.alloc(100))],
  ['rusage_info_v4', () => parseResourceDetails(Buffer.alloc(295))],
  ['proc_vnodepathinfo', () => parseWorkingDirectory(Buffer.alloc(2351))],
  ['proc_threadinfo', () => parseThreadInfo(1, Buffer.alloc(111))],
  ['proc_archinfo', () => parseArchitecture(Buffer.alloc(7))],
  ['vnode_fdinfowithpath', () => parseOpenVnode(Buffer.alloc(1199))],
  ['socket_fdinfo', () => parseOpenSocket(Buffer.alloc(791))],
  ['pcblist_n', () => parseSocketList(Buffer.alloc(23), 'tcp')],
  [
    'xinpcb_n',
    () =>
      parseSocketList(
        bytesOf(100, [
          [0, 'u32', 24],
          [24, 'u32', 70],
          [28, 'u32', 0x10],
        ]),
        'tcp',
      ),
  ],
  ['NET_RT_IFLIST2', () => parseInterfaceList(bytesOf(20, [[0, 'u16', 21]]))],
  ['ifmibdata', () => parseInterfaceData(Buffer.alloc(179))],
])('%s that is cut is told, not guessed', (_name, parse) => {
  expect(parse).toThrow(ProcParseError)
})
