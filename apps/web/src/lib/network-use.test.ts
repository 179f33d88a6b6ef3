import type { NetworkUse } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { biggestOnNetwork } from './biggest.ts'
import { networkReason, networkSums, networkUseOf, networkUses } from './network-use.ts'
import { networkHint, networkLeast } from './network-words.ts'

const traffic = (recv: number, sent: number) => ({
  recv_bytes_per_second: recv,
  sent_bytes_per_second: sent,
})
const ANSWER: NetworkUse = {
  processes: [
    {
      pid: 10,
      start_id: 's',
      ...traffic(600_000, 100_000),
      inside_recv_bytes_per_second: 1,
      inside_sent_bytes_per_second: 2,
    },
    {
      pid: 11,
      start_id: 's',
      ...traffic(300_000, 0),
      inside_recv_bytes_per_second: 0,
      inside_sent_bytes_per_second: 0,
    },
  ],
  apart: [{ pid: 20, start_id: 's' }],
  processes_hidden: true,
  interfaces: traffic(1_100_000, 200_000),
  unheld: traffic(100_000, 50_000),
  rest: traffic(100_000, 50_000),
  sampled_at_ms: 1,
}
const row = (pid: number, change = {}) =>
  ({ pid, start_id: 's', kind: 'app', unknown: {}, ...change }) as const

test('a first reading tells no rate: it is measured, not nothing', () => {
  expect(networkUses({ ...ANSWER, processes: null, unheld: null })).toBeNull()
  expect(networkUseOf(null, row(10))).toBe('measuring')
})

test('who is named, who carries nothing, and who is not told', () => {
  const uses = networkUses(ANSWER)
  expect(networkUseOf(uses, row(10))).toMatchObject({ recv: 600_000, sent: 100_000, inside: 3 })
  expect(networkUseOf(uses, row(30))).toEqual({ recv: 0, sent: 0, inside: 0 })
  expect(networkUseOf(uses, row(10, { start_id: 'of another' }))).toEqual({
    recv: 0,
    sent: 0,
    inside: 0,
  })
  expect(networkUseOf(uses, row(20))).toBe('apart')
  expect(networkUseOf(uses, row(2, { kind: 'kernel' }))).toBe('kernel')
  const unknown = { read_bytes_per_second: 'not_permitted' }
  expect(networkUseOf(uses, row(40, { unknown }))).toBe('not_permitted')
  expect(
    networkUseOf(networkUses({ ...ANSWER, processes_hidden: false }), row(40, { unknown })),
  ).toEqual({
    recv: 0,
    sent: 0,
    inside: 0,
  })
  expect(networkReason('not_permitted', 'root')).toBe('needs permission: belongs to root')
})

test('a sum says both ways, and why it is only a least one', () => {
  const sums = networkSums([{ recv: 1_000_000, sent: 250_000, inside: 125_000 }, 'apart', 'kernel'])
  expect(sums).toEqual({
    network: 1_250_000,
    networkSent: 250_000,
    networkInside: 125_000,
    networkDenied: 0,
    networkApart: 1,
  })
  expect(networkHint(sums)).toBe(
    'down 8.0 · up 2.0\u202fMbit/s; between programs of this computer 1.0\u202fMbit/s',
  )
  expect(networkLeast(sums, 3)).toBe(
    'At least: 1 of 3 processes has a network of its own, which is not told here.',
  )
  expect(networkLeast(networkSums(['not_permitted']), 2)).toContain('needs permission')
  expect(networkLeast(networkSums([]), 1)).toBeNull()
})

test('apps, what needs permission and the rest add up to the interfaces', () => {
  const uses = networkUses(ANSWER)
  if (uses === null) throw new Error('the answer has rates')
  const processes = new Map([10, 11].map((pid) => [pid, { ...row(pid), app_id: 'fox' }])) as never
  const apps = new Map([
    ['fox', { id: 'fox', name: 'fox', kind: 'app', process_count: 2 }],
  ]) as never
  const rows = biggestOnNetwork(uses, processes, apps)
  expect(rows.map(({ name, value }) => [name, value])).toEqual([
    ['fox', 1_000_000],
    ['not permitted', 150_000],
    ['unattributed', 150_000],
  ])
  expect(rows.reduce((sum, { value }) => sum + value, 0)).toBe(uses.interfaces)
  const open = biggestOnNetwork({ ...uses, isPartial: false }, processes, apps)
  expect(open.map(({ name, value }) => [name, value])).toEqual([
    ['fox', 1_000_000],
    ['unattributed', 300_000],
  ])
  expect(open[1]?.hint).toContain('UDP')
})
