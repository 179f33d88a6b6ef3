import type { Connection, NetworkUseSample } from '@taskmanager/platform'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { networkUse } from './network-use.ts'

const connection = (pid: number | null, recvBytes: number, sentBytes: number, inside = false) => ({
  holder: pid === null ? null : { pid, startId: 's' },
  recvBytes,
  sentBytes,
  inside,
})

const sample = (
  monotonicMs: number,
  connections: Record<number, Connection>,
  eth0: readonly [number, number] | null = null,
): NetworkUseSample => ({
  connections: new Map(Object.entries(connections).map(([cookie, one]) => [Number(cookie), one])),
  interfaces:
    eth0 === null ? null : new Map([['eth0', { recvBytes: eth0[0], sentBytes: eth0[1] }]]),
  apart: [],
  denied: false,
  monotonicMs,
  epochMs: 0,
})

test('the first sample knows no rate, and neither does one of the same instant', () => {
  expect(networkUse(null, sample(0, {}))).toBeNull()
  expect(networkUse(sample(7, {}), sample(7, {}))).toBeNull()
})

test('who carried what, and what nobody is known for, add up to the interfaces', () => {
  const before = sample(1000, { 1: connection(10, 500, 0), 2: connection(10, 0, 0) }, [0, 0])
  const after = sample(
    3000,
    {
      1: connection(10, 2500, 400),
      2: connection(10, 90_000, 80_000, true),
      3: connection(20, 600, 0), // begun since
      4: connection(null, 200, 100),
    },
    [4000, 1000],
  )
  expect(networkUse(before, after)).toEqual({
    processes: [
      {
        pid: 10,
        startId: 's',
        outside: { recv: 1000, sent: 200 },
        inside: { recv: 45_000, sent: 40_000 },
      },
      { pid: 20, startId: 's', outside: { recv: 300, sent: 0 }, inside: { recv: 0, sent: 0 } },
    ],
    interfaces: { recv: 2000, sent: 500 },
    unheld: { recv: 100, sent: 50 },
    rest: { recv: 600, sent: 250 },
  })
})

test('no interface is told, or one has come since: the rest is not known, or not made up', () => {
  const still = { 1: connection(10, 0, 0) }
  expect(networkUse(sample(0, still), sample(1000, still, [5, 5]))).toMatchObject({
    interfaces: null,
    rest: null,
  })
  const withNew = sample(1000, still, [5, 5])
  const before = { ...sample(0, still), interfaces: new Map() }
  expect(networkUse(before, withNew)?.interfaces).toEqual({ recv: 0, sent: 0 })
})

test('whatever the counters do, no rate is below nothing', () => {
  const bytes = fc.nat({ max: 1e12 })
  const pair = fc.tuple(bytes, bytes)
  fc.assert(
    fc.property(pair, pair, pair, pair, fc.boolean(), (a, b, before, after, inside) => {
      const use = networkUse(
        sample(0, { 1: connection(10, ...a, inside) }, before),
        sample(2000, { 1: connection(10, ...b, inside), 2: connection(null, ...a) }, after),
      )
      const { interfaces, unheld, rest, processes } = use ?? { processes: [] }
      const all = [
        interfaces,
        unheld,
        rest,
        ...processes.flatMap((one) => [one.outside, one.inside]),
      ]
      for (const traffic of all) {
        expect(traffic?.recv).toBeGreaterThanOrEqual(0)
        expect(traffic?.sent).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})
