import { addressBytes, isMappedV4 } from '../../peer/net-address.ts'
import type { PeerConnection, PeerLookup, PeerRelation } from '../../peer/peer.ts'
import { handleCalls, PROCESS_RIGHT, withProcess } from '../handles.ts'
import { systemLibrary } from '../system-library.ts'
import { CURRENT_PROCESS, tokenCalls } from '../tokens.ts'
import { TCP4, TCP6 } from '../sockets/parse-socket-tables.ts'
import { isOwner } from '../sockets/read-sockets.ts'
import { socketCalls } from '../sockets/socket-calls.ts'
import { findTcpOwner, type TcpOwner } from './tcp-owners.ts'

/** What is known of a process that owns a socket. */
export interface OwnerFacts {
  startedLow: number
  startedHigh: number
  sid: string | null
  integrity: number | null
}

export interface PeerCalls {
  /** All connections of a family with their owners; null where the system does not tell. */
  tcpTable(family: 4 | 6): Buffer | null
  /** null: it is gone, or may not be asked. */
  ownerFacts(pid: number): OwnerFacts | null
}

const LOCAL_SYSTEM = 'S-1-5-18'
/** Below are sandboxes, which have the user's identifier and not the user's trust. */
const MEDIUM_INTEGRITY = 0x2000

/**
 * Who owns the caller's end of a loopback connection: the user of the process that has that socket. Sockets outlive
 * the process that made them when others inherited them, and then its pid may be another's; so a process that began
 * after its socket is not believed to be the owner.
 */
export function windowsPeerLookup(calls: PeerCalls, ownSid: string): PeerLookup {
  return {
    relationOf: (connection) => {
      const owner = ownerOf(calls, connection)
      const facts = owner === null || owner.pid === 0 ? null : calls.ownerFacts(owner.pid)
      return owner === null || facts === null ? 'unknown' : relationOf(owner, facts, ownSid)
    },
  }
}

function ownerOf(calls: PeerCalls, connection: PeerConnection): TcpOwner | null {
  const caller = addressBytes(connection.remoteAddress)
  const us = addressBytes(connection.localAddress)
  if (caller === null || us === null) return null
  const isV4 = isMappedV4(caller)
  const table = calls.tcpTable(isV4 ? 4 : 6)
  if (table === null) return null
  return findTcpOwner(table, isV4 ? TCP4 : TCP6, {
    caller: { address: caller, port: connection.remotePort },
    us: { address: us, port: connection.localPort },
  })
}

function relationOf(
  owner: TcpOwner,
  { startedLow, startedHigh, sid, integrity }: OwnerFacts,
  ownSid: string,
): PeerRelation {
  if (!isOwner(owner, [startedLow, startedHigh]) || sid === null) return 'unknown'
  if (integrity === null || integrity < MEDIUM_INTEGRITY) return 'unknown'
  if (sid === ownSid) return 'same_user'
  return sid === LOCAL_SYSTEM ? 'administrator' : 'other_user'
}

/**
 * null without koffi, or where this service may not ask who it is itself.
 * @param ownerSid whose it is; null: of the user it runs as
 */
export function createWindowsPeerLookup(ownerSid: string | null): PeerLookup | null {
  const ownSid = ownerSid ?? tokenCalls()?.sidOf(CURRENT_PROCESS) ?? null
  const calls = nativeCalls()
  return ownSid === null || calls === null ? null : windowsPeerLookup(calls, ownSid)
}

/** Source: GetProcessTimes of kernel32. */
function nativeCalls(): PeerCalls | null {
  const handles = handleCalls()
  const tokens = tokenCalls()
  const sockets = socketCalls()
  const times = systemLibrary('kernel32')?.func(
    'int GetProcessTimes(intptr_t process, void *start, void *end, void *kernel, void *user)',
  )
  if (handles === null || tokens === null || sockets === null || times === undefined) return null
  const parts = [Buffer.alloc(8), Buffer.alloc(8), Buffer.alloc(8), Buffer.alloc(8)] as const
  const [start] = parts
  return {
    tcpTable: (family) => sockets.tcpTable(family, 'connected'),
    ownerFacts: (pid) =>
      withProcess(handles, { pid, rights: PROCESS_RIGHT.queryLimited }, (process) =>
        times(process, ...parts) === 0
          ? null
          : {
              startedLow: start.readUInt32LE(0),
              startedHigh: start.readUInt32LE(4),
              sid: tokens.sidOf(process),
              integrity: tokens.integrityOf(process),
            },
      ),
  }
}
