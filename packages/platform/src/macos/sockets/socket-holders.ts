import { SlicedWork } from '../../sliced-work.ts'
import type { MacDescriptors } from './descriptors.ts'
import { DESCRIPTOR_TYPE } from './parse-descriptors.ts'
import type { OpenSocket } from './parse-open-socket.ts'

/** More holders of one socket are not listed. */
const MOST_OWNERS = 16

/** A socket of the internet, with the processes that hold it. */
export interface HeldSocket {
  socket: OpenSocket
  pids: number[]
}

export interface HeldSockets {
  /** By `socketKey`. */
  held: ReadonlyMap<string, HeldSocket>
  /** Some processes may not be looked into. */
  denied: boolean
  complete: boolean
}

/** The same for a socket wherever it is seen; those that share a port by SO_REUSEPORT are one here. */
export const socketKey = ({
  protocol,
  local,
  remote,
}: Pick<OpenSocket, 'protocol' | 'local' | 'remote'>): string =>
  `${protocol} ${local} ${remote ?? ''}`

const isInet = ({ protocol }: OpenSocket) =>
  protocol.startsWith('tcp') || protocol.startsWith('udp')

/** Which of these processes hold which sockets, a few milliseconds at a time. */
export async function findHeldSockets(
  descriptors: MacDescriptors,
  pids: Iterable<number>,
): Promise<HeldSockets> {
  const held = new Map<string, HeldSocket>()
  let denied = false
  const work = new SlicedWork()
  for (const pid of pids) {
    if (!(await work.goesOn())) return { held, denied, complete: false }
    const list = descriptors.of(pid)
    if (list.kind === 'denied') denied = true
    if (list.kind !== 'ok') continue
    for (const { fd, type } of list.value) {
      const socket = type === DESCRIPTOR_TYPE.socket ? descriptors.socket(pid, fd) : null
      if (socket !== null && isInet(socket)) take(held, socket, pid)
    }
  }
  return { held, denied, complete: true }
}

function take(held: Map<string, HeldSocket>, socket: OpenSocket, pid: number): void {
  const key = socketKey(socket)
  const known = held.get(key)
  if (known === undefined) held.set(key, { socket, pids: [pid] })
  else if (known.pids.at(-1) !== pid && known.pids.length < MOST_OWNERS) known.pids.push(pid)
}
