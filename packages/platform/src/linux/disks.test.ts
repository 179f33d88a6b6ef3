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

const SDA = { 'sys/block/sda/device/model': 'Old\n', 'sys/block/sda/diskseq': '7\n' }

test('a disk that is plugged in is known at once, and what it replaces under its name is not it', () => {
  using files = tree({ ...SDA, 'proc/diskstats': line('sda', 5) })
  const disks = disksOf(files)
  disks.read(0, beside)
  const old = disks.devices.get('sda')
  files.write({
    'sys/block/sdb/device/model': 'Second\n',
    'proc/diskstats': line('sda', 5) + line('sdb', 1),
  })
  expect(disks.read(1000, beside)).toMatchObject([{ model: 'Old' }, { id: 'sdb', model: 'Second' }])
  files.write({ 'proc/diskstats': line('sdb', 1) })
  expect(disks.read(2000, beside)).toHaveLength(1)
  files.write({
    'sys/block/sda/device/model': 'New\n',
    'sys/block/sda/diskseq': '9\n',
    'proc/diskstats': line('sda', 1) + line('sdb', 1),
  })
  expect(disks.read(3000, beside)).toMatchObject([{ id: 'sda', model: 'New' }, { id: 'sdb' }])
  expect(disks.devices.get('sda')?.mark).not.toBe(old?.mark)
})

test('a name that is no disk is looked for once, not at each sample', () => {
  using files = tree({ ...SDA, 'proc/diskstats': line('sda', 5) + line('xvdz', 5) })
  const disks = disksOf(files)
  disks.read(0, beside)
  const { devices } = disks
  disks.read(1000, beside)
  expect(disks.devices).toBe(devices)
  disks.read(30_000, beside)
  expect(disks.devices).not.toBe(devices)
})
