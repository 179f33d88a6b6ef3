import type { PortList, PortSocket } from '@taskmanager/contracts'
import { keyOfProcess } from './process-key.ts'

/** What one process does on ports. */
export interface ProcessPorts {
  readonly listens: ReadonlySet<number>
  /** Port to the other end: an address elsewhere, or `null` when both ends are on this machine. */
  readonly connected: ReadonlyMap<number, string | null>
}

/** Who holds which port, ready to be asked thousands of times a second. */
export interface PortIndex {
  /** By `pid.start_id`, so that a reused pid has no ports of its predecessor. */
  readonly byProcess: ReadonlyMap<string, ProcessPorts>
  /** Ports somebody listens on whose holder may not be read, with the user where it is known. */
  readonly hidden: ReadonlyMap<number, string | null>
}

/** Of `:8000`: the listener, who is connected to it, or a stranger to it. */
export type PortRole = 'listens' | 'connected'

export function indexPorts({ sockets }: PortList): PortIndex {
  const byProcess = new Map<
    string,
    { listens: Set<number>; connected: Map<number, string | null> }
  >()
  const hidden = new Map<number, string | null>()
  const ends = new Set(sockets.map((socket) => `${socket.local_port}>${socket.remote_port}`))
  for (const socket of sockets) {
    if (socket.owners === null && socket.role === 'listens')
      hidden.set(socket.local_port, socket.user)
    for (const owner of socket.owners ?? []) {
      const key = keyOfProcess(owner)
      let ports = byProcess.get(key)
      if (ports === undefined) {
        ports = { listens: new Set(), connected: new Map() }
        byProcess.set(key, ports)
      }
      if (socket.role === 'listens') ports.listens.add(socket.local_port)
      else addConnection(ports.connected, socket, ends)
    }
  }
  return { byProcess, hidden }
}

function addConnection(
  connected: Map<number, string | null>,
  { local_port: own, remote_port: other, remote_address: address }: PortSocket,
  ends: ReadonlySet<string>,
): void {
  if (other === null) return
  const isLocal = ends.has(`${other}>${own}`)
  if (connected.get(other) !== null) connected.set(other, isLocal ? null : address)
  // The served end of a connection stands on the port too, as the worker of a server does.
  connected.set(own, null)
}

export function portRole(ports: ProcessPorts | undefined, port: number): PortRole | null {
  if (ports === undefined) return null
  if (ports.listens.has(port)) return 'listens'
  return ports.connected.has(port) ? 'connected' : null
}

/** Hint of a row under `:8000`. */
export function portHint(ports: ProcessPorts | undefined, port: number): string | null {
  const role = portRole(ports, port)
  if (role !== 'connected') return role === null ? null : `listens on :${port}`
  const elsewhere = ports?.connected.get(port) ?? null
  return elsewhere === null ? `connected to :${port}` : `connected to ${elsewhere} :${port}`
}
