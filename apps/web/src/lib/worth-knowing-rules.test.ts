import type { Accounting, ListCapabilities, SystemStats } from '@taskmanager/contracts'
import { describe, expect, test } from 'vitest'
import {
  checksOf,
  observeLists,
  observeStats,
  type ListPicture,
  type Observation,
} from './worth-knowing-rules.ts'

const GIB = 1024 ** 3
const fs = (mount: string, used_percent: number | null, more = {}) => ({
  mount,
  device: `/dev/${mount}`,
  disk: 'sda',
  type: 'ext4',
  total_bytes: 100 * GIB,
  used_bytes: null,
  available_bytes: 8 * GIB,
  used_percent,
  inodes_total: null,
  inodes_used: null,
  read_only: false,
  stale_ms: null,
  stale_reason: null,
  ...more,
})

const frame = (change: object = {}) =>
  ({
    disks: [],
    filesystems: [],
    gpus: [],
    cpu: { throttled: null },
    memory: { swap_total_bytes: 0, swap_used_bytes: 0, oom_kills: null, available_bytes: GIB },
    ...change,
  }) as unknown as SystemStats

const picture = (change: Partial<ListPicture>): ListPicture => ({
  totals: null,
  accounting: null,
  capabilities: null,
  intervalMs: 1000,
  ...change,
})

const say = (one: Observation, isNow = true) => {
  const { fact, rest } = one.say(isNow, one.amount ?? 0)
  return (fact + rest).replaceAll('\u202f', ' ')
}
const ofStats = (stats: SystemStats, previous: SystemStats | null = null) =>
  observeStats(stats, previous).map((one) => say(one))
const ofLists = (change: Partial<ListPicture>) =>
  observeLists(picture(change)).map((one) => say(one))

describe('rules', () => {
  test('see nothing in a quiet machine', () => {
    expect(ofStats(frame({ filesystems: [fs('/', 89.9)] }))).toEqual([])
    expect(ofLists({})).toEqual([])
  })

  test('drives in trouble, with what they say of themselves', () => {
    const disk = (id: string, health: object | null) => ({ id, model: 'A drive', health })
    const disks = [
      disk('sda', { verdict: 'good', findings: [] }),
      disk('sdb', { verdict: 'warning', findings: ['it has replaced 8 bad sectors'] }),
      disk('sdc', { verdict: 'failing', findings: ['it takes no more data', 'it is hot'] }),
      disk('vda', null),
    ]
    expect(
      observeStats(frame({ disks }), null).map((one) => [one.kind, one.href, say(one)]),
    ).toEqual([
      [
        'info',
        '/performance/disk-sdb',
        'sdb works, but keep an eye on it: it has replaced 8 bad sectors.',
      ],
      [
        'warn',
        '/performance/disk-sdc',
        'sdc is failing. Copy what you need from it now: it takes no more data; it is hot.',
      ],
    ])
    expect(checksOf(frame({ disks }))).toContain('health of the drives')
    expect(checksOf(frame({ disks: [disk('vda', null)] }))).not.toContain('health of the drives')
  })

  test('full file systems once each, however often mounted; read-only ones are full by nature', () => {
    const filesystems = [
      fs('/', 92),
      fs('/again', 92, { device: '/dev//' }),
      fs('/run', 91, { device: 'tmpfs', used_bytes: 1 }),
      fs('/dev/shm', 91, { device: 'tmpfs', used_bytes: 2 }),
      fs('/snap', 100, { read_only: true }),
      fs('/mail', 20, { inodes_total: 100, inodes_used: 95 }),
      fs('/unknown', null),
    ]
    expect(ofStats(frame({ filesystems }))).toEqual([
      '/ is 92 % full – 8.00 GiB left.',
      '/run is 91 % full – 8.00 GiB left.',
      '/dev/shm is 91 % full – 8.00 GiB left.',
      '/mail has room for few more files: 95 % of its inodes are used.',
    ])
  })

  test('a huge disk with much room left is no warning at 97 %', () => {
    const filesystems = [fs('/', 97), fs('/data', 97, { available_bytes: 300 * GIB })]
    expect(observeStats(frame({ filesystems }), null).map(({ kind }) => kind)).toEqual([
      'warn',
      'info',
    ])
  })

  test('only what the kernel ended since the last frame is news', () => {
    const memory = (oom_kills: number) =>
      frame({ memory: { ...frame().memory, oom_kills, available_bytes: GIB } })
    expect(ofStats(memory(3))).toEqual([])
    expect(ofStats(memory(3), memory(3))).toEqual([])
    expect(ofStats(memory(5), memory(3))).toEqual([
      'The kernel ended 2 processes for lack of memory.',
    ])
  })

  test('heat is said as it is, and as it was', () => {
    const [found] = observeStats(frame({ cpu: { throttled: true } }), null)
    expect(found && [say(found), say(found, false)]).toEqual([
      'The CPU is slowed by heat.',
      'The CPU was slowed by heat.',
    ])
  })

  test('a restart loop goes by the second and has a name', () => {
    const ended = (count: number | null, parent_name = 'make') => ({
      accounting: {
        ended: [{ parent_pid: 7, parent_name, name: 'cc', count, cpu_percent: 3 }],
      } as unknown as Accounting,
    })
    expect(ofLists(ended(30))).toEqual(['make starts programs over and over: 30 ended, mostly cc.'])
    expect(ofLists({ ...ended(30), intervalMs: 5000 })).toEqual([])
    expect(ofLists(ended(null))).toEqual([])
    expect(ofLists(ended(30, ''))).toEqual([])
  })

  test('what this monitor cannot see is said, with its reason', () => {
    const capabilities = { partial: true, partial_reason: 'hidepid is on' } as ListCapabilities
    const [found] = observeLists(picture({ capabilities }))
    expect(found && say(found)).toBe('Some processes are hidden from this service.')
    expect(found?.detail).toBe('hidepid is on')
    expect(ofLists({ capabilities: { ...capabilities, partial: false } })).toEqual([])
  })
})
