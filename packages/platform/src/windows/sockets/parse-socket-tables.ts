import { endpointText, type SocketEnds } from '../../detail/sockets.ts'

/** A socket with the process that owns it. */
export interface OwnedSocket extends SocketEnds {
  protocol: 'tcp' | 'tcp6' | 'udp' | 'udp6'
  /** 0: nobody has it any more, or the system does not tell. */
  pid: number
  /** Since when it is: FILETIME in two halves; zeros where the system does not tell. */
  createdLow: number
  createdHigh: number
}

/**
 * Offsets in a row of a table of GetExtendedTcpTable or GetExtendedUdpTable with owners and their modules. Source:
 * tcpmib.h, udpmib.h.
 */
export interface SocketLayout {
  protocol: OwnedSocket['protocol']
  row: number
  localAddress: number
  localPort: number
  pid: number
  created: number
  /** Where the address begins in its mapped form of 16 bytes. */
  from: number
}

export interface TcpLayout extends SocketLayout {
  state: number
  remoteAddress: number
  remotePort: number
}

export const HEADER_BYTES = 8

/** MIB_TCPROW_OWNER_MODULE. */
export const TCP4: TcpLayout = {
  protocol: 'tcp',
  row: 160,
  state: 0,
  localAddress: 4,
  localPort: 8,
  remoteAddress: 12,
  remotePort: 16,
  pid: 20,
  created: 24,
  from: 12,
}

/** MIB_TCP6ROW_OWNER_MODULE. */
export const TCP6: TcpLayout = {
  protocol: 'tcp6',
  row: 192,
  localAddress: 0,
  localPort: 20,
  remoteAddress: 24,
  remotePort: 44,
  state: 48,
  pid: 52,
  created: 56,
  from: 0,
}

/** MIB_UDPROW_OWNER_MODULE. */
export const UDP4: SocketLayout = {
  protocol: 'udp',
  row: 160,
  localAddress: 0,
  localPort: 4,
  pid: 8,
  created: 16,
  from: 12,
}

/** MIB_UDP6ROW_OWNER_MODULE. */
export const UDP6: SocketLayout = {
  protocol: 'udp6',
  row: 176,
  localAddress: 0,
  localPort: 20,
  pid: 24,
  created: 32,
  from: 0,
}

/** MIB_TCP_STATE in the words of Linux. */
const STATES =
  ' CLOSE LISTEN SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT1 FIN_WAIT2 CLOSE_WAIT CLOSING LAST_ACK TIME_WAIT CLOSE'.split(
    ' ',
  )
const LISTEN = 2

/** Rows of a table that lie within it. */
export const rowsOf = (table: Buffer, { row }: SocketLayout): number =>
  table.length < HEADER_BYTES
    ? 0
    : Math.min(table.readUInt32LE(0), Math.floor((table.length - HEADER_BYTES) / row))

export function parseTcpTable(table: Buffer, layout: TcpLayout): OwnedSocket[] {
  return Array.from({ length: rowsOf(table, layout) }, (_, index) => {
    const at = HEADER_BYTES + index * layout.row
    const state = table.readUInt32LE(at + layout.state)
    // What listens may have any port in the place of the other end.
    const remotePort = state === LISTEN ? 0 : table.readUInt16BE(at + layout.remotePort)
    return {
      ...ownEnd(table, at, layout),
      remote: remotePort === 0 ? null : endOf(table, at + layout.remoteAddress, layout, remotePort),
      remotePort,
      state: STATES[state] || null,
    }
  })
}

export function parseUdpTable(table: Buffer, layout: SocketLayout): OwnedSocket[] {
  return Array.from({ length: rowsOf(table, layout) }, (_, index) => ({
    ...ownEnd(table, HEADER_BYTES + index * layout.row, layout),
    remote: null,
    remotePort: 0,
    state: null,
  }))
}

function ownEnd(table: Buffer, at: number, layout: SocketLayout) {
  const localPort = table.readUInt16BE(at + layout.localPort)
  return {
    protocol: layout.protocol,
    local: endOf(table, at + layout.localAddress, layout, localPort),
    localPort,
    pid: table.readUInt32LE(at + layout.pid),
    createdLow: table.readUInt32LE(at + layout.created),
    createdHigh: table.readUInt32LE(at + layout.created + 4),
  }
}

const endOf = (table: Buffer, at: number, { from }: SocketLayout, port: number) =>
  endpointText(table.subarray(at, at + 16 - from), port)
