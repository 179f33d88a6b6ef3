import { expect, test } from 'vitest'
import { AF_INET, encodeTcpDump, insideConnections, parseTcpDump } from './tcp-dump.ts'

/** Linux 6.18 on both ends of one connection: 12,345 bytes one way, 77 back. */
const RECORDED = Buffer.from(
  'mAEAABQAAgAAAAAAoxoAAAIBAAC2FYe0fwAAAQAAAAAAAAAAAAAAAH8AAAEAAAAAAAAAAAAAAAAAAAAAa6AAAAAAAAAAAAAA' +
    'AAAAAAAAAAAAAAAAQAl0AAUACAAAAAAACAAPAAAAAAAMABUAAQAAAAAAAAAGABYAUgAAABwBAgABAAAAAAeqAeAcAwBAnAAA' +
    'AIAAADkwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAMgAAAAAAAAAyAAAAMgAAAD//wAA8q0BAA8AAAAIAAAA////fwsAAADL/wAA' +
    'AwAAANAHAADL/wAAAAAAAPCGYNMMAAAA//////////9NAAAAAAAAADkwAAAAAAAAAgAAAAQAAAAAAAAABwAAAAEAAAABAAAA' +
    'SZIEFwEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAAAAAAAAAE0AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEA' +
    'ALABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAmAEAABQAAgAAAAAAoxoAAAIBAACHtLYV' +
    'fwAAAQAAAAAAAAAAAAAAAH8AAAEAAAAAAAAAAAAAAAAAAAAAbaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAPwl0AAUACAAAAAAA' +
    'CAAPAAAAAAAMABUAAQAAAAAAAAAGABYAUgAAABwBAgABAAAAAAeqAeAcAwBAnAAAANgAABgCAAAAAAAAAAAAAAAAAAAAAAAA' +
    'AAAAAMgAAAAAAAAAyAAAAMgAAAD//wAA1/8AABkAAAALAAAA////fwsAAADL/wAAAwAAAAAAAADX/wAAAAAAAOr1DWEIAAAA' +
    '//////////86MAAAAAAAAE0AAAAAAAAABAAAAAMAAAAAAAAAEgAAAAEAAAABAAAAAAAbtwAAAAAAAAAAAAAAAAAAAAAAAAAA' +
    'AAAAAAAAAAACAAAAAAAAADkwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAsAEAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAFAAAAAMAAgAAAAAAoxoAAAAAAAA=',
  'base64',
)
const LOOPBACK = '\x7f\0\0\x01'

test('a recorded answer: both ends of one connection, to the byte', () => {
  const { sockets, state } = parseTcpDump(RECORDED)
  expect(state).toBe('done')
  expect(sockets.map(({ recvBytes, sentBytes }) => [recvBytes, sentBytes])).toEqual([
    [12_345, 77],
    [77, 12_345],
  ])
  expect(new Set(sockets.map(({ cookie }) => cookie)).size).toBe(2)
  for (const socket of sockets) {
    expect(socket).toMatchObject({ local: LOOPBACK, remote: LOOPBACK })
    expect(socket.inode).toBeGreaterThan(0)
  }
})

test('kernels before 4.19 do not count what was sent: what was acknowledged stands for it', () => {
  const message = Buffer.from(RECORDED.subarray(0, RECORDED.readUInt32LE(0)))
  const at = message.indexOf(Buffer.from([0x1c, 0x01, 0x02, 0x00]))
  message.writeUInt16LE(4 + 136, at) // tcp_info of Linux 4.1 ends behind bytes_received
  message.writeBigUInt64LE(70n, at + 4 + 120)
  expect(parseTcpDump(message).sockets).toMatchObject([{ recvBytes: 12_345, sentBytes: 70 }])
  message.writeUInt16LE(4 + 100, at) // and before 4.1 nothing is counted
  expect(parseTcpDump(message).sockets).toEqual([])
})

test('an answer cut at any byte gives whole connections or none', () => {
  for (let length = 0; length < RECORDED.length; length += 1) {
    const { sockets, state } = parseTcpDump(RECORDED.subarray(0, length))
    expect(state).toBe('more')
    expect(sockets.length).toBe(Math.min(2, Math.floor(length / RECORDED.readUInt32LE(0))))
  }
})

test('an error of the kernel is a refusal, an acknowledgement is none', () => {
  const error = (code: number) => {
    const bytes = Buffer.alloc(36)
    bytes.writeUInt32LE(36, 0)
    bytes.writeUInt16LE(2, 4)
    bytes.writeInt32LE(code, 16)
    return parseTcpDump(bytes).state
  }
  expect(error(-2)).toBe('refused')
  expect(error(0)).toBe('more')
  expect(encodeTcpDump(AF_INET).length).toBe(72)
})

test('what stays inside this computer: loopback of both families, and its own other addresses', () => {
  const own = '\xc0\xa8\x01\x05'
  const far = '\x08\x08\x08\x08'
  const v6 = (last: string) => '\0'.repeat(15) + last
  const socket = (cookie: number, local: string, remote: string) => ({
    cookie,
    inode: 1,
    recvBytes: 0,
    sentBytes: 0,
    local,
    remote,
  })
  const inside = insideConnections([
    socket(1, own, far),
    socket(2, own, own),
    socket(3, LOOPBACK, '\x7f\x09\x09\x09'),
    socket(4, v6('\x01'), v6('\x01')),
    socket(5, v6('\x02'), v6('\x03')),
    socket(6, '\x0a\0\0\x01', own),
  ])
  expect([...inside]).toEqual([2, 3, 4, 6])
})
