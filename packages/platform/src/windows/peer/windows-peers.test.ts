import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressBytes } from '../../peer/net-address.ts'
import { TCP4, TCP6, type TcpLayout } from '../sockets/parse-socket-tables.ts'
import { tcpTable, type SocketRow } from '../sockets/socket-table-rig.ts'
import { findTcpOwner } from './tcp-owners.ts'
import { windowsPeerLookup, type OwnerFacts } from './windows-peers.ts'

const OWN = 'S-1-5-21-1-2-3-1001'
const CREATED = { low: 500, high: 0x01dd_7de6 }

/** Each with an owner and an instant, where a test says nothing else. */
const table = (layout: TcpLayout, rows: readonly SocketRow[]) =>
  tcpTable(
    layout,
    rows.map((row) => ({ created: CREATED, ...row })),
  )

const US = ['127.0.0.1', 8000] as [string, number]
const CALLER = ['127.0.0.1', 50_123] as [string, number]
const CONNECTION = {
  localAddress: '127.0.0.1',
  localPort: 8000,
  remoteAddress: '127.0.0.1',
  remotePort: 50_123,
}
const OWNER: OwnerFacts = {
  startedLow: 400,
  startedHigh: CREATED.high,
  sid: OWN,
  integrity: 0x2000,
}

function relation(rows: readonly SocketRow[], facts: Partial<OwnerFacts> | null = {}) {
  const calls = {
    tcpTable: () => table(TCP4, rows),
    ownerFacts: (pid: number) => (pid === 77 && facts !== null ? { ...OWNER, ...facts } : null),
  }
  return windowsPeerLookup(calls, OWN).relationOf(CONNECTION)
}

const end = ([address, port]: [string, number]) => ({
  address: addressBytes(address) as Buffer,
  port,
})

test('the owner is that of the end of the caller, not of ours', () => {
  const rows = [
    { local: US, remote: CALLER, pid: 11 },
    { local: CALLER, remote: US, pid: 22 },
  ]
  const ends = { caller: end(CALLER), us: end(US) }
  expect(findTcpOwner(table(TCP4, rows), TCP4, ends)).toEqual({
    pid: 22,
    createdLow: CREATED.low,
    createdHigh: CREATED.high,
  })
})

test('IPv6 has rows of its own, and other addresses and states are other connections', () => {
  const local: [string, number] = ['::1', 50_123]
  const remote: [string, number] = ['::1', 8000]
  const ends = { caller: end(local), us: end(remote) }
  expect(findTcpOwner(table(TCP6, [{ local, remote }]), TCP6, ends)?.pid).toBe(77)
  for (const row of [
    { local, remote, state: 8 },
    { local: ['::2', 50_123] as [string, number], remote },
    { local, remote: ['::1', 8001] as [string, number] },
  ]) {
    expect(findTcpOwner(table(TCP6, [row]), TCP6, ends)).toBeNull()
  }
})

test.each([
  ['our own user', {}, 'same_user'],
  ['the system', { sid: 'S-1-5-18', integrity: 0x4000 }, 'administrator'],
  ['another user', { sid: `${OWN}0` }, 'other_user'],
  ['a sandbox of our own user', { integrity: 0x1000 }, 'unknown'],
  ['one whose trust is not told', { integrity: null }, 'unknown'],
  ['one whose user is not told', { sid: null }, 'unknown'],
  ['one that began after the socket: the pid is used again', { startedLow: 501 }, 'unknown'],
  ['one that is gone', null, 'unknown'],
] as const)('%s', (_who, facts, expected) => {
  expect(relation([{ local: CALLER, remote: US }], facts)).toBe(expected)
})

test('without the instant of a socket its process is taken as it is; without the socket nobody is', () => {
  expect(relation([{ local: CALLER, remote: US, created: { low: 0, high: 0 } }])).toBe('same_user')
  expect(relation([{ local: CALLER, remote: US, pid: 0 }])).toBe('unknown')
  expect(relation([])).toBe('unknown')
})

test('any bytes are a table with the caller, or without', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 900 }), fc.constantFrom(TCP4, TCP6), (noise, layout) => {
      const owner = findTcpOwner(Buffer.from(noise), layout, { caller: end(CALLER), us: end(US) })
      expect(owner === null || Number.isSafeInteger(owner.pid)).toBe(true)
    }),
  )
})
