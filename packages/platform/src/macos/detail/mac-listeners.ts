import type { BlastRadius } from '@taskmanager/contracts'
import { listenersOf } from '../../detail/blast.ts'
import type { Relative } from '../../detail/family.ts'
import type { MacDescriptors } from '../sockets/descriptors.ts'
import type { OpenThings } from '../sockets/open-files.ts'
import type { OpenSocket } from '../sockets/parse-open-socket.ts'
import { findHeldSockets } from '../sockets/socket-holders.ts'

/** Ports a process serves, and who is connected; other processes are looked into only when somebody is. */
export async function macListeners(
  descriptors: MacDescriptors,
  { pid, sockets }: { pid: number; sockets: OpenThings['sockets'] },
  relatives: ReadonlyMap<number, Relative>,
): Promise<NonNullable<BlastRadius['listeners']>> {
  const own = new Set(sockets.map(({ socket }) => socket))
  const listening = [...own].filter(({ state }) => state === 'LISTEN')
  const served = new Set(listening.map((each) => each.localPort))
  const isServing = [...own].some(
    (each) => each.state === 'ESTABLISHED' && served.has(each.localPort),
  )
  const owners = new Map<OpenSocket, Relative>()
  if (isServing) {
    const { held } = await findHeldSockets(descriptors, relatives.keys())
    for (const { socket, pids } of held.values()) {
      const owner = pids.includes(pid) ? undefined : relatives.get(pids[0] ?? -1)
      if (owner !== undefined) owners.set(socket, owner)
    }
  }
  return listenersOf([...own, ...owners.keys()], {
    isOwn: (socket) => own.has(socket),
    ownerOf: (socket) => owners.get(socket),
  })
}
