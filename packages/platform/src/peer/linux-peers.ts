import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { addressBytes } from './net-address.ts'
import { findSocketUid, tableKey, tablesOf, type Endpoint } from './parse-net-tcp.ts'
import type { PeerUids } from './peer.ts'
import type { SockDiag } from './sock-diag.ts'

const CHUNK_BYTES = 64 * 1024

export interface LinuxPeerOptions {
  procRoot: string
  /** The exact question to the kernel; `null` where it cannot be asked, and the tables are searched. */
  sockDiag: SockDiag | null
}

/**
 * Who owns the caller's end of a loopback connection. One exact question to the kernel (20-30 µs however many sockets
 * there are); where it has no answer, a search of `/proc/net/tcp` and `tcp6` (8 ms with 8,000 sockets).
 */
export function createLinuxPeerUids({ procRoot, sockDiag }: LinuxPeerOptions): PeerUids {
  return (connection) => {
    const remoteAddress = addressBytes(connection.remoteAddress)
    const localAddress = addressBytes(connection.localAddress)
    if (remoteAddress === null || localAddress === null) return null
    const caller = { address: remoteAddress, port: connection.remotePort }
    const us = { address: localAddress, port: connection.localPort }
    const answer = sockDiag === null ? 'unsupported' : sockDiag(caller, us)
    return answer === 'unsupported' ? searchTables(procRoot, caller, us) : answer
  }
}

function searchTables(procRoot: string, caller: Endpoint, us: Endpoint): number | null {
  for (const table of tablesOf(caller)) {
    const uid = searchFile(join(procRoot, 'net', table), tableKey(caller, us, table))
    if (uid !== null) return uid
  }
  return null
}

/** Reads until the line is found; a table that is absent or hidden tells nothing. */
function searchFile(path: string, key: string): number | null {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch {
    return null // no IPv6, a hidden /proc, or no descriptor left: the caller then needs a token
  }
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES)
    let kept = 0
    for (;;) {
      const read = readSync(descriptor, chunk, kept, CHUNK_BYTES - kept, null)
      const length = kept + read
      const whole = read === 0 ? length : chunk.lastIndexOf('\n', length - 1, 'latin1') + 1
      const uid = findSocketUid(chunk.subarray(0, whole), key)
      if (uid !== null || read === 0) return uid
      if (whole === 0) return null // a line as long as the chunk is none of the kernel's
      chunk.copyWithin(0, whole, length) // a line cut by the end of the chunk is read on
      kept = length - whole
    }
  } finally {
    closeSync(descriptor)
  }
}
