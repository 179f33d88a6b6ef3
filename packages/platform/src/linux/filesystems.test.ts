import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { UnansweredCalls } from '../unanswered-calls.ts'
import {
  asTheSystemHasThem,
  chooseMounts,
  Filesystems,
  type FilesystemWorld,
} from './filesystems.ts'
import { parseMountinfo } from './parse-mountinfo.ts'

const roots: string[] = []
afterAll(() => roots.forEach((root) => rmSync(root, { recursive: true, force: true })))

function procRoot(mountinfo: string): string {
  const root = mkdtempSync(path.join(tmpdir(), 'filesystems-'))
  roots.push(root)
  mkdirSync(path.join(root, 'self'))
  writeFileSync(path.join(root, 'self/mountinfo'), mountinfo)
  return root
}

const LOCAL = '27 1 254:0 / / rw - ext4 /dev/vda rw\n'
const NAS = '40 27 0:44 / /mnt/nas rw - nfs4 nas:/export rw\n'
const numbers = { bsize: 4096, blocks: 100, bfree: 60, bavail: 50, files: 10, ffree: 4 }
const never = new Promise<never>(() => {})

test('a mount that never answers is asked once, shown with its age, and holds up nobody', async () => {
  let nowMs = 0
  const asked: string[] = []
  let hangs = false
  const world: FilesystemWorld = {
    statfs: (mount) => {
      asked.push(mount)
      return hangs && mount === '/mnt/nas' ? never : Promise.resolve(numbers)
    },
    isDirectory: () => Promise.resolve(true),
  }
  const clock = { monotonicMs: () => nowMs, epochMs: () => 0 }
  const filesystems = new Filesystems(procRoot(LOCAL + NAS), clock, world, new UnansweredCalls())
  await filesystems.refresh()
  expect(filesystems.read(() => null).map(({ mount, staleMs }) => [mount, staleMs])).toEqual([
    ['/', null],
    ['/mnt/nas', null],
  ])
  hangs = true
  nowMs = 5000
  await filesystems.refresh()
  nowMs = 10_000
  await filesystems.refresh()
  const [local, nas] = filesystems.read((mount) => (mount.source === '/dev/vda' ? 'vda' : null))
  expect(local).toMatchObject({ staleMs: null, disk: 'vda', totalBytes: 409600, freeBytes: 245760 })
  expect(nas).toMatchObject({
    staleMs: 10_000,
    staleReason: 'no_answer',
    totalBytes: 409600,
    disk: null,
  })
  expect(asked.filter((mount) => mount === '/mnt/nas')).toHaveLength(2)
  expect(asked.filter((mount) => mount === '/')).toHaveLength(3)
})

test('a unit for which everything is read-only tells what the system has: one more full disk would be hidden otherwise', () => {
  const inUnit = parseMountinfo(
    LOCAL.replace('/ / rw', '/ / ro,relatime') +
      '41 27 8:1 / /boot ro - ext4 /dev/sda1 rw\n42 27 8:2 / /own ro - ext4 /dev/sda2 rw\n',
  )
  const ofSystem = parseMountinfo(
    `${LOCAL}31 27 8:1 / /boot ro - ext4 /dev/sda1 ro\n32 27 8:3 / /own rw - ext4 /dev/sdb rw\n`,
  )
  const readOnly = (mounts: typeof inUnit) => mounts.map((one) => [one.mount, one.readOnly])
  expect(readOnly(asTheSystemHasThem(inUnit, ofSystem))).toEqual([
    ['/', false],
    ['/boot', true],
    ['/own', true], // another device there: not the same mount
  ])
  expect(asTheSystemHasThem(inUnit, [])).toEqual(inUnit)
})

const dead = (...exports: readonly number[]) =>
  exports.map((n) => `4${n} 27 0:4${n} / /mnt/${n} rw - nfs4 nas:/${n} rw\n`).join('')

/** Answers of local file systems; the others never do. */
function deafWorld() {
  const asked: string[] = []
  const world: FilesystemWorld = {
    statfs: (mount) => {
      asked.push(mount)
      return mount.startsWith('/mnt') ? never : Promise.resolve(numbers)
    },
    isDirectory: () => Promise.resolve(true),
  }
  return { world, asked }
}

test('two dead mounts leave the threads of everybody else alone: a third is not asked, and that is said', async () => {
  const { world, asked } = deafWorld()
  const clock = { monotonicMs: () => 0, epochMs: () => 0 }
  const filesystems = new Filesystems(procRoot(dead(1, 2, 3)), clock, world, new UnansweredCalls())
  await filesystems.refresh()
  expect(asked).toEqual(['/mnt/1', '/mnt/2'])
  expect(filesystems.read(() => null)).toHaveLength(3)
  expect(filesystems.read(() => null)[2]).toMatchObject({
    mount: '/mnt/3',
    totalBytes: null,
    staleReason: 'not_asked',
  })
})

