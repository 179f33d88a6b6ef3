import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { STATUS_BY_CODE, type ProcessTable } from '../../process-table.ts'
import type { ProcessAnswers } from './process-questions.ts'
import { ProcessListError } from './process-list.ts'
import { processListBytes, type ListedProcess } from './process-list-bytes.ts'
import { WindowsProcessTable } from './windows-process-table.ts'

const BASE = 0x7fff_0000_1000
const START = 134_401_990_776_155_100n
const MS = 10_000

/** A Windows that has what a test puts into it. */
class FakeWindows {
  processes: ListedProcess[] = []
  readonly answers = new Map<number, Partial<ProcessAnswers>>()
  readonly users = new Map<string, string>()
  readonly asked: number[] = []
  /** Pids of apps, and whether they hang. */
  apps = new Map<number, boolean>()
  nowMs = 1000
  readonly table: WindowsProcessTable
  spoil: (bytes: Buffer) => void = () => {}

  constructor(firstBytes = 2 ** 16) {
    this.table = new WindowsProcessTable({
      clock: { monotonicMs: () => this.nowMs, epochMs: () => 1_700_000_000_000 + this.nowMs },
      calls: {
        list: (buffer) => {
          const bytes = processListBytes(this.processes, BASE)
          if (bytes.length > buffer.length) return -bytes.length
          this.spoil(bytes)
          return bytes.copy(buffer)
        },
        addressOf: () => BASE,
        cpuCount: () => 4,
      },
      questions: {
        ask: (pid) => {
          this.asked.push(pid)
          const known = this.answers.get(pid)
          return known === undefined ? null : { exe: null, commandLine: null, sid: null, ...known }
        },
        userOf: (sid) => Promise.resolve(this.users.get(sid) ?? null),
      },
      windows: { appPids: () => this.apps, visibleWindowsOf: () => [], askToClose: () => true },
      firstBytes,
    })
  }

  sweep(...processes: ListedProcess[]) {
    this.processes = processes
    this.nowMs += 1000
    return rowsOf(this.table.sweep())
  }
}

function rowsOf(table: ProcessTable) {
  const { columns } = table
  const rows = [...table.slots.subarray(0, table.count)].map((slot) => ({
    slot,
    pid: columns.pid[slot],
    ppid: columns.ppid[slot],
    cpuMs: ((columns.cpuNs[slot] ?? 0) - (columns.previousCpuNs[slot] ?? 0)) / 1e6,
    rssBytes: columns.rssBytes[slot],
    readBytes: columns.readBytes[slot],
    status: STATUS_BY_CODE[columns.status[slot] ?? 0],
    touched: columns.touched[slot],
    facts: table.facts[slot],
  }))
  columns.touched.fill(0) // as whoever shows them does
  return { table, rows, byPid: new Map(rows.map((row) => [row.pid, row])) }
}

test('a pid that is used again is another process, and has no figures of the one before', () => {
  const windows = new FakeWindows()
  windows.sweep({ pid: 8, start: START, userTime: 900 * MS })
  const { table, byPid } = windows.sweep({ pid: 8, start: START + 1n, userTime: 20 * MS })
  expect(table.ended).toMatchObject([{ pid: 8, startId: `w-${START.toString(16)}` }])
  expect(table.added).toHaveLength(1)
  expect(byPid.get(8)).toMatchObject({
    cpuMs: 20, // all it ever used, it used since the list before
    facts: { startId: `w-${(START + 1n).toString(16)}` },
  })
})

test('a parent is one that began before; a later process with its pid is none', () => {
  const windows = new FakeWindows()
  const child = { pid: 12, parentPid: 8, start: START + 5n }
  expect(windows.sweep({ pid: 8, start: START }, child).byPid.get(12)?.ppid).toBe(8)
  expect(windows.sweep(child).byPid.get(12)?.ppid).toBe(0)
  const { byPid } = windows.sweep({ pid: 8, start: START + 9n }, child)
  expect(byPid.get(12)?.ppid).toBe(0)
  expect(windows.sweep({ pid: 4, parentPid: 4, start: 0n }).byPid.get(4)?.ppid).toBe(0)
})

test('idle time is no load of a process: it is what the machine did not use', () => {
  const windows = new FakeWindows()
  const idle = { pid: 0, name: '', start: 0n }
  const system = { pid: 4, name: 'System', start: 0n }
  const first = windows.sweep({ ...idle, kernelTime: 5000 * MS }, system)
  expect(first.rows.map(({ pid }) => pid)).toEqual([4])
  expect(first.table.machine).toBeNull()
  const { table } = windows.sweep({ ...idle, kernelTime: 8000 * MS }, system)
  expect(table.machine).toMatchObject({ busyMs: 1000, irqMs: null, stealMs: null })
})

test('the kernel and its parts have no program to be asked', () => {
  const windows = new FakeWindows()
  const { byPid } = windows.sweep(
    { pid: 4, name: 'System' },
    { pid: 100, parentPid: 4, name: 'Registry' },
    { pid: 200, parentPid: 4, name: 'smss.exe' },
  )
  expect([4, 100, 200].map((pid) => byPid.get(pid)?.facts?.isKernel)).toEqual([true, true, false])
  expect(windows.asked).toEqual([200])
})

test('slots are in the order of pids, whatever the order of the list, and stay', () => {
  const windows = new FakeWindows()
  const first = windows.sweep({ pid: 40 }, { pid: 8 }, { pid: 20 })
  expect(first.rows.map(({ pid }) => pid)).toEqual([8, 20, 40])
  const second = windows.sweep({ pid: 60 }, { pid: 40 }, { pid: 20 })
  expect(second.rows.map(({ pid }) => pid)).toEqual([20, 40, 60])
  expect(second.byPid.get(40)?.slot).toBe(first.byPid.get(40)?.slot)
})

