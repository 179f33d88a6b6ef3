import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { createProcessTable, type ProcessTable } from '@taskmanager/platform'
import { processTableContract } from '@taskmanager/testkit/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../options.ts'
import { createWindowsProcessTable } from './create-table.ts'
import type { WindowsProcessTable } from './windows-process-table.ts'

/** Works until it is told to stand still, then says what it has used. */
const WORKER = `
  process.on('message', (ms) => {
    const until = performance.now() + ms
    while (performance.now() < until) {}
    process.send(process.cpuUsage())
  })
  process.send('ready')`
/** Times move in ticks of 10 ms on both sides, and the reader comes a moment later. */
const NEAR_MS = 60
/** Windows are looked through every two seconds. */
const PATIENT = { timeout: 20_000, interval: 200 }

processTableContract('this Windows', {
  create: async () => ({
    provider: await createProcessTable(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }),
  alwaysListed: () => [process.pid],
})

let child: ChildProcess
let table: WindowsProcessTable
const args = ['-e', WORKER, 'mit Leerzeichen', 'Ümläut "quoted"', 'back\\slash\\', '--password=x']

beforeAll(async () => {
  child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  await once(child, 'message')
  table = create()
})
afterAll(() => {
  table.close()
  child.kill()
})

function create(firstBytes?: number): WindowsProcessTable {
  const made = createWindowsProcessTable(systemClock, firstBytes)
  if (made === null) throw new Error('koffi has no binary here')
  return made
}

function rowOf(swept: ProcessTable, pid: number | undefined) {
  const slot = [...swept.slots.subarray(0, swept.count)].find(
    (each) => swept.columns.pid[each] === pid,
  )
  if (slot === undefined) throw new Error(`process ${pid} is not listed`)
  const { ppid, cpuNs, threads, rssBytes, startTicks } = swept.columns
  return {
    facts: swept.facts[slot],
    ppid: ppid[slot],
    cpuMs: (cpuNs[slot] ?? 0) / 1e6,
    threads: threads[slot],
    rssBytes: rssBytes[slot] ?? 0,
    startTicks: startTicks[slot] ?? 0,
  }
}

/** Of the same process, as the kernel below has it; found by its arguments. */
function linuxProcess(): { cpuMs: number; threads: number; rssBytes: number } {
  for (const pid of readdirSync('Z:\\proc').filter((name) => /^\d+$/.test(name))) {
    const text = (file: string) => readFileSync(`Z:\\proc\\${pid}\\${file}`, 'utf8')
    try {
      if (!text('cmdline').includes('mit Leerzeichen')) continue
      const stat = text('stat')
        .replace(/^.*\) /s, '')
        .split(' ')
      const field = (number: number) => Number(stat[number - 3])
      return {
        cpuMs: (field(14) + field(15)) * 10,
        threads: field(20),
        rssBytes: field(24) * 4096,
      }
    } catch {
      continue // ended meanwhile
    }
  }
  throw new Error('the kernel does not have it')
}

const work = async (ms: number) => {
  const answer = once(child, 'message')
  child.send(ms)
  const [usage] = (await answer) as [NodeJS.CpuUsage]
  return (usage.user + usage.system) / 1000
}

test('this process and its child are there, with name, parent, start, program and user', async () => {
  table.sweep()
  await expect.poll(() => rowOf(table.sweep(), child.pid).facts?.user).toBe(userInfo().username)
  const swept = table.sweep()
  const own = rowOf(swept, process.pid)
  const row = rowOf(swept, child.pid)
  expect(own.facts).toMatchObject({ name: 'node.exe', isKernel: false })
  expect(own.facts?.startedAtMs).toBeCloseTo(performance.timeOrigin, -4)
  expect(row).toMatchObject({ ppid: process.pid, facts: { name: 'node.exe' } })
  expect(row.facts?.exe?.toLowerCase()).toBe(process.execPath.toLowerCase())
  expect(row.startTicks).toBeGreaterThan(own.startTicks)
})

test('a command line is split as the program gets it, its secrets masked', () => {
  expect(rowOf(table.sweep(), child.pid).facts?.args?.slice(3)).toEqual([
    ...args.slice(2, -1),
    '--password=********',
  ])
})

test('CPU time is what the process itself counts, and what the kernel below does', async () => {
  table.sweep()
  const usedMs = await work(400)
  const { cpuMs } = rowOf(table.sweep(), child.pid)
  expect(Math.abs(cpuMs - usedMs)).toBeLessThan(NEAR_MS)
  expect(Math.abs(cpuMs - linuxProcess().cpuMs)).toBeLessThan(NEAR_MS)
})

test('threads and memory are what the kernel below says', () => {
  const row = rowOf(table.sweep(), child.pid)
  const truth = linuxProcess()
  expect(row.threads).toBe(truth.threads)
  expect(Math.abs(row.rssBytes / truth.rssBytes - 1)).toBeLessThan(0.05)
})

test('a buffer that is too small grows until all fit in', () => {
  const small = create(16)
  const swept = small.sweep()
  expect(rowOf(swept, child.pid).ppid).toBe(process.pid)
  expect(small.bufferBytes).toBeGreaterThan(1000)
  const { bufferBytes } = small
  small.sweep()
  expect(small.bufferBytes).toBe(bufferBytes)
})

test('a process that came is new and one that ended is gone', async () => {
  table.sweep()
  const short = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const pidOf = (provider: ProcessTable) => provider.added.map((slot) => provider.columns.pid[slot])
  expect(pidOf(table.sweep())).toContain(short.pid)
  const exited = once(short, 'exit')
  short.stdin.end()
  await exited
  await expect.poll(() => table.sweep().ended.map(({ pid }) => pid)).toContain(short.pid)
})

test('a program with a window is an app, one without is none', async () => {
  const notepad = spawn('C:\\windows\\system32\\notepad.exe', { stdio: 'ignore' })
  try {
    await expect.poll(() => rowOf(table.sweep(), notepad.pid).facts?.hasWindow, PATIENT).toBe(true)
    expect(rowOf(table.sweep(), process.pid).facts?.hasWindow).toBe(false)
  } finally {
    notepad.kill()
  }
})
