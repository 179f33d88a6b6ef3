import { chmodSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { defaultOptions } from '../options.ts'
import { tree } from '../tree-rig.ts'
import { createFigures } from './create-figures.ts'
import { LinuxFigures } from './linux-figures.ts'

const stat = (pid: number, comm: string) =>
  `${pid} (${comm}) S 1 ${pid} ${pid} 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 500 0 0 0 ${'0 '.repeat(27)}`

/** A server with two threads, one that the kernel counts nothing of, a broken one, and files that are no process. */
const machine = () =>
  tree({
    'proc/sys/kernel/random/boot_id': 'abcdef01-0000-0000-0000-000000000000\n',
    'proc/uptime': '1 1\n',
    'proc/100/stat': stat(100, 'server'),
    'proc/100/fd/3': '-> socket:[11]',
    'proc/100/fd/4': '-> /dev/null',
    'proc/100/task/100/schedstat': '9000 5000 3\n',
    'proc/100/task/107/schedstat': '1000 7000 1\n',
    'proc/100/task/108/comm': 'ended while it was read\n',
    'proc/200/stat': stat(200, ') R 1 x'),
    'proc/200/fd/0': '-> /dev/null',
    'proc/200/task/200/schedstat': '0 0 0\n',
    'proc/300/stat': '300 (broken) S 1 x\n',
  })

const figuresOf = (root: string) =>
  new LinuxFigures({
    ...defaultOptions,
    procRoot: path.join(root, 'proc'),
    clock: { monotonicMs: () => 77, epochMs: () => 5 },
  })

const both = { descriptors: true, runDelay: true }

test('descriptors are counted, threads are told apart, and what is not counted is unknown', async () => {
  using tmp = machine()
  const runDelay = {
    monotonicMs: 77,
    byThread: new Map([
      [100, 5000],
      [107, 7000],
    ]),
  }
  expect(await figuresOf(tmp.root).sample(both)).toEqual({
    processes: [
      { pid: 100, startId: 'abcdef01-500', descriptors: 2, runDelay },
      { pid: 200, startId: 'abcdef01-500', descriptors: 1, runDelay: null },
    ],
    complete: true,
    epochMs: 5,
  })
})

test('only what is asked for is read', async () => {
  using tmp = machine()
  const { processes } = await figuresOf(tmp.root).sample({ descriptors: true, runDelay: false })
  expect(processes[0]).toEqual({ pid: 100, startId: 'abcdef01-500', descriptors: 2 })
})

test.runIf(process.getuid?.() !== 0)('what may not be looked into says so', async () => {
  using tmp = machine()
  chmodSync(path.join(tmp.root, 'proc/100/fd'), 0)
  const { processes } = await figuresOf(tmp.root).sample(both)
  expect(processes[0]).toMatchObject({ pid: 100, descriptors: 'denied' })
})

test.runIf(process.platform === 'linux')('of this process on the real machine', async () => {
  const figures = await createFigures()
  const sample = await figures?.sample(both)
  const own = sample?.processes.find(({ pid }) => pid === process.pid)
  expect(own?.descriptors).toBeGreaterThan(2)
  expect(own?.runDelay?.byThread.has(process.pid)).toBe(true)
})
