import { addressBytes } from '../../peer/net-address.ts'
import type { SocketLayout, TcpLayout } from './parse-socket-tables.ts'

/** For tests: tables as GetExtendedTcpTable and GetExtendedUdpTable fill them in. */
export interface SocketRow {
  local: readonly [address: string, port: number]
  remote?: readonly [address: string, port: number]
  /** MIB_TCP_STATE. */
  state?: number
  pid?: number
  created?: { low: number; high: number }
}

const NO_END = ['0.0.0.0', 0] as const

export function tcpTable(layout: TcpLayout, rows: readonly SocketRow[]): Buffer {
  const bytes = socketTable(layout, rows)
  for (const [index, { remote = NO_END, state = 5 }] of rows.entries()) {
    const at = 8 + index * layout.row
    addressOf(layout, remote[0]).copy(bytes, at + layout.remoteAddress)
    bytes.writeUInt16BE(remote[1], at + layout.remotePort)
    bytes.writeUInt32LE(state, at + layout.state)
  }
  return bytes
}

export function socketTable(layout: SocketLayout, rows: readonly SocketRow[]): Buffer {
  const bytes = Buffer.alloc(8 + rows.length * layout.row)
  bytes.writeUInt32LE(rows.length, 0)
  for (const [index, { local, pid = 77, created = { low: 0, high: 0 } }] of rows.entries()) {
    const at = 8 + index * layout.row
    addressOf(layout, local[0]).copy(bytes, at + layout.localAddress)
    bytes.writeUInt16BE(local[1], at + layout.localPort)
    bytes.writeUInt32LE(pid, at + layout.pid)
    bytes.writeUInt32LE(created.low, at + layout.created)
    bytes.writeUInt32LE(created.high, at + layout.created + 4)
  }
  return bytes
}

/** @throws on a text that is no address */
function addressOf({ from }: SocketLayout, text: string): Buffer {
  const bytes = addressBytes(text)
  if (bytes === null) throw new Error(`${text} is no address`)
  return bytes.subarray(from)
}
