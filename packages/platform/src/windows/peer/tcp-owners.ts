/** One end of a connection. */
export interface Endpoint {
  /** 16 bytes in network order, IPv4 in its mapped form. */
  address: Buffer
  port: number
}

/** Who has a socket, and since when it is. */
export interface TcpOwner {
  pid: number
  /** FILETIME in two halves; zeros where the system does not tell. */
  createdLow: number
  createdHigh: number
}

/** Offsets in a row of a table of GetExtendedTcpTable with owners and their modules. Source: tcpmib.h. */
interface Layout {
  row: number
  state: number
  localAddress: number
  localPort: number
  remoteAddress: number
  remotePort: number
  pid: number
  created: number
  /** Where the address begins in its mapped form of 16 bytes. */
  from: number
}

const HEADER_BYTES = 8
const ESTABLISHED = 5

/** MIB_TCPROW_OWNER_MODULE. */
export const IPV4: Layout = {
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
export const IPV6: Layout = {
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

/**
 * Owner of the socket whose own end is `caller` and whose other end is `us`; null when the table has none that is
 * connected. Rows that do not lie within the table are not read.
 */
export function findTcpOwner(
  table: Buffer,
  layout: Layout,
  { caller, us }: { caller: Endpoint; us: Endpoint },
): TcpOwner | null {
  if (table.length < HEADER_BYTES) return null
  const told = table.readUInt32LE(0)
  const count = Math.min(told, Math.floor((table.length - HEADER_BYTES) / layout.row))
  const hasAddress = (at: number, address: Buffer) =>
    table.compare(address, layout.from, 16, at, at + 16 - layout.from) === 0
  for (let i = 0; i < count; i++) {
    const row = HEADER_BYTES + i * layout.row
    if (table.readUInt16BE(row + layout.localPort) !== caller.port) continue
    if (table.readUInt16BE(row + layout.remotePort) !== us.port) continue
    if (table.readUInt32LE(row + layout.state) !== ESTABLISHED) continue
    if (!hasAddress(row + layout.localAddress, caller.address)) continue
    if (!hasAddress(row + layout.remoteAddress, us.address)) continue
    return {
      pid: table.readUInt32LE(row + layout.pid),
      createdLow: table.readUInt32LE(row + layout.created),
      createdHigh: table.readUInt32LE(row + layout.created + 4),
    }
  }
  return null
}
