import { expect, test } from 'vitest'
import { parseTcpTable, parseUdpTable, TCP4, TCP6, UDP4, UDP6 } from './parse-socket-tables.ts'
import { isOwner, readSockets } from './read-sockets.ts'
import { socketTable, tcpTable } from './socket-table-rig.ts'

test('a listener has no other end, whatever stands in its place; a connection has both', () => {
  const table = tcpTable(TCP4, [
    { local: ['0.0.0.0', 8080], remote: ['0.0.0.0', 4711], state: 2, pid: 8 },
    { local: ['192.168.1.2', 50_000], remote: ['93.184.216.34', 443], state: 5, pid: 12 },
    { local: ['192.168.1.2', 50_001], remote: ['93.184.216.34', 443], state: 11, pid: 0 },
    { local: ['192.168.1.2', 50_002], state: 99 },
  ])
  expect(parseTcpTable(table, TCP4)).toMatchObject([
    {
      protocol: 'tcp',
      local: '0.0.0.0:8080',
      remote: null,
      remotePort: 0,
      state: 'LISTEN',
      pid: 8,
    },
    { local: '192.168.1.2:50000', remote: '93.184.216.34:443', state: 'ESTABLISHED', pid: 12 },
    { state: 'TIME_WAIT', pid: 0 },
    { remote: null, state: null },
  ])
})

test('addresses of IPv6 are in their shortest form, mapped ones those of IPv4', () => {
  const table = tcpTable(TCP6, [
    { local: ['::1', 80], remote: ['2001:db8::7:0:1', 9] },
    { local: ['::ffff:127.0.0.1', 81], state: 2 },
  ])
  expect(parseTcpTable(table, TCP6)).toMatchObject([
    { protocol: 'tcp6', local: '[::1]:80', remote: '[2001:db8::7:0:1]:9' },
    { local: '127.0.0.1:81' },
  ])
})

test('datagrams: own end, owner and instant', () => {
  const created = { low: 7, high: 0x01dd_0000 }
  const v4 = socketTable(UDP4, [{ local: ['127.0.0.1', 53], pid: 9, created }])
  expect(parseUdpTable(v4, UDP4)).toEqual([
    {
      protocol: 'udp',
      local: '127.0.0.1:53',
      localPort: 53,
      remote: null,
      remotePort: 0,
      state: null,
      pid: 9,
      createdLow: 7,
      createdHigh: 0x01dd_0000,
    },
  ])
  const v6 = socketTable(UDP6, [{ local: ['::', 5353], pid: 10, created }])
  expect(parseUdpTable(v6, UDP6)).toMatchObject([{ local: '[::]:5353', pid: 10, createdLow: 7 }])
})

test('a table that tells of more rows than it has gives those it has', () => {
  const table = tcpTable(TCP4, [{ local: ['127.0.0.1', 1] }, { local: ['127.0.0.1', 2] }])
  table.writeUInt32LE(4_000_000_000, 0)
  expect(parseTcpTable(table, TCP4)).toHaveLength(2)
  expect(parseTcpTable(table.subarray(0, table.length - 1), TCP4)).toHaveLength(1)
  expect(parseTcpTable(table.subarray(0, 7), TCP4)).toEqual([])
})

test('a table that is not told leaves the others, and the answer is not whole', () => {
  const calls = {
    tcpTable: (family: 4 | 6) =>
      family === 4 ? tcpTable(TCP4, [{ local: ['127.0.0.1', 1], state: 2 }]) : null,
    udpTable: (family: 4 | 6) => socketTable(family === 4 ? UDP4 : UDP6, []),
  }
  const { sockets, complete } = readSockets(calls)
  expect(sockets).toHaveLength(1)
  expect(complete).toBe(false)
})

test('whoever began after a socket does not own it; where the instant is not told it may', () => {
  const created = { createdLow: 5, createdHigh: 9 }
  expect(isOwner(created, [5, 9])).toBe(true)
  expect(isOwner(created, [6, 9])).toBe(false)
  expect(isOwner(created, [9, 8])).toBe(true)
  expect(isOwner({ createdLow: 0, createdHigh: 0 }, [6, 9])).toBe(true)
})
