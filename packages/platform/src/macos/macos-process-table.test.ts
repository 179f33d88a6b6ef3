import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { koffiOrNull } from '../ffi.ts'
import { STATUS_BY_CODE, type ProcessTable } from '../process-table.ts'
import { bytesOf } from '../struct-bytes.ts'
import { MacProcessTable } from './macos-process-table.ts'
import {
  KINFO_SIZE,
  parseArguments,
  parseKinfo,
  parseRusage,
  parseTaskAllInfo,
  RUSAGE_SIZE,
  TASK_ALL_INFO_SIZE,
} from './parse-processes.ts'
import { macProcessCalls, type MacProcessCalls } from './process-calls.ts'

const clock = { monotonicMs: () => performance.now(), epochMs: () => 1_700_000_200_000 }

const kinfo = (pid: number, startS: number, ppid = 1, stat = 2) =>
  bytesOf(KINFO_SIZE, [
    [0, 'i64', BigInt(startS)],
    [36, 'u8', stat],
    [40, 'i32', pid],
    [243, 'text', 'prog'],
    [420, 'u32', 501],
    [560, 'i32', ppid],
  ])
const task = (user: bigint, status = 2, running = 0) =>
  bytesOf(TASK_ALL_INFO_SIZE, [
    [4, 'u32', status],
    [144, 'u64', 40_960n],
    [152, 'u64', user],
    [220, 'i32', 3],
    [224, 'i32', running],
  ])

/** A Mac of which a test says what it answers. */
function fakeCalls(over: Partial<MacProcessCalls> = {}): MacProcessCalls {
  return {
    tickFrequency: 24_000_000,
    list: () => Buffer.concat([kinfo(1, 100, 0), kinfo(42, 200)]),
    task: () => task(24_000_000n),
    usage: () => null,
    path: () => null,
    arguments: () => null,
    userName: () => 'anna',
    ...over,
  }
}

function row({ columns, facts, slots, count }: ProcessTable, pid: number) {
  const slot = slots.subarray(0, count).find((each) => columns.pid[each] === pid) ?? -1
  return {
    cpuMs: (columns.cpuNs[slot] ?? NaN) / 1e6,
    previousMs: (columns.previousCpuNs[slot] ?? NaN) / 1e6,
    rss: columns.rssBytes[slot],
    threads: columns.threads[slot],
    ppid: columns.ppid[slot],
    nice: columns.nice[slot],
    read: columns.readBytes[slot],
    status: STATUS_BY_CODE[columns.status[slot] ?? 0],
    facts: facts[slot],
  }
}

describe('parsers', () => {
  test('what is cut off is left out, and says so', () => {
    const two = Buffer.concat([kinfo(1, 100), kinfo(2, 200)])
    expect(parseKinfo(two).map(({ pid }) => pid)).toEqual([1, 2])
    expect(parseKinfo(two.subarray(0, two.length - 1))).toHaveLength(1)
    expect(parseTaskAllInfo(Buffer.alloc(TASK_ALL_INFO_SIZE - 1))).toBeNull()
    expect(parseRusage(Buffer.alloc(RUSAGE_SIZE - 1))).toBeNull()
  })

  test('arguments end at their count, and not with the environment', () => {
    const text = (count: number, rest: string) =>
      Buffer.concat([bytesOf(4, [[0, 'u32', count]]), Buffer.from(rest)])
    expect(parseArguments(text(2, '/bin/a\0\0\0a\0\0HOME=/'))).toEqual(['a', ''])
    expect(parseArguments(text(9, '/bin/a\0\0\0a\0b'))).toEqual(['a', 'b'])
    expect(parseArguments(text(1, '/bin/a'))).toBeNull()
    expect(parseArguments(Buffer.alloc(3))).toBeNull()
  })
})

