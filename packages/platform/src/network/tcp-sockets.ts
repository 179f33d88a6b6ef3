import type { Koffi } from '../ffi.ts'
import { NETLINK_SOCK_DIAG, netlinkCalls, type NetlinkSocket } from '../netlink-socket.ts'
import type { SlicedWork } from '../sliced-work.ts'
import { AF_INET, AF_INET6, encodeTcpDump, parseTcpDump, type TcpSocket } from './tcp-dump.ts'

/** The kernel sends at most half of it at once. */
const MESSAGE_BYTES = 64 * 1024

/** Every TCP connection of this network namespace, of all users; null where the kernel does not tell. */
export type ReadTcpSockets = (work: SlicedWork) => Promise<TcpSocket[] | null>

/** Binds the system calls; null without FFI and on other systems. */
export function openTcpSockets(koffi: Koffi | null): ReadTcpSockets | null {
  const open = netlinkCalls(koffi)
  if (open === null) return null
  const buffer = Buffer.alloc(MESSAGE_BYTES)
  return async (work) => {
    const socket = open(NETLINK_SOCK_DIAG)
    if (socket === null) return null
    try {
      const sockets: TcpSocket[] = []
      for (const family of [AF_INET, AF_INET6] as const) {
        if (!(await readFamily(socket, family, { buffer, work, sockets }))) return null
      }
      return sockets
    } finally {
      socket.close()
    }
  }
}

interface Reading {
  buffer: Buffer
  work: SlicedWork
  sockets: TcpSocket[]
}

/** False when the answer is not whole. The kernel writes each piece as the one before is read, so none is waited for. */
async function readFamily(
  socket: NetlinkSocket,
  family: typeof AF_INET | typeof AF_INET6,
  { buffer, work, sockets }: Reading,
): Promise<boolean> {
  if (!socket.send(encodeTcpDump(family))) return false
  for (;;) {
    const length = socket.receive(buffer)
    if (length <= 0) return false
    const answer = parseTcpDump(buffer.subarray(0, length))
    for (const one of answer.sockets) sockets.push(one)
    if (answer.state !== 'more') return answer.state === 'done'
    if (!(await work.goesOn())) return false
  }
}
