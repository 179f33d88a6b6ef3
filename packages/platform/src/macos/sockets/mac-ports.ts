import type { PortList, PortSocket, UnknownReason } from '@taskmanager/contracts'
import type { Clock } from '../../options.ts'
import type { SocketEnds } from '../../detail/sockets.ts'
import { KeptPorts } from '../../ports/kept-ports.ts'
import { openSockets, presentEnds } from '../../ports/port-roles.ts'
import type { PortsProvider } from '../../ports/ports-provider.ts'
import { understoodOrNull } from '../../read-result.ts'
import { cleanName } from '../../text/clean.ts'
import { macLibrary, type MacLibrary } from '../lib-system.ts'
import { MacUsers } from '../mac-users.ts'
import { wholeName } from '../processes/mac-facts.ts'
import { KinfoProcRecord } from '../processes/parse-kinfo-proc.ts'
import { ProcessList, startIdOf } from '../processes/process-list.ts'
import { MacDescriptors } from './descriptors.ts'
import { parseSocketList } from './parse-socket-list.ts'
import { findHeldSockets, socketKey, type HeldSockets } from './socket-holders.ts'
import { SocketList } from './socket-list.ts'

type Owner = NonNullable<PortSocket['owners']>[number]
/** `uid` null: only its holder told of it. */
type Seen = SocketEnds & { uid: number | null }

const MOST_PATH = 4096

/** Ports as the kernel lists them, with their holders among the processes that may be looked into. */
export class MacPorts implements PortsProvider {
  readonly #clock: Clock
  readonly #library: MacLibrary
  readonly #users: MacUsers
  readonly #processes: ProcessList
  readonly #sockets: SocketList
  readonly #descriptors: MacDescriptors
  readonly #path = Buffer.alloc(MOST_PATH)
  readonly #kept: KeptPorts

  constructor(clock: Clock, library: MacLibrary) {
    this.#clock = clock
    this.#library = library
    this.#users = new MacUsers(library)
    this.#processes = new ProcessList(library)
    this.#sockets = new SocketList(library)
    this.#descriptors = new MacDescriptors(library)
    this.#kept = new KeptPorts(clock, () => this.#read())
  }

  read(): Promise<PortList> {
    return this.#kept.read()
  }

  async #read(): Promise<PortList> {
    const owners = this.#listProcesses()
    const found = await findHeldSockets(this.#descriptors, owners.keys())
    const { open, shown } = openSockets(this.#allSockets(found))
    const uids = new Set(shown.flatMap(({ entry }) => entry.uid ?? []))
    await Promise.all(Array.from(uids, (uid) => this.#users.whenKnown(uid)))
    return {
      sockets: shown.map(({ entry, role }) => ({
        ...presentEnds(entry, role),
        ...this.#ownersOf(entry, found, owners),
      })),
      socket_count: open,
      complete: found.complete,
      sampled_at_ms: this.#clock.epochMs(),
    }
  }

  /** Names are asked for only where a process holds a port. */
  #listProcesses(): Map<number, () => Owner> {
    this.#processes.take()
    const owners = new Map<number, () => Owner>()
    for (let place = 0; place < this.#processes.count; place++) {
      const record = this.#record(place)
      if (record === null) continue
      const { pid, startMicros, commStart, commEnd } = record
      const comm = Buffer.from(this.#processes.bytes.subarray(commStart, commEnd))
      owners.set(pid, () => {
        const length = this.#library.processPath(pid, this.#path)
        const file = length < 0 ? null : this.#path.toString('utf8', 0, length)
        return { pid, start_id: startIdOf(startMicros), name: cleanName(wholeName(comm, [file])) }
      })
    }
    return owners
  }

  #record(place: number): KinfoProcRecord | null {
    return understoodOrNull(() => this.#processes.read(place, new KinfoProcRecord()))
  }

  /** What the kernel lists, and what a holder told of that it does not list. */
  #allSockets({ held }: HeldSockets): Seen[] {
    const listed: Seen[] = [...this.#listed('tcp'), ...this.#listed('udp')]
    const keys = new Set(listed.map(socketKey))
    const others = Array.from(held).filter(([key]) => !keys.has(key))
    return [...listed, ...others.map(([, { socket }]) => ({ ...socket, uid: null }))]
  }

  #listed(protocol: 'tcp' | 'udp'): Seen[] {
    const bytes = this.#sockets.read(protocol)
    // A newer layout is not understood: those of our own user are still known.
    return (bytes && understoodOrNull(() => parseSocketList(bytes, protocol))) ?? []
  }

  #ownersOf(
    entry: Seen,
    found: HeldSockets,
    processes: ReadonlyMap<number, () => Owner>,
  ): Pick<PortSocket, 'user' | 'owners' | 'unknown'> {
    const pids = found.held.get(socketKey(entry))?.pids
    const owners = pids?.flatMap((pid) => processes.get(pid)?.() ?? []) ?? null
    const unknown: Record<string, UnknownReason> = {}
    if (owners === null) unknown['owners'] = whyUnknown(found)
    if (entry.uid === null) unknown['user'] = 'not_reported'
    return { user: entry.uid === null ? null : this.#users.nameOf(entry.uid), owners, unknown }
  }
}

function whyUnknown({ denied, complete }: HeldSockets): UnknownReason {
  if (denied) return 'not_permitted'
  return complete ? 'not_reported' : 'failed'
}

/** null on other systems and without koffi. */
export function createMacPorts(clock: Clock): MacPorts | null {
  const library = macLibrary()
  return library === null ? null : new MacPorts(clock, library)
}
