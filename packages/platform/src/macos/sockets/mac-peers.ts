import { addressBytes } from '../../peer/net-address.ts'
import type { PeerConnection, PeerUids } from '../../peer/peer.ts'
import { understoodOrNull } from '../../read-result.ts'
import { macLibrary, type MacLibrary } from '../lib-system.ts'
import { findListedOwner, type ListedOwner } from './parse-socket-list.ts'
import { SocketList } from './socket-list.ts'

/** The user `nobody`, -2. */
export const MAC_NOBODY = 0xffff_fffe

/**
 * Who owns the caller's end of a loopback connection: the user who opened that socket, as the kernel lists it. A
 * sandbox has the user's number and not the user's trust, so a program in one is nobody known; so is everybody where
 * the kernel lists only our own sockets (a macOS that asks for an entitlement). Tokens decide then.
 */
export function macPeerUids(library: MacLibrary): PeerUids {
  const list = new SocketList(library)
  const isTrusted = (pid: number) => pid > 0 && library.isSandboxed(pid) === false
  return (connection) => {
    const owner = ownerOf(list, connection)
    if (owner === null || !isTrusted(owner.pid)) return null
    return owner.forPid === 0 || isTrusted(owner.forPid) ? owner.uid : null
  }
}

function ownerOf(list: SocketList, connection: PeerConnection): ListedOwner | null {
  const caller = addressBytes(connection.remoteAddress)
  const us = addressBytes(connection.localAddress)
  const bytes = caller === null || us === null ? null : list.read('tcp')
  if (caller === null || us === null || bytes === null) return null
  // By another layout than is known nobody is recognised.
  return understoodOrNull(() =>
    findListedOwner(
      bytes,
      { address: caller, port: connection.remotePort },
      { address: us, port: connection.localPort },
    ),
  )
}

/** null on other systems and without koffi. */
export function createMacPeerUids(): PeerUids | null {
  const library = macLibrary()
  return library === null ? null : macPeerUids(library)
}
