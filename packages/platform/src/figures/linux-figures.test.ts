import { chmodSync } from 'node:fs'
import path from 'node:path'
import { ASKED_FIELDS, type AskedField } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { defaultOptions } from '../options.ts'
import { tree } from '../tree-rig.ts'
import type { TaskDelays } from '../linux/exit-records/task-delays.ts'
import { createFigures } from './create-figures.ts'
import type { Counters, NotAsked } from './figures-provider.ts'
import { LinuxFigures } from './linux-figures.ts'

const stat = (pid: number, comm: string) =>
  `${pid} (${comm}) S 1 ${pid} ${pid} 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 500 0 0 0 ${'0 '.repeat(27)}`

const words = (bits: 32 | 64, ...values: number[]) => {
  const bytes = Buffer.alloc((values.length * bits) / 8)
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value, (at * bits) / 8)
  return bytes.toString('latin1')
}

/** Field 42: so many ticks of waiting for a disk. */
const threadStat = (tid: number, ticks: number) =>
  stat(tid, 'a) thread').replace(/(?:0 ){27}$/, `${'0 '.repeat(16)}${ticks} ${'0 '.repeat(10)}`)

/** A server with two threads, one that the kernel counts nothing of, a broken one, and files that are no process. */
const machine = (more: Record<string, string> = {}) =>
  tree({
    'proc/sys/kernel/random/boot_id': 'abcdef01-0000-0000-0000-000000000000\n',
    'proc/sys/kernel/task_delayacct': '1\n',
    'proc/uptime': '1 1\n',
    'proc/100/stat': stat(100, 'server').replace('S 1 100 100 0', 'S 1 100 90 34819'),
    'proc/100/status': 'Name:\tserver\nVmSwap:\t    2048 kB\nCapEff:\t0000000000000000\n',
    'proc/100/auxv': words(64, 33, 4096, 6, 4096, 0, 0),
    'proc/100/exe': '-> /usr/bin/server (deleted)',
    'proc/100/fd/3': '-> socket:[11]',
    'proc/100/fd/4': '-> /dev/null',
    'proc/100/task/100/schedstat': '9000 5000 3\n',
    'proc/100/task/100/stat': threadStat(100, 12),
    'proc/100/task/107/schedstat': '1000 7000 1\n',
    'proc/100/task/107/stat': threadStat(107, 3),
    'proc/100/task/108/comm': 'ended while it was read\n',
    'proc/200/stat': stat(200, ') R 1 x'),
    'proc/200/status': 'Name:\tx\nVmSwap:\t       0 kB\nCapEff:\t000001ffffffffff\n',
    'proc/200/auxv': words(32, 32, 5, 6, 4096, 0, 0),
    'proc/200/exe': '-> /memfd:x (deleted)',
    'proc/200/fd/0': '-> /dev/null',
    'proc/200/task/200/schedstat': '0 0 0\n',
    'proc/300/stat': '300 (broken) S 1 x\n',
    'proc/400/stat': stat(400, 'kthread').replace('-1 4194304', '-1 2129984'),
    'proc/400/status': 'Name:\tkthread\nCapEff:\t000001ffffffffff\n',
    'proc/400/auxv': '',
    ...more,
  })

const figuresOf = (root: string, openDelays?: () => TaskDelays | null) =>
  new LinuxFigures(
    {
      ...defaultOptions,
      procRoot: path.join(root, 'proc'),
      clock: { monotonicMs: () => 77, epochMs: () => 5 },
    },
    openDelays,
  )

const asked = (...fields: AskedField[]) => new Set(fields)
const both = asked('num_fds', 'run_delay_percent')
const counters = (byThread: [number, number][]) => ({
  monotonicMs: 77,
  byThread: new Map(byThread),
})

test('descriptors are counted, threads are told apart, and what is not counted is unknown', async () => {
  using tmp = machine()
  const runDelay = counters([
    [100, 5000],
    [107, 7000],
  ])
  const { processes, ...rest } = await figuresOf(tmp.root).sample(both)
  expect(rest).toEqual({ complete: true, epochMs: 5 })
  expect(processes.slice(0, 2)).toEqual([
    { pid: 100, startId: 'abcdef01-500', descriptors: 2, runDelay },
    { pid: 200, startId: 'abcdef01-500', descriptors: 1, runDelay: 'none' },
  ])
})