test('memory is the private part where the system tells it, else all', () => {
  const { byPid } = new FakeWindows().sweep(
    { pid: 8, workingSet: 900, privateWorkingSet: 300 },
    { pid: 12, workingSet: 900 },
  )
  expect([8, 12].map((pid) => byPid.get(pid)?.rssBytes)).toEqual([300, 900])
})

test('I/O that no process has is not told, and not 0', () => {
  const windows = new FakeWindows()
  expect(windows.sweep({ pid: 8 }).byPid.get(8)?.readBytes).toBeNaN()
  expect(windows.table.capabilities.missing).toContain('read_bytes_per_second')
  windows.sweep({ pid: 8 }, { pid: 12, readBytes: 5 })
  expect(windows.sweep({ pid: 8 }, { pid: 12, readBytes: 5 }).byPid.get(8)?.readBytes).toBe(0)
  expect(windows.table.capabilities.missing).not.toContain('read_bytes_per_second')
})

test('a row is touched while it moves, once more when it stands, and then no more', () => {
  const windows = new FakeWindows()
  const touched = (userTime: number) => windows.sweep({ pid: 8, userTime }).byPid.get(8)?.touched
  windows.answers.set(8, { commandLine: 'a' })
  expect([5, 9, 9, 9].map(touched)).toEqual([1, 1, 1, 0])
})

test('a suspended process is stopped', () => {
  const { byPid } = new FakeWindows().sweep({ pid: 8, threads: [[5, 5]] })
  expect(byPid.get(8)?.status).toBe('stopped')
})

test('what a process tells is asked once; its user as soon as a name is found', async () => {
  const windows = new FakeWindows()
  windows.users.set('S-1-5-18', 'SYSTEM')
  windows.answers.set(8, {
    exe: 'C:\\Windows\\notepad.exe',
    commandLine: 'notepad --token=abc "C:\\a b.txt"',
    sid: 'S-1-5-18',
  })
  expect(windows.sweep({ pid: 8, name: 'notepad.exe' }).byPid.get(8)?.facts).toMatchObject({
    name: 'notepad.exe',
    args: ['notepad', '--token=********', 'C:\\a b.txt'],
    exe: 'C:\\Windows\\notepad.exe',
    user: null,
  })
  windows.sweep({ pid: 8 })
  expect(windows.asked).toEqual([8]) // nothing new is known yet
  await setImmediate()
  expect(windows.sweep({ pid: 8 }).byPid.get(8)?.facts).toMatchObject({
    name: 'notepad.exe',
    user: 'SYSTEM',
  })
  expect(windows.asked).toEqual([8, 8])
})

test('one that may not be opened has its name, and nothing else is made up', () => {
  const { byPid } = new FakeWindows().sweep({ pid: 8, name: 'csrss.exe' })
  expect(byPid.get(8)?.facts).toMatchObject({
    name: 'csrss.exe',
    user: null,
    exe: null,
    args: null,
  })
})

test('all processes of a program with a window are of an app, until the window closes', () => {
  const windows = new FakeWindows()
  for (const pid of [8, 12]) windows.answers.set(pid, { exe: 'C:\\Chrome.exe', commandLine: 'c' })
  const kinds = () => {
    windows.nowMs += 1000 // windows are looked through every two seconds
    const { byPid } = windows.sweep({ pid: 8 }, { pid: 12 }, { pid: 16 })
    return [8, 12, 16].map((pid) => byPid.get(pid)?.facts?.hasWindow)
  }
  windows.apps = new Map([[8, false]])
  expect(kinds()).toEqual([true, true, false])
  windows.apps = new Map()
  expect(kinds()).toEqual([false, false, false])
})

test('a list that breaks off ends no process: the sweep fails, and the next one goes on', () => {
  const windows = new FakeWindows()
  windows.sweep({ pid: 8 }, { pid: 12 })
  windows.spoil = (bytes) => void bytes.writeUInt32LE(0xffff, 0)
  expect(() => windows.sweep({ pid: 8 }, { pid: 12 })).toThrow(ProcessListError)
  windows.spoil = () => {}
  const { table, rows } = windows.sweep({ pid: 8 }, { pid: 12 })
  expect([table.ended, table.added, rows.length]).toEqual([[], [], 2])
})

test('the buffer grows with the list, also between two calls', () => {
  const windows = new FakeWindows(16)
  expect(windows.sweep({ pid: 8 }).rows).toHaveLength(1)
  const many = Array.from({ length: 500 }, (_, index) => ({ pid: 8 + index * 4 }))
  expect(windows.sweep(...many).rows).toHaveLength(500)
  const { bufferBytes } = windows.table
  windows.sweep(...many)
  expect(windows.table.bufferBytes).toBe(bufferBytes)
})

test('an app whose window does not answer says so, unless it stands; another with its slot does not', () => {
  const windows = new FakeWindows()
  const app = { pid: 8, start: START, threads: [[5, 6]] as const }
  windows.apps = new Map([[8, true]])
  const statusOf = (process: ListedProcess) => windows.sweep(process).byPid.get(process.pid)?.status
  statusOf(app) // the windows are looked through after the list
  expect(statusOf(app)).toBe('not-responding')
  expect(statusOf({ ...app, threads: [[5, 5]] })).toBe('stopped')
  windows.apps = new Map([[8, false]])
  windows.nowMs += 2000
  statusOf(app)
  expect(statusOf(app)).toBe('sleeping')
  windows.apps = new Map([[8, true]])
  windows.nowMs += 2000
  statusOf(app)
  windows.apps = new Map()
  expect(statusOf({ pid: 12, start: START + 1n })).toBe('sleeping')
})
