import { describe, expect, test } from 'vitest'
import { ProcParseError } from '../read-result.ts'
import {
  interfaceMib,
  interfaceRecord,
  kinfoProc,
  procArguments,
  resourceUsage,
  taskAllInfo,
  vmStatistics,
} from './byte-rig.ts'
import { bytesOf } from '../struct-bytes.ts'
import { parseInterfaceData, parseInterfaceList } from './machine/parse-interfaces.ts'
import { parseSwapUsage } from './machine/parse-swap-usage.ts'
import { parseVmStatistics } from './machine/parse-vm-statistics.ts'
import { parseSystemNumber, parseSystemText } from './parse-system-value.ts'
import { parseArguments } from './processes/parse-arguments.ts'
import { KinfoProcRecord, parseKinfoProc } from './processes/parse-kinfo-proc.ts'
import { parseResourceUsage, ResourceUsageRecord } from './processes/parse-resource-usage.ts'
import { parseTaskAllInfo, TaskAllInfoRecord } from './processes/parse-task-all-info.ts'

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
      hasTerminal: true,
      startMicros: 1_764_190_000_123_456,
    })
    expect(bytes.toString('utf8', record.commStart, record.commEnd)).toBe('Sechzehn Zeichen')
    expect(parseKinfoProc(bytes, 0, record)).toMatchObject({ pid: 0, hasTerminal: false })
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
  ['NET_RT_IFLIST2', () => parseInterfaceList(bytesOf(20, [[0, 'u16', 21]]))],
  ['ifmibdata', () => parseInterfaceData(Buffer.alloc(179))],
])('%s that is cut is told, not guessed', (_name, parse) => {
  expect(parse).toThrow(ProcParseError)
})
