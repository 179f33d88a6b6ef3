import type { SocketEnds } from '../../detail/sockets.ts'
import { cleanBytes } from '../../text/clean.ts'
import { needBytes, textEnd } from '../bytes.ts'
import { endpointsAt, INET_ENDS, tcpState } from './socket-ends.ts'

/** Bytes of `struct socket_fdinfo`: 24 of `proc_fileinfo`, then `socket_info` with a union at 264. */
export const OPEN_SOCKET_SIZE = 792

const TYPE = 176
const FAMILY = 184
const OPTIONS = 188
const KIND = 256
const UNION = 264
const STATE = UNION + 80
const UNIX_LOCAL = UNION + 16
const UNIX_REMOTE = UNIX_LOCAL + 255
const UNIX_PATH = 104

/** `SOCKINFO_…` of sys/proc_info.h. */
const SOCKET_KIND = { inet: 1, tcp: 2, unix: 3 } as const
const SOCK_DGRAM = 2
const SO_ACCEPTCONN = 2
const AF_INET6 = 30

export type OpenSocket = SocketEnds

/**
 * `proc_pidfdinfo(PROC_PIDFDSOCKETINFO)`. Raw sockets and those of the kernel have the protocol `other` and no ends.
 * Source: sys/proc_info.h of xnu.
 * @throws ProcParseError when it is cut
 */
export function parseOpenSocket(bytes: Buffer): OpenSocket {
  needBytes('socket_fdinfo', bytes, OPEN_SOCKET_SIZE)
  const kind = bytes.readUInt32LE(KIND)
  const six = bytes.readUInt32LE(FAMILY) === AF_INET6 ? '6' : ''
  if (kind === SOCKET_KIND.unix) return unixSocket(bytes)
  if (kind === SOCKET_KIND.tcp) {
    const ends = endpointsAt(bytes, UNION, INET_ENDS.descriptor)
    return { protocol: `tcp${six}`, state: tcpState(bytes.readUInt32LE(STATE)), ...ends }
  }
  if (kind === SOCKET_KIND.inet && bytes.readUInt32LE(TYPE) === SOCK_DGRAM) {
    const ends = endpointsAt(bytes, UNION, INET_ENDS.descriptor)
    return { protocol: `udp${six}`, state: null, ...ends }
  }
  return { protocol: 'other', state: null, local: '', localPort: 0, remote: null, remotePort: 0 }
}

function unixSocket(bytes: Buffer): OpenSocket {
  const isListening = (bytes.readUInt16LE(OPTIONS) & SO_ACCEPTCONN) !== 0
  const pathAt = (at: number) =>
    cleanBytes(bytes.subarray(at + 2, textEnd(bytes, at + 2, UNIX_PATH)))
  const remote = pathAt(UNIX_REMOTE)
  return {
    protocol: 'unix',
    state: isListening ? 'LISTEN' : null,
    local: pathAt(UNIX_LOCAL),
    localPort: 0,
    remote: remote === '' ? null : remote,
    remotePort: 0,
  }
}