describe('the table', () => {
  test('ticks become time; what may not be asked is unknown, and the process is listed', () => {
    const calls = fakeCalls({ task: (pid) => (pid === 1 ? null : task(36_000_000n, 2, 1)) })
    const table = new MacProcessTable(clock, calls).sweep()
    expect(row(table, 42)).toMatchObject({ cpuMs: 1500, threads: 3, status: 'running', ppid: 1 })
    expect(row(table, 1)).toMatchObject({ cpuMs: NaN, threads: NaN, rss: NaN, status: 'unknown' })
    expect(row(table, 1).facts).toMatchObject({ comm: 'prog', user: 'anna', args: null })
  })

  test('one that began between two sweeps used all its time since; before the first there is no baseline', () => {
    let list = kinfo(42, 200)
    const provider = new MacProcessTable(clock, fakeCalls({ list: () => list }))
    expect(row(provider.sweep(), 42).previousMs).toBeNaN()
    list = Buffer.concat([kinfo(42, 200), kinfo(43, 300)])
    const second = provider.sweep()
    expect(row(second, 42).previousMs).toBe(1000)
    expect(row(second, 43).previousMs).toBe(0)
    expect(second.added).toHaveLength(1)
  })

  test('a pid that lives again is another process', () => {
    let list = kinfo(42, 200)
    const provider = new MacProcessTable(clock, fakeCalls({ list: () => list }))
    const first = row(provider.sweep(), 42).facts?.startId
    list = kinfo(42, 900)
    const table = provider.sweep()
    expect(table.ended).toEqual([{ pid: 42, startId: first, waitStatus: null }])
    expect(row(table, 42).facts?.startId).not.toBe(first)
    expect(table.count).toBe(1)
  })

  test('a parent that began after its child is none', () => {
    const list = Buffer.concat([kinfo(7, 900, 1), kinfo(42, 200, 7)])
    const table = new MacProcessTable(clock, fakeCalls({ list: () => list })).sweep()
    expect(row(table, 42).ppid).toBe(0)
  })

  test.each([
    [kinfo(42, 200, 1, 5), null, 'zombie'],
    [kinfo(42, 200), task(0n, 4), 'stopped'],
    [kinfo(42, 200), task(0n, 2, 0), 'sleeping'],
  ])('states, case %#', (list, told, status) => {
    const calls = fakeCalls({ list: () => list, task: () => told })
    expect(row(new MacProcessTable(clock, calls).sweep(), 42).status).toBe(status)
  })

  test('without the list there is nothing to show', () => {
    const provider = new MacProcessTable(clock, fakeCalls({ list: () => null }))
    expect(() => provider.sweep()).toThrow('KERN_PROC_ALL')
  })
})

const hasCompiler = spawnSync('cc', ['--version']).status === 0
const canLoad = hasCompiler && koffiOrNull() !== null

describe.skipIf(!canLoad)('the calls, through a library with the layouts of macOS', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'libsystem-'))
    const code = fileURLToPath(new URL('./__fixtures__/fake-libsystem.c', import.meta.url))
    execFileSync('cc', ['-shared', '-fPIC', '-o', path.join(folder, 'fake.so'), code])
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('one sweep: a list that grew while it was read, a process of ours and one of root', () => {
    const calls = macProcessCalls(path.join(folder, 'fake.so'))
    if (calls === null) throw new Error('the fake library was not loaded')
    const table = new MacProcessTable(clock, calls).sweep()
    expect(table.count).toBe(2)
    expect(row(table, 42)).toMatchObject({
      cpuMs: 3000,
      rss: 4096 * 8,
      threads: 7,
      nice: -5,
      read: 1000,
      ppid: 1,
      status: 'running',
    })
    expect(row(table, 42).facts).toMatchObject({
      name: 'a_program_with_a_long_name',
      comm: 'a_program_with_a',
      args: ['tool', '--big'],
      exe: '/Applications/a_program_with_a_long_name',
      user: 'anna',
      uid: 501,
      startedAtMs: 1_700_000_100_250,
    })
    expect(row(table, 1)).toMatchObject({ cpuMs: NaN, status: 'unknown' })
  })

  test('a library without the calls is none', () => {
    expect(macProcessCalls(path.join(folder, 'no-such.so'))).toBeNull()
    expect(macProcessCalls('libm.so.6')).toBeNull()
  })
})
