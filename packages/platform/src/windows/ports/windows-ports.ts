import type { PortList, PortSocket, UnknownReason } from '@taskmanager/contracts'
import type { Clock } from '../../options.ts'
import { KeptPorts } from '../../ports/kept-ports.ts'
import { openSockets, presentEnds } from '../../ports/port-roles.ts'
import type { PortsProvider } from '../../ports/ports-provider.ts'
import { ProcessList } from '../processes/process-list.ts'
import type { ProcessQuestions } from '../processes/process-questions.ts'
import { relativeAt, type WindowsRelative } from '../processes/relatives.ts'
import type { Snapshot } from '../processes/snapshot.ts'
import { WindowsUsers } from '../processes/users.ts'
import type { OwnedSocket } from '../sockets/parse-socket-tables.ts'
import { isOwner, readSockets } from '../sockets/read-sockets.ts'
import type { SocketCalls } from '../sockets/socket-calls.ts'

export interface WindowsPortsOptions {
  clock: Clock
  sockets: SocketCalls
  snapshot: Snapshot
  questions: ProcessQuestions
}

/** Ports from the tables of Windows, which name the process that owns each socket: no right is needed. */
export class WindowsPorts implements PortsProvider {
  readonly #options: WindowsPortsOptions
  readonly #users: WindowsUsers
  readonly #kept: KeptPorts
  /** Of the owners seen last, by start mark: asked once of each. */
  #sids = new Map<string, string | null>()

  constructor(options: WindowsPortsOptions) {
    this.#options = options
    this.#users = new WindowsUsers((sid) => options.questions.userOf(sid))
    this.#kept = new KeptPorts(options.clock, () => this.#read())
  }

  read(): Promise<PortList> {
    return this.#kept.read()
  }

  async #read(): Promise<PortList> {
    const { sockets: calls, clock } = this.#options
    const { sockets, complete } = readSockets(calls)
    const { open, shown } = openSockets(sockets)
    const processes = this.#processes(new Set(shown.map(({ entry }) => entry.pid)))
    const users = await this.#usersOf(processes.values())
    return {
      sockets: shown.map(({ entry, role }) => {
        const owner = ownerOf(entry, processes)
        const user = typeof owner === 'string' ? null : (users.get(owner.pid) ?? null)
        return { ...presentEnds(entry, role), user, ...presentOwner(owner) }
      }),
      socket_count: open,
      complete,
      sampled_at_ms: clock.epochMs(),
    }
  }

  #processes(wanted: ReadonlySet<number>): ReadonlyMap<number, WindowsRelative> {
    const list = new ProcessList()
    const processes = new Map<number, WindowsRelative>()
    this.#options.snapshot.take(list)
    while (list.advance()) {
      const process = wanted.has(list.pid) ? relativeAt(list) : null
      if (process !== null) processes.set(process.pid, process)
    }
    return processes
  }

  async #usersOf(
    processes: Iterable<WindowsRelative>,
  ): Promise<ReadonlyMap<number, string | null>> {
    const before = this.#sids
    this.#sids = new Map()
    const named = Array.from(processes, async ({ pid, startId }) => {
      const known = before.get(startId)
      const sid = known === undefined ? (this.#options.questions.ask(pid)?.sid ?? null) : known
      this.#sids.set(startId, sid)
      return [pid, sid === null ? null : await this.#users.soon(sid)] as const
    })
    return new Map(await Promise.all(named))
  }
}

/** Why nobody is named: the process is gone and another inherited the socket, or Windows tells none. */
type NoOwner = Extract<UnknownReason, 'gone' | 'not_reported'>

function ownerOf(
  socket: OwnedSocket,
  processes: ReadonlyMap<number, WindowsRelative>,
): WindowsRelative | NoOwner {
  if (socket.pid === 0) return 'not_reported'
  const process = processes.get(socket.pid)
  return process !== undefined && isOwner(socket, process.start) ? process : 'gone'
}

function presentOwner(owner: WindowsRelative | NoOwner): Pick<PortSocket, 'owners' | 'unknown'> {
  if (typeof owner === 'string') return { owners: null, unknown: { owners: owner } }
  const { pid, startId, name } = owner
  return { owners: [{ pid, start_id: startId, name }], unknown: {} }
}
