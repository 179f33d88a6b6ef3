import { HEADER_BYTES, rowsOf, type TcpLayout } from '../sockets/parse-socket-tables.ts'

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

const ESTABLISHED = 5

/**
 * Owner of the socket whose own end is `caller` and whose other end is `us`; null when the table has none that is
 * connected. Rows that do not lie within the table are not read.
 */
export function findTcpOwner(
  table: Buffer,
  layout: TcpLayout,
  { caller, us }: { caller: Endpoint; us: Endpoint },
): TcpOwner | null {
  const hasAddress = (at: number, address: Buffer) =>
    table.compare(address, layout.from, 16, at, at + 16 - layout.from) === 0
  const count = rowsOf(table, layout)
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
