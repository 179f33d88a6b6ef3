import { readFileSync } from 'node:fs'
import { koffiOrNull } from '../ffi.ts'
import { createMacPeerUids, MAC_NOBODY } from '../macos/sockets/mac-peers.ts'
import { createWindowsPeerLookup } from '../windows/peer/windows-peers.ts'
import { createLinuxPeerUids } from './linux-peers.ts'
import { openSockDiag } from './sock-diag.ts'

/** The two ends of one TCP connection as this process sees them: local is ours, remote is the caller's. */
export interface PeerConnection {
  localAddress: string
  localPort: number
  remoteAddress: string
  remotePort: number
}

/** `unknown`: this system does not tell, the connection is gone already, or its owner cannot be named here. */
export type PeerRelation = 'same_user' | 'administrator' | 'other_user' | 'unknown'

/** Who owns the other end of a loopback connection. */
export interface PeerLookup {
  relationOf(connection: PeerConnection): PeerRelation
}

/** Number of the user who owns the caller's socket; `null` when the system does not tell. */
export type PeerUids = (connection: PeerConnection) => number | null

export interface PeerLookupOptions {
  /** The user the services belong to; `null` where users have no number, and nothing is known then. */
  ownerUid: number | null
  /** The same under Windows; null: the user of this service. */
  ownerSid?: string | null
  platform?: NodeJS.Platform
  procRoot?: string
}

const NOBODY_KNOWN: PeerLookup = { relationOf: () => 'unknown' }

/** The look-up of this machine. Where there is none every peer is `unknown` and tokens decide. */
export function createPeerLookup(options: PeerLookupOptions): PeerLookup {
  const { ownerUid, ownerSid = null, platform = process.platform, procRoot = '/proc' } = options
  if (platform === 'win32') return createWindowsPeerLookup(ownerSid) ?? NOBODY_KNOWN
  if (ownerUid === null) return NOBODY_KNOWN
  if (platform === 'darwin') {
    const uidOf = createMacPeerUids()
    if (uidOf === null) return NOBODY_KNOWN
    return { relationOf: (connection) => relationOf(uidOf(connection), ownerUid, MAC_NOBODY) }
  }
  if (platform !== 'linux') return NOBODY_KNOWN
  const sockDiag = procRoot === '/proc' ? openSockDiag(koffiOrNull()) : null
  const uidOf = createLinuxPeerUids({ procRoot, sockDiag })
  const nobody = overflowUid(procRoot)
  return { relationOf: (connection) => relationOf(uidOf(connection), ownerUid, nobody) }
}

/**
 * What a user number means here. Users of another namespace all look like the overflow user, so that number names
 * nobody in particular, even when it is ours.
 */
export function relationOf(uid: number | null, ownerUid: number, nobody: number): PeerRelation {
  if (uid === null || uid === nobody) return 'unknown'
  if (uid === ownerUid) return 'same_user'
  return uid === 0 ? 'administrator' : 'other_user'
}

/** Source: proc_sys_kernel(5), `overflowuid`. */
function overflowUid(procRoot: string): number {
  try {
    return Number(readFileSync(`${procRoot}/sys/kernel/overflowuid`, 'utf8'))
  } catch {
    return 65534 // the kernel's default, where the file is hidden
  }
}
