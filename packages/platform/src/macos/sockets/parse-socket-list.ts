import type { SocketEnds } from '../../detail/sockets.ts'
import type { Endpoint } from '../../peer/parse-net-tcp.ts'
import { isMappedV4 } from '../../peer/net-address.ts'
import { needBytes } from '../bytes.ts'
import { endpointsAt, INET_ENDS, TCP_ESTABLISHED, tcpState } from './socket-ends.ts'

/** A socket as the kernel lists it to everybody, of any user. */
export interface ListedSocket extends SocketEnds {
  /** Who opened it. */
  uid: number
}

/** Where the parts of one socket lie in the bytes. */
interface Parts {
  ends: number
  socket: number
  /** null: UDP. */
  tcp: number | null
}

// Source: sys/socketvar.h, netinet/in_pcb.h and netinet/tcp_var.h of xnu, all three packed to 4 bytes.
const XSO_SOCKET = 0x01
const XSO_INPCB = 0x10
const XSO_TCPCB = 0x20
const HEAD_SIZE = 24
const ENDS_SIZE = 80
const FAMILY = 40
const UID = 64
const PID = 68
const FOR_PID = 72
const SOCKET_SIZE = 76
const TCP_STATE = 36
const TCP_SIZE = 40
const AF_INET6 = 30

/**
 * `sysctlbyname("net.inet.tcp.pcblist_n")` or `udp`: a head, of each socket several records that begin with their
 * length and kind and lie on multiples of 8, and a tail as the head. What `netstat` reads.
 * @throws ProcParseError when a record is longer than what is left, or shorter than its kind
 */
export function parseSocketList(bytes: Buffer, protocol: 'tcp' | 'udp'): ListedSocket[] {
  return Array.from(partsOf(bytes), ({ ends, socket, tcp }) => ({
    protocol: `${protocol}${bytes.readUInt32LE(socket + FAMILY) === AF_INET6 ? '6' : ''}` as const,
    state: tcp === null ? null : tcpState(bytes.readUInt32LE(tcp + TCP_STATE)),
    uid: bytes.readUInt32LE(socket + UID),
    ...endpointsAt(bytes, ends, INET_ENDS.list),
  }))
}

/** Who opened a socket, and who used it last. */
export interface ListedOwner {
  uid: number
  pid: number
  /** Another process for which it acts; 0: none. */
  forPid: number
}

/**
 * The connected socket whose own end is `caller` and whose other end is `us`; null: it is not listed.
 * @throws ProcParseError as `parseSocketList`
 */
export function findListedOwner(bytes: Buffer, caller: Endpoint, us: Endpoint): ListedOwner | null {
  const { list } = INET_ENDS
  for (const { ends, socket, tcp } of partsOf(bytes)) {
    if (bytes.readUInt16BE(ends + list.localPort) !== caller.port) continue
    if (bytes.readUInt16BE(ends + list.remotePort) !== us.port) continue
    if (tcp === null || bytes.readUInt32LE(tcp + TCP_STATE) !== TCP_ESTABLISHED) continue
    // An address of IPv4 stands in the last four bytes, and what is before them is not told to be anything.
    const from = (bytes.readUInt8(ends + list.version) & 2) === 0 ? 12 : 0
    const is = (place: number, { address }: Endpoint) =>
      isKind(address, from) &&
      bytes.compare(address, from, 16, ends + place + from, ends + place + 16) === 0
    if (!is(list.local, caller) || !is(list.remote, us)) continue
    const [uid, pid, forPid] = [UID, PID, FOR_PID].map((at) => bytes.readUInt32LE(socket + at))
    return { uid: uid ?? 0, pid: pid ?? 0, forPid: forPid ?? 0 }
  }
  return null
}

/** Whether an address is one of IPv4 where only four bytes are compared. */
const isKind = (address: Buffer, from: number): boolean => from === 0 || isMappedV4(address)

function* partsOf(bytes: Buffer): Generator<Parts> {
  needBytes('pcblist_n', bytes, HEAD_SIZE)
  let ends: number | null = null
  let socket: number | null = null
  let tcp: number | null = null
  for (let at = bytes.readUInt32LE(0); at + 8 <= bytes.length;) {
    const length = bytes.readUInt32LE(at)
    const kind = bytes.readUInt32LE(at + 4)
    if (length <= HEAD_SIZE) break // the tail
    needBytes('pcblist_n', bytes, length, at)
    const record = bytes.subarray(at, at + length)
    if (kind === XSO_INPCB) {
      if (ends !== null && socket !== null) yield { ends, socket, tcp }
      needBytes('xinpcb_n', record, ENDS_SIZE)
      ;[ends, socket, tcp] = [at, null, null]
    } else if (kind === XSO_SOCKET) {
      needBytes('xsocket_n', record, SOCKET_SIZE)
      socket = at
    } else if (kind === XSO_TCPCB) {
      needBytes('xtcpcb_n', record, TCP_SIZE)
      tcp = at
    }
    at += (length + 7) & ~7
  }
  if (ends !== null && socket !== null) yield { ends, socket, tcp }
}
