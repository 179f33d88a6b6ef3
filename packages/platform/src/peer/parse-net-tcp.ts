import { endianness } from 'node:os'
import { isMappedV4 } from './net-address.ts'

/** One end of a connection: 16 address bytes in network order (IPv4 mapped) and a port. */
export interface Endpoint {
  address: Buffer
  port: number
}

/** Connection states in which a process still holds the socket. Source: include/net/tcp_states.h. */
const HELD_STATES = new Set(['01', '04', '05', '08']) // established, FIN wait 1 and 2, close wait

/**
 * How `/proc/net/tcp` (IPv4) or `tcp6` writes the socket whose own end is `own` and whose other end is `other`.
 * Each 32-bit word of an address is printed as the machine holds it. Source: proc_pid_net(5).
 */
export function tableKey(own: Endpoint, other: Endpoint, table: 'tcp' | 'tcp6'): string {
  return ` ${endKey(own, table)} ${endKey(other, table)} `
}

/** IPv4 connections may stand in both tables: a program may reach `127.0.0.1` by an IPv6 socket. */
export function tablesOf(own: Endpoint): readonly ('tcp' | 'tcp6')[] {
  return isMappedV4(own.address) ? ['tcp', 'tcp6'] : ['tcp6']
}

/**
 * The owner of the socket a key names, in whole lines of `/proc/net/tcp` or `tcp6`; `null` when it is not there.
 * A socket that no process holds any more (inode 0: closed, or waiting out its time) is written with user 0, so such
 * a line tells nothing about who sent what.
 */
export function findSocketUid(lines: Buffer, key: string): number | null {
  let at = lines.indexOf(key, 0, 'latin1')
  while (at >= 0) {
    const end = lines.indexOf('\n', at, 'latin1')
    const rest = lines.toString('latin1', at + key.length, end < 0 ? lines.length : end)
    // st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
    const [state = '', , , , uid = '', , inode = ''] = rest.split(/ +/)
    if (HELD_STATES.has(state) && /^\d{1,10}$/.test(uid) && /^[1-9]\d*$/.test(inode))
      return Number(uid)
    at = lines.indexOf(key, at + key.length, 'latin1')
  }
  return null
}

function endKey({ address, port }: Endpoint, table: 'tcp' | 'tcp6'): string {
  const words = table === 'tcp' ? [12] : [0, 4, 8, 12]
  const hex = (value: number, digits: number) =>
    value.toString(16).toUpperCase().padStart(digits, '0')
  const word = (offset: number) =>
    endianness() === 'LE' ? address.readUInt32LE(offset) : address.readUInt32BE(offset)
  return `${words.map((offset) => hex(word(offset), 8)).join('')}:${hex(port, 4)}`
}
