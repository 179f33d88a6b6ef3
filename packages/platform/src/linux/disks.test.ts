import path from 'node:path'
import { expect, test } from 'vitest'
import { tree, type Tree } from '../tree-rig.ts'
import { Disks } from './disks.ts'

const disksOf = (files: Tree) =>
  new Disks(path.join(files.root, 'proc'), path.join(files.root, 'sys'))
const beside = { temperatureOf: () => null, healthOf: () => null }

/** A line of a disk that read and wrote some sectors. */
const line = (name: string, reads: number, sectors = reads * 8) =>
  ` 259 0 ${name} ${reads} 0 ${sectors} 5 ${reads} 0 ${sectors} 6 0 9 11 0 0 0 0\n`
const IDLE = ' 259 1 nvme0n1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n'

/** Two ports of one drive: the head that is mounted, and the hidden paths to it. */
const MULTIPATH = {
  'sys/block/nvme0n1/device/model': 'Dual Port\n',
  'sys/block/nvme0n1/hidden': '0\n',
  'sys/block/nvme0c0n1/device/model': 'Dual Port\n',
  'sys/block/nvme0c0n1/hidden': '1\n',
  'sys/block/nvme0c1n1/device/model': 'Dual Port\n',
  'sys/block/nvme0c1n1/hidden': '1\n',
}
const PATHS = line('nvme0c0n1', 10) + line('nvme0c1n1', 32)

test('an NVMe drive with two paths is one disk, not three', () => {
  using files = tree({ ...MULTIPATH, 'proc/diskstats': line('nvme0n1', 42) + PATHS })
  const disks = disksOf(files).read(0, beside)
  expect(disks?.map(({ id, reads }) => [id, reads])).toEqual([['nvme0n1', 42]])
})

test('where the kernel counts at the paths alone, the drive has their sum', () => {
  using files = tree({
    ...MULTIPATH,
    'sys/block/nvme0n2/device/model': 'Dual Port\n',
    'proc/diskstats': IDLE + IDLE.replace('nvme0n1', 'nvme0n2') + PATHS,
  })
  const disks = disksOf(files).read(0, beside)
  expect(disks).toMatchObject([
    { id: 'nvme0n1', reads: 42, writes: 42, readBytes: 42 * 8 * 512, busyMs: 18, queueMs: 22 },
    { id: 'nvme0n2', reads: 0, readBytes: 0 },
  ])
})

test('without sysfs as well', () => {
  using files = tree({ 'proc/diskstats': IDLE + PATHS })
  expect(disksOf(files).read(0, beside)).toMatchObject([{ id: 'nvme0n1', reads: 42 }])
})
