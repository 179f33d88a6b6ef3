import type { Koffi } from '../ffi.ts'
import { readI32, readU16, readU32, writeU16, writeU32 } from '../netlink-bytes.ts'
import { NETLINK_SOCK_DIAG, netlinkCalls } from '../netlink-socket.ts'
import { isMappedV4 } from './net-address.ts'
import type { Endpoint } from './parse-net-tcp.ts'

/**
 * User of the socket whose own end is `own` and whose other end is `other`. `null`: there is none that a process
 * still holds. `unsupported`: the kernel does not answer such questions, ask another way.
 */
export type SockDiag = (own: Endpoint, other: Endpoint) => number | null | 'unsupported'

// Source: sock_diag(7), netlink(7), linux/inet_diag.h
const AF_INET = 2
const AF_INET6 = 10
const SOCK_DIAG_BY_FAMILY = 20
const NLM_F_REQUEST = 1
const NLMSG_ERROR = 2
const IPPROTO_TCP = 6
const ENOENT = 2
const REQUEST_BYTES = 72
const HEADER_BYTES = 16
const MESSAGE_BYTES = 72
/** Established, FIN wait 1 and 2, close wait: somebody still holds the socket. */
const HELD_STATES = new Set([1, 4, 5, 8])

/** The question as netlink bytes: exact, not a dump, so its cost does not grow with the number of sockets. */
export function encodeRequest(own: Endpoint, other: Endpoint): Buffer {
  const v4 = isMappedV4(own.address)
  const bytes = Buffer.alloc(REQUEST_BYTES)
  writeU32(bytes, REQUEST_BYTES, 0)
  writeU16(bytes, SOCK_DIAG_BY_FAMILY, 4)
  writeU16(bytes, NLM_F_REQUEST, 6)
  bytes.writeUInt8(v4 ? AF_INET : AF_INET6, 16)
  bytes.writeUInt8(IPPROTO_TCP, 17)
  writeU32(bytes, 0xffffffff, 20) // any state; it is judged in the answer
  bytes.writeUInt16BE(own.port, 24)
  bytes.writeUInt16BE(other.port, 26)
  own.address.copy(bytes, 28, v4 ? 12 : 0)
  other.address.copy(bytes, 44, v4 ? 12 : 0)
  bytes.fill(0xff, 64, 72) // no cookie: it is what we do not know
  return bytes
}

/** The answer, given the question's ends again: a listener that happens to match is not the connection. */
export function decodeAnswer(bytes: Buffer, own: Endpoint, other: Endpoint): ReturnType<SockDiag> {
  if (bytes.length < HEADER_BYTES + 4) return 'unsupported'
  const type = readU16(bytes, 4)
  if (type === NLMSG_ERROR) return readI32(bytes, HEADER_BYTES) === -ENOENT ? null : 'unsupported'
  if (type !== SOCK_DIAG_BY_FAMILY || bytes.length < HEADER_BYTES + MESSAGE_BYTES)
    return 'unsupported'
  const isConnection =
    HELD_STATES.has(bytes.readUInt8(HEADER_BYTES + 1)) &&
    bytes.readUInt16BE(HEADER_BYTES + 4) === own.port &&
    bytes.readUInt16BE(HEADER_BYTES + 6) === other.port
  const uid = readU32(bytes, HEADER_BYTES + 64)
  const inode = readU32(bytes, HEADER_BYTES + 68)
  return isConnection && inode !== 0 ? uid : null
}

/** Binds the system calls; `null` without FFI, or where netlink is not allowed (a sandbox, another kernel). */
export function openSockDiag(koffi: Koffi | null): SockDiag | null {
  const open = netlinkCalls(koffi)
  if (open === null) return null // the tables of /proc tell the same, slower
  return (own, other) => {
    const socket = open(NETLINK_SOCK_DIAG)
    if (socket === null) return 'unsupported'
    try {
      if (!socket.send(encodeRequest(own, other))) return 'unsupported'
      // The kernel answers inside send(), so the answer is there or will never be.
      const answer = Buffer.alloc(1024)
      const length = socket.receive(answer)
      return length < 0 ? 'unsupported' : decodeAnswer(answer.subarray(0, length), own, other)
    } finally {
      socket.close()
    }
  }
}
