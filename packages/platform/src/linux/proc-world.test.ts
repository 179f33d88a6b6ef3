import { describe, expect, test } from 'vitest'
import { defaultOptions } from '../options.ts'
import { tree } from '../tree-rig.ts'
import { hiddenReason, readBootEpochMs, secondsSinceBoot } from './proc-world.ts'

test('the instant of the boot does not wobble with the steps of the uptime, and follows a clock that is set', () => {
  using world = tree({ uptime: '100.00 1\n' })
  let now = 1_000_000
  const clock = { ...defaultOptions.clock, epochMs: () => now }
  const options = { ...defaultOptions, procRoot: world.root, clock }
  expect(readBootEpochMs(options)).toBe(900_000)
  now = 1_000_019
  world.write({ uptime: '100.01 1\n' }) // 18.9 ms after the first reading
  expect(readBootEpochMs(options)).toBe(900_000)
  now = 4_600_050
  world.write({ uptime: '100.05 1\n' })
  expect(readBootEpochMs(options)).toBe(4_500_000)
})

test.each(['', 'soon', '4294967296 1\n'])(
  'an uptime of %j tells no instant of the boot',
  (uptime) => {
    using world = tree({ uptime })
    const clock = { ...defaultOptions.clock, epochMs: () => 1_000_000 }
    expect(readBootEpochMs({ ...defaultOptions, procRoot: world.root, clock })).toBeNull()
  },
)

describe('in a container whose uptime is its own', () => {
  const DAY_MS = 86_400_000
  const worldAt = (now: number, files: Record<string, string>) => {
    const world = tree(files)
    const time = { now }
    const clock = { ...defaultOptions.clock, epochMs: () => time.now }
    return Object.assign(world, {
      time,
      options: { ...defaultOptions, procRoot: world.root, clock },
    })
  }

  test('the boot is that of the host, which starts count from, and follows a clock that is set', () => {
    using world = worldAt(10 * DAY_MS, { uptime: '100.00 1\n', stat: 'cpu  1\nbtime 86400\n' })
    expect(readBootEpochMs(world.options)).toBe(DAY_MS)
    world.time.now += 3_600_000
    world.write({ stat: 'cpu  1\nbtime 90000\n' })
    expect(readBootEpochMs(world.options)).toBe(DAY_MS + 3_600_000)
  })

  test('an uptime that agrees with it to the second is the more exact one', () => {
    using world = worldAt(1_000_000, { uptime: '100.25 1\n', stat: 'btime 899\n' })
    expect(readBootEpochMs(world.options)).toBe(899_750)
  })

  test.each(['btime 0\n', 'btime 4102444800\n', 'btime soon\n'])(
    'the uptime stands where the file says %j',
    (stat) => {
      using world = worldAt(1_000_000, { uptime: '100.25 1\n', stat })
      expect(readBootEpochMs(world.options)).toBe(899_750)
    },
  )

  test('without an uptime the boot is known to the second', () => {
    using world = worldAt(1_000_000, { stat: 'btime 899\n' })
    expect(readBootEpochMs(world.options)).toBe(899_000)
  })

  test('the time since the boot is at least what both say', () => {
    expect(secondsSinceBoot(100, 900_000, 1_000_000)).toBe(100)
    expect(secondsSinceBoot(100, 100_000, 1_000_000)).toBe(899)
    expect(secondsSinceBoot(null, 100_000, 1_000_000)).toBe(899)
    expect(secondsSinceBoot(100, null, 1_000_000)).toBe(100)
    expect(secondsSinceBoot(null, null, 1_000_000)).toBe(Infinity)
  })
})

describe('a /proc that hides processes', () => {
  const NOBODY = { uid: 1000, gids: [1000], mayTrace: false }
  const reason = (options: string, reader = NOBODY) => {
    using world = tree({
      'self/mountinfo': `22 1 254:1 / / rw - ext4 /dev/vda1 rw\n23 22 0:21 / /proc rw,nosuid - proc proc ${options}\n`,
    })
    return hiddenReason(world.root, reader)
  }

  test.each(['rw,hidepid=2', 'rw,gid=1001,hidepid=invisible', 'rw,hidepid=1', 'rw,hidepid=4'])(
    'hides from an ordinary user: %s',
    (options) => {
      expect(reason(options)).toMatch(/hidden.*hidepid=/)
    },
  )

  test.each(['rw', 'rw,hidepid=0', 'rw,hidepid=off'])('hides from nobody: %s', (options) => {
    expect(reason(options)).toBeNull()
  })

  test('hides nothing from a member of the group that is named, or of that of root', () => {
    expect(reason('rw,gid=27,hidepid=invisible', { ...NOBODY, gids: [1000, 27] })).toBeNull()
    expect(reason('rw,gid=27,hidepid=invisible', { ...NOBODY, gids: [0] })).not.toBeNull()
    expect(reason('rw,hidepid=2', { ...NOBODY, gids: [0] })).toBeNull()
  })

  test('hides all but what may be traced from members too, where the mount says so', () => {
    expect(reason('rw,gid=27,hidepid=ptraceable', { ...NOBODY, gids: [27] })).not.toBeNull()
  })

  test('hides nothing from root and from who may trace others', () => {
    expect(reason('rw,hidepid=2', { ...NOBODY, uid: 0 })).toBeNull()
    expect(reason('rw,hidepid=4', { ...NOBODY, mayTrace: true })).toBeNull()
  })
})
