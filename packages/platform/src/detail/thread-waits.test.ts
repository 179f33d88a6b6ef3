import path from 'node:path'
import { expect, test } from 'vitest'
import { tree } from '../tree-rig.ts'
import { readThreadWaits } from './thread-waits.ts'

const stat = (ticks: number) => `7 (a) b) S ${'0 '.repeat(38)}${ticks} 0 0 0 0 0 0 0 0 0 0\n`

test('all threads are summed; one that ended meanwhile is left out', async () => {
  using tmp = tree({
    '7/task/7/schedstat': '9000 5000 3\n',
    '7/task/7/stat': stat(12),
    '7/task/9/schedstat': '1000 7000 1\n',
    '7/task/9/stat': stat(3),
    '7/task/10/comm': 'ended\n',
  })
  expect(await readThreadWaits(path.join(tmp.root, '7'))).toEqual({
    runDelayNs: 12_000,
    ioDelayTicks: 15,
  })
})

test('of a process that is gone nothing is known', async () => {
  using tmp = tree({})
  expect(await readThreadWaits(path.join(tmp.root, '8'))).toEqual({
    runDelayNs: null,
    ioDelayTicks: null,
  })
})
