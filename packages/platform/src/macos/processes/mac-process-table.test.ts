import { cpus } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACCESS, STATUS_BY_CODE, type ProcessTable } from '../../process-table.ts'
import { fakeMac, noFakeLibrary, type FakeMac } from '../fake-library-rig.ts'
import type { MacLibrary } from '../lib-system.ts'
import { MacProcessTable } from './mac-process-table.ts'

if (noFakeLibrary !== null) console.warn(`The calls of macOS are not tested: ${noFakeLibrary}.`)

const START = 1_764_190_000
const SECOND = 24_000_000 // ticks

describe.skipIf(noFakeLibrary !== null)('processes of macOS through a fake libSystem', () => {
  let mac: FakeMac
  let nowMs = 0
  const clock = { monotonicMs: () => nowMs, epochMs: () => 1_764_200_000_000 + nowMs }
  const core = { model: 'Apple M2', speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }

  beforeAll(() => {
    mac = fakeMac()
  })
  afterAll(() => mac[Symbol.dispose]())

  function tableFor(uid: number, more: { library?: MacLibrary; firstProcesses?: number } = {}) {
    nowMs = 0
    return new MacProcessTable({
      clock,
      library: mac.library,
      ownUid: uid,
      cpus: () => [core, core],
      ...more,
    })
  }

  function sweep(table: MacProcessTable, afterMs = 1000): ProcessTable {
    nowMs += afterMs
    return table.sweep()
  }

  const slotOf = (table: ProcessTable, pid: number) =>
    Array.from(table.slots.subarray(0, table.count)).find(
      (slot) => table.columns.pid[slot] === pid,
    ) ?? -1

  const rowOf = (table: ProcessTable, pid: number) => {
    const { columns, facts } = table
    const slot = slotOf(table, pid)
    const numbers: Record<string, number | undefined> = Object.fromEntries(
      Object.entries(columns).flatMap(([name, column]: [string, unknown]) =>
        ArrayBuffer.isView(column) ? [[name, (column as Float64Array)[slot]]] : [],
      ),
    )
    return { ...numbers, facts: facts[slot], status: STATUS_BY_CODE[columns.status[slot] ?? 0] }
  }

  function usualMac() {
    mac.reset(501)
    mac.process({ pid: 0, ppid: 0, uid: 0, name: 'kernel_task', start: START - 5 })
    mac.process({ pid: 1, ppid: 0, uid: 0, name: 'launchd', start: START })
    mac.process({ pid: 700, ppid: 1, name: 'zsh', start: START + 10, micros: 250_000 })
    mac.program(700, '/bin/zsh', ['-zsh', '--password=hunter2'])
    mac.state(700, { device: 0x1000_0002, nice: 5 })
    mac.counters(700, {
      user: 2 * SECOND,
      system: SECOND,
      footprint: 3_000_000,
      read: 4096,
      written: 8192,
      switches: 9,
      running: 1,
    })
  }

  test('every figure is where the headers of macOS have it', () => {
    usualMac()
    const table = sweep(tableFor(501))
    expect(rowOf(table, 700)).toMatchObject({
      pid: 700,
      ppid: 1,
      cpuNs: 3e9,
      previousCpuNs: NaN,
      rssBytes: 3_000_000,
      vmsBytes: 400e9,
      threads: 3,
      nice: 5,
      readBytes: 4096,
      writeBytes: 8192,
      ioAccess: ACCESS.ok,
      cpuAccess: ACCESS.ok,
      status: 'running',
      facts: {
        comm: 'zsh',
        name: 'zsh',
        args: ['-zsh', '--password=********'],
        exe: '/bin/zsh',
        uid: 501,
        isKernel: false,
        hasTerminal: true,
        startedAtMs: (START + 10) * 1000 + 250,
      },
    })
    expect(table).toMatchObject({ count: 3, intervalMs: null, machine: null, skipped: 0 })
    expect(rowOf(table, 0).facts).toMatchObject({ name: 'kernel_task', isKernel: true, exe: null })
  })

  test('of other users only what everybody may know; nothing of them is asked for', () => {
    usualMac()
    const provider = tableFor(501)
    const table = sweep(provider)
    expect(mac.asked()).toBe(1)
    expect(rowOf(table, 1)).toMatchObject({
      cpuNs: NaN,
      rssBytes: NaN,
      threads: NaN,
      readBytes: NaN,
      nice: 0,
      cpuAccess: ACCESS.denied,
      ioAccess: ACCESS.denied,
      status: 'unknown',
      facts: { name: 'launchd', args: null, uid: 0 },
    })
    expect(provider.capabilities.partialReason).toBe(
      'macOS tells CPU and memory of 2 processes of other users to root only.',
    )
  })

  test('root is told of all of them', () => {
    usualMac()
    mac.reset(0)
    mac.process({ pid: 1, ppid: 0, uid: 0, name: 'launchd' })
    mac.process({ pid: 700, name: 'zsh' })
    mac.counters(700, { user: SECOND })
    const provider = tableFor(0)
    expect(rowOf(sweep(provider), 700)).toMatchObject({ cpuNs: 1e9, cpuAccess: ACCESS.ok })
    expect(provider.capabilities.partialReason).toBeNull()
  })

  test('what ran between two sweeps, and what rests', () => {
    usualMac()
    const provider = tableFor(501)
    sweep(provider)
    mac.counters(700, { user: 3 * SECOND, system: SECOND, footprint: 5_000_000, read: 9000 })
    expect(rowOf(sweep(provider), 700)).toMatchObject({
      previousCpuNs: 3e9,
      cpuNs: 4e9,
      previousCpuAtMs: 1000,
      cpuAtMs: 2000,
      rssBytes: 5_000_000,
      previousReadBytes: 4096,
      readBytes: 9000,
      touched: 1,
      status: 'sleeping',
    })
    // Its rates go back to zero, and then nothing is new any more.
    expect(rowOf(sweep(provider), 700)).toMatchObject({ previousCpuNs: 4e9, touched: 1 })
    expect(rowOf(sweep(provider), 700)).toMatchObject({ touched: 0 })
  })

  test('one that began since has done all of it since', () => {
    usualMac()
    const provider = tableFor(501)
    sweep(provider)
    mac.process({ pid: 701, name: 'cc', start: START + 50 })
    mac.counters(701, { user: SECOND / 2, written: 10 })
    const table = sweep(provider)
    expect(table.added.map((slot) => table.columns.pid[slot])).toEqual([701])
    expect(rowOf(table, 701)).toMatchObject({ previousCpuNs: 0, cpuNs: 5e8, previousWriteBytes: 0 })
  })

  test('a pid that lives again is another process', () => {
    usualMac()
    const provider = tableFor(501)
    const before = rowOf(sweep(provider), 700).facts?.startId
    mac.process({ pid: 700, name: 'vim', start: START + 10, micros: 250_001 })
    const table = sweep(provider)
    expect(table.ended).toEqual([{ pid: 700, startId: before, waitStatus: null }])
    expect(rowOf(table, 700).facts?.name).toBe('vim')
    expect(rowOf(table, 700).facts?.startId).not.toBe(before)
    expect(table.count).toBe(3)
  })

  test('what ends is told once, and its place is used again', () => {
    usualMac()
    const provider = tableFor(501)
    const slot = slotOf(sweep(provider), 700)
    mac.end(700)
    expect(sweep(provider).ended.map(({ pid }) => pid)).toEqual([700])
    mac.process({ pid: 800, name: 'top' })
    const table = sweep(provider)
    expect(table.ended).toEqual([])
    expect(slotOf(table, 800)).toBe(slot)
  })

  test('one that goes while it is asked is not listed', () => {
    usualMac()
    mac.process({ pid: 702, name: 'short' })
    mac.vanish(702)
    const table = sweep(tableFor(501))
    expect(slotOf(table, 702)).toBe(-1)
    expect(table.count).toBe(3)
  })

  test('zombies and stopped ones; a zombie has no figures', () => {
    usualMac()
    const provider = tableFor(501)
    sweep(provider)
    mac.state(700, { stat: 4 })
    expect(rowOf(sweep(provider), 700)).toMatchObject({ status: 'stopped', touched: 1 })
    mac.state(700, { stat: 5 })
    expect(rowOf(sweep(provider), 700)).toMatchObject({
      status: 'zombie',
      cpuNs: NaN,
      cpuAccess: ACCESS.unsupported,
    })
  })

  test('another program under the same pid has other facts', () => {
    usualMac()
    const provider = tableFor(501)
    sweep(provider)
    mac.process({ pid: 700, name: 'git', start: START + 10, micros: 250_000 })
    mac.program(700, '/usr/bin/git', ['git', 'status'])
    expect(rowOf(sweep(provider), 700).facts).toMatchObject({
      comm: 'git',
      args: ['git', 'status'],
    })
  })

  test('a name that the kernel cut is whole again', () => {
    usualMac()
    const name = 'com.apple.WebKit.WebContent'
    mac.process({ pid: 710, name })
    mac.process({ pid: 711, uid: 88, name })
    mac.program(711, `/System/Library/Frameworks/WebKit.framework/${name}`, [name])
    const table = sweep(tableFor(501))
    expect(rowOf(table, 710).facts).toMatchObject({ comm: 'com.apple.WebKit', name })
    expect(rowOf(table, 711).facts).toMatchObject({ name, args: null })
  })

  test('names of users come from the directory, beside the sweep', async () => {
    usualMac()
    mac.process({ pid: 712, uid: 4444, name: 'stray' })
    const answers: Promise<string | null>[] = []
    const library: MacLibrary = {
      ...mac.library,
      userName: (uid) => {
        const answer = mac.library.userName(uid)
        answers.push(answer)
        return answer
      },
    }
    const provider = tableFor(501, { library })
    expect(rowOf(sweep(provider), 700).facts?.user).toBeNull()
    await Promise.all(answers)
    const table = sweep(provider)
    expect([1, 700, 712].map((pid) => rowOf(table, pid).facts?.user)).toEqual([
      'root',
      'anna',
      '4444',
    ])
    expect(answers).toHaveLength(3)
  })

  test('a list that does not fit is asked for again, and comes in the order of pids', () => {
    mac.reset(501)
    for (let pid = 900; pid > 400; pid--) mac.process({ pid, name: `p${pid}` })
    const table = sweep(tableFor(501, { firstProcesses: 1 }))
    const pids = Array.from(table.slots.subarray(0, table.count), (slot) => table.columns.pid[slot])
    expect(pids).toEqual(Array.from({ length: 500 }, (_, i) => 401 + i))
  })

  test('a list that is refused is an error with its number, not an empty machine', () => {
    usualMac()
    const library = { ...mac.library, system: () => -1, lastErrno: () => 1 }
    expect(() => sweep(tableFor(501, { library }))).toThrow(/KERN_PROC_ALL: error 1/)
  })

  test('an entry that makes no sense is skipped and counted', () => {
    usualMac()
    mac.process({ pid: -7, name: 'odd' })
    expect(sweep(tableFor(501))).toMatchObject({ count: 3, skipped: 1 })
  })

  test('the machine was busy by the times of its cores, on the same interval', () => {
    usualMac()
    let busy = 0
    const provider = new MacProcessTable({
      clock,
      library: mac.library,
      ownUid: 501,
      cpus: () => [{ ...core, times: { ...core.times, user: busy, sys: busy / 2 } }, core],
    })
    expect(sweep(provider).machine).toBeNull()
    busy = 600
    expect(sweep(provider)).toMatchObject({
      logicalCpuCount: 2,
      machine: { busyMs: 900, irqMs: null, stealMs: null },
    })
  })

  test('counters of Intel are nanoseconds already', () => {
    usualMac()
    const library: MacLibrary = {
      ...mac.library,
      systemByName: (name, into) => {
        if (name !== 'hw.tbfrequency') return mac.library.systemByName(name, into)
        into.writeBigUInt64LE(1_000_000_000n)
        return 8
      },
    }
    expect(rowOf(sweep(tableFor(501, { library })), 700)).toMatchObject({ cpuNs: 3 * SECOND })
  })

  test('the cores of this machine are counted', () => {
    usualMac()
    const provider = new MacProcessTable({ clock, library: mac.library, ownUid: 501 })
    expect(sweep(provider).logicalCpuCount).toBe(cpus().length)
  })
})
