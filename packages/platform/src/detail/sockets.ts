import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { SocketInfo } from '@taskmanager/contracts'
import { addressText } from '../peer/net-address.ts'
import { cleanText } from '../text/clean.ts'

/** One socket, as every system tells it: `127.0.0.1:80`, `[::1]:80`. */
export interface SocketEnds {
  protocol: SocketInfo['protocol']
  local: string
  localPort: number
  /** null: it has no other end. */
  remote: string | null
  remotePort: number
  /** As Linux names it; null for protocols without. */
  state: string | null
}

/** One socket of the network namespace of a process. */
export interface SocketEntry extends SocketEnds {
  inode: string
  /** Who opened it; null where the table does not say. */
  uid: number | null
}

const STATES =
  ' ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING NEW_SYN_RECV'.split(
    ' ',
  )

/** `/proc/<pid>/net/{tcp,tcp6,udp,udp6,unix}` as the process sees them. Source: proc_pid_net(5). */
export async function readSockets(directory: string): Promise<SocketEntry[]> {
  const tables = await Promise.all(
    (['tcp', 'tcp6', 'udp', 'udp6'] as const).map(async (protocol) =>
      parseInet(protocol, await text(path.join(directory, 'net', protocol))),
    ),
  )
  return [...tables.flat(), ...parseUnix(await text(path.join(directory, 'net/unix')))]
}

async function text(file: string): Promise<string> {
  try {
    return await readFile(file, 'latin1')
  } catch {
    return '' // no such protocol here, or the process ended
  }
}

/** 4 or 16 bytes of address, and the port. */
const END = /^(?:[0-9A-F]{8}|[0-9A-F]{32}):[0-9A-F]{4}$/

type InetProtocol = 'tcp' | 'tcp6' | 'udp' | 'udp6'

/** Lines `sl local remote state … inode`; addresses in hexadecimal words of the machine's byte order. */
export function parseInet(protocol: InetProtocol, content: string): SocketEntry[] {
  return content.split('\n').flatMap((line) => {
    const parts = line.trim().split(/\s+/)
    const [, local = '', remote = '', state = ''] = parts
    const inode = parts[9]
    if (!/^\d{1,20}$/.test(inode ?? '') || !END.test(local) || !END.test(remote)) return []
    const here = endpoint(local)
    const there = endpoint(remote)
    const isUdp = protocol.startsWith('udp')
    return [
      {
        inode: inode ?? '',
        protocol,
        local: here.text,
        localPort: here.port,
        remote: there.port === 0 ? null : there.text,
        remotePort: there.port,
        state: isUdp ? null : (STATES[Number.parseInt(state, 16)] ?? null),
        uid: /^\d{1,10}$/.test(parts[7] ?? '') ? Number(parts[7]) : null,
      },
    ]
  })
}

function endpoint(hex: string): { text: string; port: number } {
  const [address = '', portHex = '0'] = hex.split(':')
  const port = Number.parseInt(portHex, 16)
  const bytes = Buffer.from(address, 'hex')
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.subarray(at, at + 4).reverse()
  return { text: endpointText(bytes, port), port }
}

/** `127.0.0.1:80`, `[::1]:80` */
export function endpointText(address: Buffer, port: number): string {
  const host = addressText(address)
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Lines `Num RefCount Protocol Flags Type St Inode Path`. */
export function parseUnix(content: string): SocketEntry[] {
  return content.split('\n').flatMap((line) => {
    const parts = /^\S+: \S+ \S+ (\S+) \S+ \S+\s+(\d+)(?: (.*))?$/.exec(line.trim())
    if (parts === null) return []
    const [, flags = '', inode = '', name = ''] = parts
    const isListening = (Number.parseInt(flags, 16) & 0x10000) !== 0
    const state = isListening ? 'LISTEN' : null
    const local = cleanText(name)
    const none = { localPort: 0, remote: null, remotePort: 0, uid: null }
    return [{ inode, protocol: 'unix', local, state, ...none }]
  })
}
