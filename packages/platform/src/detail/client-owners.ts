import { DetailFiles } from './detail-files.ts'
import { readDescriptors, socketInode, type Descriptor } from './open-files.ts'
import type { Relative } from './family.ts'
import type { SocketEntry } from './sockets.ts'

/** Looking through every process's descriptors takes long on a full machine; beyond this the names stay unknown. */
const BUDGET_MS = 150

/**
 * Which processes hold the other ends of connections to the ports a process serves. Asked only when somebody is
 * connected from this machine.
 */
export async function clientOwners(
  procRoot: string,
  sockets: readonly SocketEntry[],
  own: readonly Descriptor[],
  relatives: ReadonlyMap<number, Relative>,
): Promise<Map<string, Relative>> {
  const owners = new Map<string, Relative>()
  const ownInodes = new Set(own.map(({ target }) => socketInode(target)))
  const served = new Set(
    sockets
      .filter((each) => ownInodes.has(each.inode) && each.state === 'LISTEN')
      .map((each) => each.localPort),
  )
  const connected = sockets.filter((each) => each.state === 'ESTABLISHED')
  const ends = new Set(
    connected.filter((each) => served.has(each.localPort)).map((each) => each.remote),
  )
  const wanted = new Set(
    connected
      .filter((each) => served.has(each.remotePort) && ends.has(each.local))
      .map((each) => each.inode),
  )
  const until = performance.now() + BUDGET_MS
  for (const relative of relatives.values()) {
    if (wanted.size === owners.size || performance.now() > until) break
    const descriptors = await readDescriptors(new DetailFiles(procRoot, relative.pid))
    for (const { target } of descriptors?.list ?? []) {
      const inode = socketInode(target)
      if (inode !== null && wanted.has(inode)) owners.set(inode, relative)
    }
  }
  return owners
}
