import { endpointText, type SocketEnds } from '../../detail/sockets.ts'

export type InetEnds = Pick<SocketEnds, 'local' | 'localPort' | 'remote' | 'remotePort'>

/** Where the ends lie in a structure; ports are big-endian. */
interface Layout {
  remotePort: number
  localPort: number
  /** `INI_IPV4` 1, `INI_IPV6` 2, both: a socket of IPv6 that takes IPv4 too. */
  version: number
  /** 16 bytes each; an address of IPv4 is their last four. */
  remote: number
  local: number
}

/** Source: `struct in_sockinfo` of sys/proc_info.h, `struct xinpcb_n` of netinet/in_pcb.h of xnu. */
export const INET_ENDS = {
  descriptor: { remotePort: 0, localPort: 4, version: 24, remote: 32, local: 48 },
  list: { remotePort: 16, localPort: 18, version: 44, remote: 48, local: 64 },
} as const satisfies Record<string, Layout>

const INI_IPV6 = 2

export function endpointsAt(bytes: Buffer, at: number, layout: Layout): InetEnds {
  const from = (bytes.readUInt8(at + layout.version) & INI_IPV6) === 0 ? 12 : 0
  const text = (place: number, port: number) =>
    endpointText(withoutZone(bytes.subarray(at + place + from, at + place + 16)), port)
  const localPort = bytes.readUInt16BE(at + layout.localPort)
  const remotePort = bytes.readUInt16BE(at + layout.remotePort)
  return {
    local: text(layout.local, localPort),
    localPort,
    remote: remotePort === 0 ? null : text(layout.remote, remotePort),
    remotePort,
  }
}

/** The kernel keeps the interface of a link-local address inside it. Source: netinet6/scope6.c. */
function withoutZone(address: Buffer): Buffer {
  if (address.length === 4 || address[0] !== 0xfe || ((address[1] ?? 0) & 0xc0) !== 0x80)
    return address
  return Buffer.from(address).fill(0, 2, 4)
}

/** In Linux' words. Source: netinet/tcp_fsm.h. */
const STATES =
  'CLOSE LISTEN SYN_SENT SYN_RECV ESTABLISHED CLOSE_WAIT FIN_WAIT1 CLOSING LAST_ACK FIN_WAIT2 TIME_WAIT'.split(
    ' ',
  )

export const TCP_ESTABLISHED = 4

export const tcpState = (state: number): string | null => STATES[state] ?? null
