import type { PortSocket } from '@taskmanager/contracts'
import type { SocketEnds } from '../detail/sockets.ts'

const MOST_SOCKETS = 4096

type Role = PortSocket['role']

/** Sockets that wait on a port or are connected: how many, and those that are shown, listeners first, then by port. */
export function openSockets<T extends SocketEnds>(
  sockets: readonly T[],
): { open: number; shown: { entry: T; role: Role }[] } {
  const open = sockets.flatMap((entry) => {
    const role = roleOf(entry)
    return role === null ? [] : [{ entry, role }]
  })
  const sorted = open.toSorted(
    (a, b) =>
      Number(a.role === 'connected') - Number(b.role === 'connected') ||
      a.entry.localPort - b.entry.localPort ||
      a.entry.remotePort - b.entry.remotePort,
  )
  return { open: open.length, shown: sorted.slice(0, MOST_SOCKETS) }
}

/** UDP knows no listening: a socket without another end takes what comes to its port. */
function roleOf({ protocol, state, remote, localPort }: SocketEnds): Role | null {
  if (localPort === 0) return null
  if (protocol.startsWith('udp')) return remote === null ? 'listens' : 'connected'
  if (state === 'LISTEN') return 'listens'
  return state === 'ESTABLISHED' && remote !== null ? 'connected' : null
}

export const presentEnds = (entry: SocketEnds, role: Role) => ({
  protocol: entry.protocol as PortSocket['protocol'],
  role,
  local_address: hostOf(entry.local),
  local_port: entry.localPort,
  remote_address: entry.remote === null ? null : hostOf(entry.remote),
  remote_port: entry.remote === null ? null : entry.remotePort,
})

/** `127.0.0.1:80` → `127.0.0.1`, `[::1]:80` → `::1` */
function hostOf(endpoint: string): string {
  return endpoint.slice(0, endpoint.lastIndexOf(':')).replaceAll(/[[\]]/g, '')
}
