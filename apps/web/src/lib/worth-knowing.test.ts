import type { ListCapabilities, SystemStats } from '@taskmanager/contracts'
import { describe, expect, test } from 'vitest'
import { worthKnowing, type MachinePicture } from './worth-knowing.ts'

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
  ...more,
})

function picture(stats: object, rest: Partial<MachinePicture> = {}): MachinePicture {
  return {
    stats: {
      filesystems: [],
      gpus: [],
      cpu: { throttled: null },
      memory: { swap_total_bytes: 0, swap_used_bytes: 0, oom_kills: null, available_bytes: GIB },
      ...stats,
    } as unknown as SystemStats,
    totals: null,
    accounting: null,
    capabilities: null,
    oomKillsAtStart: null,
    ...rest,
  }
}

const facts = (one: MachinePicture) =>
  worthKnowing(one).map((finding) => finding.fact.replaceAll('\u202f', ' '))

describe('worth knowing', () => {
  test('a quiet machine has nothing to report', () => {
    expect(facts(picture({ filesystems: [fs('/', 89.9)] }))).toEqual([])
    expect(
      worthKnowing({
        stats: null,
        totals: null,
        accounting: null,
        capabilities: null,
        oomKillsAtStart: null,
      }),
    ).toEqual([])
  })

  test('full file systems, one finding per device, read-only ones are full by nature', () => {
    const filesystems = [
      fs('/', 92),
      fs('/again', 92, { device: '/dev//' }),
      fs('/snap', 100, { read_only: true }),
      fs('/mail', 20, { inodes_total: 100, inodes_used: 95 }),
      fs('/unknown', null),
    ]
    expect(facts(picture({ filesystems }))).toEqual([
      '/mail has room for few more files:',
      '/ is 92 % full',
    ])
  })

  test('only memory kills since the page opened are news', () => {
    const memory = { swap_total_bytes: 0, swap_used_bytes: 0, oom_kills: 3, available_bytes: GIB }
    expect(facts(picture({ memory }, { oomKillsAtStart: 3 }))).toEqual([])
    expect(facts(picture({ memory }, { oomKillsAtStart: 2 }))).toEqual([
      'The kernel ended a process for lack of memory',
    ])
  })

  test('what this monitor cannot see is said, with its reason', () => {
    const capabilities = { partial: true, partial_reason: 'hidepid is on' } as ListCapabilities
    const [found] = worthKnowing(picture({}, { capabilities }))
    expect(found?.fact).toBe('Some processes are hidden from this service.')
    expect(found?.detail).toBe('hidepid is on')
    expect(facts(picture({}, { capabilities: { ...capabilities, partial: false } }))).toEqual([])
  })

  test('at most three, warnings first', () => {
    const filesystems = ['/a', '/b', '/c', '/d'].map((mount) => fs(mount, 91))
    const found = worthKnowing(picture({ filesystems, cpu: { throttled: true } }))
    expect(found).toHaveLength(3)
    expect(found[0]?.id).toBe('throttled')
  })
})
