import { WIN_ERROR } from '../handles.ts'
import { systemLibrary, type SystemFunction } from '../system-library.ts'

export type AddressFamily = 4 | 6

/** The sockets of this Windows, each with its owner. The bytes are those of a buffer that is kept: read them at once. */
export interface SocketCalls {
  /** All TCP sockets of a family, or those that are connected; null where the system does not tell. */
  tcpTable(family: AddressFamily, which: 'all' | 'connected'): Buffer | null
  udpTable(family: AddressFamily): Buffer | null
}

const AF = { 4: 2, 6: 23 } as const
/** TCP_TABLE_CLASS and UDP_TABLE_CLASS. Source: iprtrmib.h. */
const TCP_TABLE_OWNER_MODULE = { connected: 7, all: 8 } as const
const UDP_TABLE_OWNER_MODULE = 2
const ERROR_INSUFFICIENT_BUFFER = 122
const FIRST_BYTES = 64 * 1024
const SLACK_BYTES = 8 * 1024
const MOST_CALLS = 4
/** A system without this family has no sockets of it. */
const NO_SOCKETS = Buffer.alloc(8)

/** null without koffi. Source: GetExtendedTcpTable, GetExtendedUdpTable of iphlpapi. */
export function socketCalls(): SocketCalls | null {
  const library = systemLibrary('iphlpapi')
  const tcp = library?.optional(
    'uint32_t GetExtendedTcpTable(void *table, void *size, int ordered, uint32_t family, int class, uint32_t reserved)',
  )
  const udp = library?.optional(
    'uint32_t GetExtendedUdpTable(void *table, void *size, int ordered, uint32_t family, int class, uint32_t reserved)',
  )
  if (tcp == null || udp == null) return null
  let table = Buffer.alloc(FIRST_BYTES)
  const size = Buffer.alloc(4)

  /** Sockets are opened between two calls: again with a larger buffer. */
  const ask = (call: SystemFunction, family: AddressFamily, kind: number): Buffer | null => {
    for (let round = 0; round < MOST_CALLS; round++) {
      size.writeUInt32LE(table.length, 0)
      const error = call(table, size, 0, AF[family], kind, 0) as number
      if (error === 0) return table
      if (error === WIN_ERROR.notSupported) return NO_SOCKETS
      if (error !== ERROR_INSUFFICIENT_BUFFER) return null
      table = Buffer.alloc(size.readUInt32LE(0) + SLACK_BYTES)
    }
    return null
  }
  return {
    tcpTable: (family, which) => ask(tcp, family, TCP_TABLE_OWNER_MODULE[which]),
    udpTable: (family) => ask(udp, family, UDP_TABLE_OWNER_MODULE),
  }
}
