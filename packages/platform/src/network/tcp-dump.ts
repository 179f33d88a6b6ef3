import { readI32, readU16, readU32, readU64, writeU16, writeU32 } from '../netlink-bytes.ts'

/** A TCP connection with what it has carried. Source: sock_diag(7), `struct tcp_info` of linux/tcp.h. */
export interface TcpSocket {
  /** Names the socket as long as it lives; no other ever has it. */
  cookie: number
  /** 0: no process holds it any more. */
  inode: number
  /** Payload that has arrived. */
  recvBytes: number
  /** Payload that was sent, what was sent again included. */
  sentBytes: number
  /** Bytes of the address in network order, one character each: 4, or 16 of IPv6. */
  local: string
  remote: string
}

export interface TcpDump {
  sockets: TcpSocket[]
  /** `more`: another message follows. `refused`: the kernel does not tell. */
  state: 'more' | 'done' | 'refused'
}

// Source: sock_diag(7), netlink(7), linux/inet_diag.h
const SOCK_DIAG_BY_FAMILY = 20
const NLM_F_REQUEST = 1
const NLM_F_DUMP = 0x300
const NLMSG_ERROR = 2
const NLMSG_DONE = 3
const IPPROTO_TCP = 6
const INET_DIAG_INFO = 2
export const AF_INET = 2
export const AF_INET6 = 10
const HEADER_BYTES = 16
const MESSAGE_BYTES = 72
const ATTRIBUTE_BYTES = 4
const REQUEST_BYTES = 72

/** Established, FIN wait 1 and 2, close wait, last ACK, closing: connections that carry or have carried something. */
const CARRYING_STATES = [1, 4, 5, 8, 9, 11].reduce((mask, state) => mask | (1 << state), 0)

// Offsets in struct tcp_info; it grows at its end, so a short one is that of an older kernel.
const BYTES_ACKED = 120
const BYTES_RECEIVED = 128
const BYTES_SENT = 200 // Linux 4.19

/** The question for every connection of one family, with its tcp_info. */
export function encodeTcpDump(family: typeof AF_INET | typeof AF_INET6): Buffer {
  const bytes = Buffer.alloc(REQUEST_BYTES)
  writeU32(bytes, REQUEST_BYTES, 0)
  writeU16(bytes, SOCK_DIAG_BY_FAMILY, 4)
  writeU16(bytes, NLM_F_REQUEST | NLM_F_DUMP, 6)
  bytes.writeUInt8(family, 16)
  bytes.writeUInt8(IPPROTO_TCP, 17)
  bytes.writeUInt8(1 << (INET_DIAG_INFO - 1), 18)
  writeU32(bytes, CARRYING_STATES, 20)
  return bytes
}

/** One message of the answer; a socket that is cut, or that the kernel tells no counters of, is left out. */
export function parseTcpDump(bytes: Buffer): TcpDump {
  const sockets: TcpSocket[] = []
  for (let at = 0; at + HEADER_BYTES <= bytes.length;) {
    const length = readU32(bytes, at)
    if (length < HEADER_BYTES || at + length > bytes.length) break
    const type = readU16(bytes, at + 4)
    if (type === NLMSG_DONE) return { sockets, state: 'done' }
    if (type === NLMSG_ERROR) {
      const isError = length >= HEADER_BYTES + 4 && readI32(bytes, at + HEADER_BYTES) !== 0
      return { sockets, state: isError ? 'refused' : 'more' }
    }
    if (type === SOCK_DIAG_BY_FAMILY) {
      const socket = parseSocket(bytes.subarray(at + HEADER_BYTES, at + length))
      if (socket !== null) sockets.push(socket)
    }
    at += align(length)
  }
  return { sockets, state: 'more' }
}

function parseSocket(message: Buffer): TcpSocket | null {
  if (message.length < MESSAGE_BYTES) return null
  const info = attribute(message, INET_DIAG_INFO)
  if (info === null || info.length < BYTES_RECEIVED + 8) return null
  const length = message.readUInt8(0) === AF_INET ? 4 : 16
  return {
    cookie: readU32(message, 48) * 2 ** 32 + readU32(message, 44),
    inode: readU32(message, 68),
    recvBytes: readU64(info, BYTES_RECEIVED),
    sentBytes: readU64(info, info.length < BYTES_SENT + 8 ? BYTES_ACKED : BYTES_SENT),
    local: addressAt(message, 8, length),
    remote: addressAt(message, 24, length),
  }
}

/** An IPv6 socket that talks to an IPv4 address has the address in its mapped form. */
function addressAt(message: Buffer, at: number, length: number): string {
  const address = message.toString('latin1', at, at + length)
  return address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address
}

const MAPPED = '\0'.repeat(10) + '\xff\xff'

function attribute(message: Buffer, wanted: number): Buffer | null {
  for (let at = MESSAGE_BYTES; at + ATTRIBUTE_BYTES <= message.length;) {
    const length = readU16(message, at)
    if (length < ATTRIBUTE_BYTES || at + length > message.length) return null
    if (readU16(message, at + 2) === wanted) {
      return message.subarray(at + ATTRIBUTE_BYTES, at + length)
    }
    at += align(length)
  }
  return null
}

const align = (length: number): number => (length + 3) & ~3

/** Cookies of connections whose other end is this computer: what they carry passes no interface. */
export function insideConnections(sockets: readonly TcpSocket[]): ReadonlySet<number> {
  const own = new Set(sockets.map(({ local }) => local))
  const inside = sockets.filter(({ remote }) => isLoopback(remote) || own.has(remote))
  return new Set(inside.map(({ cookie }) => cookie))
}

const isLoopback = (address: string): boolean =>
  address.length === 4 ? address.charCodeAt(0) === 127 : address === IPV6_LOOPBACK

const IPV6_LOOPBACK = '\0'.repeat(15) + '\x01'
