import type { AppRow } from '@taskmanager/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { appDiskRate, biggestApps, heldRows, withRest } from './biggest.ts'

const app = (name: string, fields: Partial<AppRow> = {}): AppRow =>
  ({ id: name, name, kind: 'app', process_count: 1, cpu_percent: 1, ...fields }) as AppRow

describe('who uses it', () => {
  test('the greatest first; ties by name; nothing and unknown stay away', () => {
    const apps = [
      app('b', { cpu_percent: 2 }),
      app('a', { cpu_percent: 2 }),
      app('idle', { cpu_percent: 0 }),
      app('unknown', { cpu_percent: null }),
      app('c', { cpu_percent: 9 }),
    ]
    expect(biggestApps(apps, (one) => one.cpu_percent).map((row) => row.name)).toEqual([
      'c',
      'a',
      'b',
    ])
  })

  test('one known side of the traffic is traffic, none is unknown', () => {
    expect(appDiskRate(app('x', { read_bytes_per_second: null, write_bytes_per_second: 5 }))).toBe(
      5,
    )
    expect(
      appDiskRate(app('x', { read_bytes_per_second: null, write_bytes_per_second: null })),
    ).toBeNull()
  })

  test('the rest is a row, so that five apps and the rest add up', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 4 }),
        fc.integer({ min: 0, max: 1000 }),
        (values, extra) => {
          const apps = values.map((value, index) => app(`a${index}`, { cpu_percent: value }))
          const known = values.reduce((sum, value) => sum + value, 0)
          const rows = withRest(
            biggestApps(apps, (one) => one.cpu_percent),
            known + extra,
            known,
            'unattributed',
          )
          const sum = rows.reduce((total, row) => total + row.value, 0)
          // Up to 2 % is a difference of clocks and not worth a row.
          expect(Math.abs(known + extra - sum)).toBeLessThanOrEqual((known + extra) * 0.02)
        },
      ),
    )
  })

  test('without a total of the device nothing is claimed about the rest', () => {
    expect(withRest([], null, 0, 'not_permitted')).toEqual([])
  })

  test('held rows keep their places; values go on, who ended says so, who is new waits', () => {
    const byCpu = (apps: AppRow[]) => biggestApps(apps, (one) => one.cpu_percent)
    const held = byCpu([app('a', { cpu_percent: 9 }), app('b', { cpu_percent: 5 }), app('c')])
    const now = [app('a', { cpu_percent: 1 }), app('c', { cpu_percent: 0 }), app('new')]
    const rows = heldRows(held, byCpu(now), new Map(now.map((one) => [one.id, one])))
    expect(rows.map(({ name, value, isEnded }) => [name, value, isEnded ?? false])).toEqual([
      ['a', 1, false],
      ['b', 0, true],
      ['c', 0, false],
    ])
  })
})