test('only what is asked for is read', async () => {
  using tmp = machine()
  const { processes } = await figuresOf(tmp.root).sample(asked('num_fds'))
  expect(processes[0]).toEqual({ pid: 100, startId: 'abcdef01-500', descriptors: 2 })
})

test('waiting for a disk is summed over the threads, and so is how often they ran', async () => {
  using tmp = machine()
  const fields = asked('io_delay_percent', 'context_switches_per_second')
  const { processes } = await figuresOf(tmp.root).sample(fields)
  expect(processes[0]).toMatchObject({
    ioDelay: counters([
      [100, 120e6],
      [107, 30e6],
    ]),
    switches: counters([
      [100, 3],
      [107, 1],
    ]),
  })
})

test('where delay accounting is switched off nobody is told to have waited for nothing', async () => {
  using tmp = machine({ 'proc/sys/kernel/task_delayacct': '0\n' })
  const openDelays = () => ({ swapDelayNs: () => 0 })
  const fields = asked('io_delay_percent', 'swap_delay_percent')
  const { processes } = await figuresOf(tmp.root, openDelays).sample(fields)
  expect(processes[0]).toMatchObject({ ioDelay: 'off', swapDelay: 'off' })
})

test('waiting for swapped memory is the kernel that is asked, once it may be', async () => {
  using tmp = machine()
  let opened = 0
  const openDelays = () => {
    opened++
    return { swapDelayNs: (pid: number) => (pid === 100 ? 9000 : null) }
  }
  const figures = figuresOf(tmp.root, openDelays)
  const { processes } = await figures.sample(asked('swap_delay_percent'))
  expect(processes[0]?.swapDelay).toEqual(counters([[100, 9000]]))
  expect(processes[1]?.swapDelay).toBe('failed')
  await figures.sample(asked('swap_delay_percent'))
  expect(opened).toBe(1)
  const denied = await figuresOf(tmp.root).sample(asked('swap_delay_percent'))
  expect(denied.processes[0]?.swapDelay).toBe('denied')
})

test('where it belongs, what it may, and what it runs', async () => {
  using tmp = machine()
  const { processes } = await figuresOf(tmp.root).sample(
    asked('swap_bytes', 'session_id', 'terminal', 'elevated', 'architecture', 'exe_replaced'),
  )
  const narrow = process.arch === 'x64' ? 'x86' : process.arch === 'arm64' ? 'arm' : undefined
  expect(processes).toMatchObject([
    {
      swapBytes: 2048 * 1024,
      session: 90,
      terminal: 'pts/3',
      isElevated: false,
      architecture: { text: process.arch },
      isReplaced: true,
    },
    {
      swapBytes: 0,
      terminal: null,
      isElevated: true,
      ...(narrow !== undefined && { architecture: { text: narrow } }),
      isReplaced: false,
    },
    { swapBytes: 'none', isElevated: 'none', architecture: 'none', isReplaced: 'none' },
  ])
})

test.runIf(process.getuid?.() !== 0)('what may not be looked into says so', async () => {
  using tmp = machine()
  chmodSync(path.join(tmp.root, 'proc/100/fd'), 0)
  const { processes } = await figuresOf(tmp.root).sample(both)
  expect(processes[0]).toMatchObject({ pid: 100, descriptors: 'denied' })
})

test.runIf(process.platform === 'linux')('of this process on the real machine', async () => {
  const figures = await createFigures()
  const sample = await figures?.sample(new Set(ASKED_FIELDS))
  const own = sample?.processes.find(({ pid }) => pid === process.pid)
  expect(own?.descriptors).toBeGreaterThan(2)
  expect(threadsOf(own?.runDelay)).toContain(process.pid)
  expect(threadsOf(own?.switches)).toContain(process.pid)
  expect(own).toMatchObject({ architecture: { text: process.arch }, isReplaced: false })
  expect(own?.session).toBeGreaterThanOrEqual(0)
})

const threadsOf = (counted: Counters | NotAsked | undefined) =>
  typeof counted === 'object' ? [...counted.byThread.keys()] : []