test('two dead mounts do not stop the sizes of the file systems of this machine', async () => {
  let nowMs = 0
  const { world, asked } = deafWorld()
  const clock = { monotonicMs: () => nowMs, epochMs: () => 0 }
  const text = `${dead(1, 2)}90 27 8:1 / /var rw - xfs /dev/sda1 rw\n91 27 0:91 / /tank rw - zfs tank rw\n`
  const filesystems = new Filesystems(procRoot(LOCAL + text), clock, world, new UnansweredCalls())
  await filesystems.refresh()
  for (nowMs = 5000; nowMs <= 20_000; nowMs += 5000) await filesystems.refresh()
  const told = filesystems.read(() => null)
  expect(told.map(({ mount, staleMs, staleReason }) => [mount, staleMs, staleReason])).toEqual([
    ['/', null, null],
    ['/mnt/1', 25_000, 'no_answer'],
    ['/mnt/2', 25_000, 'no_answer'],
    ['/tank', null, null],
    ['/var', null, null],
  ])
  for (const local of ['/', '/tank', '/var'])
    expect(asked.filter((mount) => mount === local)).toHaveLength(5)
})

test('a mount that answered and then had to be passed over says how old its figures are', async () => {
  let nowMs = 0
  const calls = new UnansweredCalls()
  const world: FilesystemWorld = {
    statfs: () => Promise.resolve(numbers),
    isDirectory: () => Promise.resolve(true),
  }
  const clock = { monotonicMs: () => nowMs, epochMs: () => 0 }
  const filesystems = new Filesystems(procRoot(LOCAL + NAS), clock, world, calls)
  await filesystems.refresh()
  const drives = [calls.begin('far'), calls.begin('far')] // two drives hang
  nowMs = 20_000
  await filesystems.refresh()
  const nas = () => filesystems.read(() => null)[1]
  expect(nas()).toMatchObject({ staleMs: 20_000, staleReason: 'not_asked', totalBytes: 409600 })
  expect(filesystems.read(() => null)[0]).toMatchObject({ staleMs: null })
  drives[0]?.()
  await filesystems.refresh()
  expect(nas()).toMatchObject({ staleMs: null, staleReason: null })
})

test('a refused file system is known by name only; a file mounted into a container is none', async () => {
  const text = `${LOCAL}41 27 8:1 / /secret rw - ext4 /dev/sda1 rw\n42 27 8:2 /x/hosts /etc/hosts rw - ext4 /dev/sda2 rw\n`
  const world: FilesystemWorld = {
    statfs: (mount) =>
      mount === '/secret'
        ? Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' }))
        : Promise.resolve(numbers),
    isDirectory: (mount) => Promise.resolve(mount !== '/etc/hosts'),
  }
  const clock = { monotonicMs: () => 0, epochMs: () => 0 }
  const filesystems = new Filesystems(procRoot(text), clock, world)
  await filesystems.refresh()
  const all = filesystems.read(() => null)
  expect(all.map(({ mount, totalBytes }) => [mount, totalBytes])).toEqual([
    ['/', 409600],
    ['/secret', null],
  ])
})

test('pseudo, image and bind mounts, running AppImages, the configuration of a cluster, subvolumes and hidden mounts do not count', () => {
  const text = `20 1 0:50 / / rw - overlay overlay rw,lowerdir=/x
21 20 0:21 / /proc rw - proc proc rw
22 20 0:22 / /run rw - tmpfs tmpfs rw
23 20 7:0 / /snap/core/1 ro - squashfs /dev/loop0 ro
24 20 0:30 /@home /home rw - btrfs /dev/sda2 rw
25 20 0:31 /@ /btrfs rw - btrfs /dev/sda2 rw
26 20 8:17 / /data rw - xfs /dev/sdb1 rw
27 20 8:17 /sub /srv/bind rw - xfs /dev/sdb1 rw
28 20 0:60 / /mnt/ssh rw - fuse.sshfs host:/ rw
29 20 0:61 / /run/user/1000/doc rw - fuse.portal portal rw
30 20 0:62 / /tank rw - zfs tank rw
31 20 8:33 / /data rw - ext4 /dev/sdc1 rw
32 20 0:63 / /tmp/.mount_krita5aBcDe ro,nosuid,nodev - fuse.krita-5.2.AppImage krita-5.2.AppImage ro
33 20 0:64 / /tmp/.mount_renamXyZ ro,nosuid,nodev - fuse.renamed renamed ro
34 20 0:65 / /etc/pve rw,nosuid,nodev - fuse /dev/fuse rw
35 20 8:49 / /mnt/ntfs rw - fuseblk /dev/sdd1 rw
`
  expect(chooseMounts(parseMountinfo(text)).map(({ mount, source }) => [mount, source])).toEqual([
    ['/', 'overlay'],
    ['/data', '/dev/sdc1'],
    ['/home', '/dev/sda2'],
    ['/mnt/ntfs', '/dev/sdd1'],
    ['/mnt/ssh', 'host:/'],
    ['/srv/bind', '/dev/sdb1'],
    ['/tank', 'tank'],
  ])
})
