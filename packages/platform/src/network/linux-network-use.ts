import { readdirSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { BackgroundReading } from '../background-reading.ts'
import { readTargetOrNull } from '../control/target-facts.ts'
import { readNetworkLinks, type NetworkLink } from '../linux/network-links.ts'
import { Networks } from '../linux/networks.ts'
import { formatStartId, readBootId } from '../linux/start-id.ts'
import type { PlatformOptions } from '../options.ts'
import { readResultOf, type ReadResult } from '../read-result.ts'
import { SlicedWork } from '../sliced-work.ts'
import type {
  Carried,
  NetworkUseProvider,
  NetworkUseSample,
  ProcessMark,
} from './network-use-provider.ts'
import { SocketHolderFinder, type Candidate } from './socket-holders.ts'
import { insideConnections } from './tcp-dump.ts'
import type { ReadTcpSockets } from './tcp-sockets.ts'

const LINKS_EVERY_MS = 10_000
const LINKS_STALE_MS = 60_000
/** A process that goes to a network of its own does so when it begins. */
const NAMESPACES_EVERY_MS = 30_000

/** Source: sock_diag(7) for connections, proc_pid_fd(5) for who holds them, proc_pid_net(5) for the interfaces. */
export class LinuxNetworkUse implements NetworkUseProvider {
  readonly #options: PlatformOptions
  readonly #readSockets: ReadTcpSockets
  readonly #bootId: string
  readonly #holders: SocketHolderFinder
  readonly #networks: Networks
  readonly #links: BackgroundReading<Map<string, NetworkLink>>
  readonly #processOf = (pid: number): Candidate | null => this.#candidate(pid)
  /** Of every pid seen; a mark where the process has a network of its own, null where it has ours. */
  #namespaces = new Map<number, ProcessMark | 'denied' | null>()
  #namespacesUntilMs = 0

  constructor(options: PlatformOptions, readSockets: ReadTcpSockets) {
    const { procRoot, clock } = options
    this.#options = options
    this.#readSockets = readSockets
    this.#bootId = readBootId(procRoot)
    this.#holders = new SocketHolderFinder(procRoot, this.#processOf)
    this.#networks = new Networks(procRoot)
    this.#links = new BackgroundReading({
      read: () => readNetworkLinks(options),
      everyMs: LINKS_EVERY_MS,
      staleAfterMs: LINKS_STALE_MS,
      clock,
      onError: () => {}, // which interfaces count is then told by their names
    })
  }

  async sample(): Promise<NetworkUseSample | null> {
    const { procRoot, clock } = this.#options
    const work = new SlicedWork()
    void this.#links.poll()
    const monotonicMs = clock.monotonicMs()
    const interfaces = this.#interfaces()
    const sockets = await this.#readSockets(work)
    if (sockets === null) return null
    const pids = readdirSync(procRoot)
      .filter((name) => /^[1-9]\d*$/.test(name))
      .map(Number)
    await this.#lookAtNamespaces(pids, work)
    const holders = await this.#holders.find(sockets, pids, work)
    await work.pause()
    const inside = insideConnections(sockets)
    const connections = new Map(
      sockets.map(({ cookie, recvBytes, sentBytes }) => [
        cookie,
        {
          recvBytes,
          sentBytes,
          holder: markOf(holders.get(cookie)),
          inside: inside.has(cookie),
        },
      ]),
    )
    const seen = [...this.#namespaces.values()]
    return {
      connections,
      interfaces,
      apart: seen.filter((mark) => mark !== null && mark !== 'denied'),
      denied: seen.includes('denied'),
      monotonicMs,
      epochMs: clock.epochMs(),
    }
  }

  #interfaces(): ReadonlyMap<string, Carried> | null {
    const networks = this.#networks.read(this.#links.get())
    return networks === null
      ? null
      : new Map(networks.filter(({ counted }) => counted).map((network) => [network.id, network]))
  }

  /** The network of a process is looked at when it is new, and of all now and then. */
  async #lookAtNamespaces(pids: readonly number[], work: SlicedWork): Promise<void> {
    const now = this.#options.clock.monotonicMs()
    const isDue = now >= this.#namespacesUntilMs
    if (isDue) this.#namespacesUntilMs = now + NAMESPACES_EVERY_MS
    const before = isDue ? new Map<number, ProcessMark | 'denied' | null>() : this.#namespaces
    const own = this.#namespaceOf('self')
    const namespaces: typeof before = new Map()
    for (const pid of pids) {
      const known = before.get(pid)
      if (known === undefined) await work.goesOn()
      namespaces.set(pid, known === undefined ? this.#lookAt(pid, own) : known)
    }
    this.#namespaces = namespaces
  }

  #lookAt(pid: number, own: ReadResult<string>): ProcessMark | 'denied' | null {
    const namespace = this.#namespaceOf(String(pid))
    // Who may not see this may not see its descriptors either.
    if (namespace.kind === 'denied') return 'denied'
    if (own.kind !== 'ok' || namespace.kind !== 'ok' || namespace.value === own.value) return null
    return markOf(this.#candidate(pid) ?? undefined)
  }

  /** Source: namespaces(7). */
  #namespaceOf(pid: string): ReadResult<string> {
    try {
      const link = path.join(this.#options.procRoot, pid, 'ns/net')
      return { kind: 'ok', value: readlinkSync(link) }
    } catch (error) {
      return readResultOf(error)
    }
  }

  #candidate(pid: number): Candidate | null {
    const facts = readTargetOrNull(this.#options.procRoot, pid)
    if (facts === null) return null
    const { starttimeTicks } = facts
    return { pid, startId: formatStartId(this.#bootId, starttimeTicks), starttimeTicks }
  }
}

function markOf(process: ProcessMark | undefined): ProcessMark | null {
  return process === undefined ? null : { pid: process.pid, startId: process.startId }
}
