import {
  parseTcpTable,
  parseUdpTable,
  TCP4,
  TCP6,
  UDP4,
  UDP6,
  type OwnedSocket,
} from './parse-socket-tables.ts'
import type { SocketCalls } from './socket-calls.ts'

export interface SocketsReading {
  sockets: OwnedSocket[]
  /** Each table was told. */
  complete: boolean
}

/** Every socket with an address. */
export function readSockets(calls: SocketCalls): SocketsReading {
  const told = (table: Buffer | null, parse: (bytes: Buffer) => OwnedSocket[]) =>
    table === null ? null : parse(table)
  const tables = [
    told(calls.tcpTable(4, 'all'), (bytes) => parseTcpTable(bytes, TCP4)),
    told(calls.tcpTable(6, 'all'), (bytes) => parseTcpTable(bytes, TCP6)),
    told(calls.udpTable(4), (bytes) => parseUdpTable(bytes, UDP4)),
    told(calls.udpTable(6), (bytes) => parseUdpTable(bytes, UDP6)),
  ]
  const known = tables.filter((table) => table !== null)
  return { sockets: known.flat(), complete: known.length === tables.length }
}

/** Whether a process that began at an instant may own it: one that began later has the pid of its owner by chance. */
export function isOwner(
  { createdLow, createdHigh }: Pick<OwnedSocket, 'createdLow' | 'createdHigh'>,
  [startedLow, startedHigh]: readonly [low: number, high: number],
): boolean {
  if (createdLow === 0 && createdHigh === 0) return true // not told
  return startedHigh === createdHigh ? startedLow <= createdLow : startedHigh < createdHigh
}
