import { expect, test } from 'vitest'
import { defaultOptions } from '../options.ts'
import { tree } from '../tree-rig.ts'
import { readBootEpochMs } from './proc-world.ts'

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
