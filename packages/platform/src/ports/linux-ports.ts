import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { PortList, PortSocket, UnknownReason } from '@taskmanager/contracts'
import { fullName, readTarget } from '../control/target-facts.ts'
import { parseInet, type SocketEntry } from '../detail/sockets.ts'
import { formatStartId, readBootId } from '../linux/start-id.ts'
import { Users } from '../linux/users.ts'
import type { PlatformOptions } from '../options.ts'
import type { PortsProvider } from './ports-provider.ts'
import { findSocketOwners, type SocketOwners } from './socket-owners.ts'

const KEPT_MS = 2000
const MOST_SOCKETS = 4096
const PROTOCOLS = ['tcp', 'tcp6', 'udp', 'udp6'] as const

type Owner = NonNullable<PortSocket['owners']>[number]

/** Ports from the tables of the kernel, holders from the descriptors of every process that may be read. */
export class LinuxPorts implements PortsProvider {
  readonly #options: PlatformOptions
  readonly #users: Users
  readonly #bootId: string
  #kept: { list: Promise<PortList>; untilMs: number } | null = null

  constructor(options: PlatformOptions) {
    this.#options = options
    this.#users = new Users(options.etcRoot)
    this.#bootId = readBootId(options.procRoot)
  }

  read(): Promise<PortList> {
    const now = this.#options.clock.monotonicMs()
    if (this.#kept !== null && now < this.#kept.untilMs) return this.#kept.list
    const list = this.#read()
    const kept = { list, untilMs: now + KEPT_MS }
    this.#kept = kept
    // A reading that failed is not kept: the next caller tries again.
    list.catch(() => {
      if (this.#kept === kept) this.#kept = null
    })
    return list
  }

  async #read(): Promise<PortList> {
    const { procRoot, clock } = this.#options
    this.#users.refresh()
    const tables = await Promise.all(
      PROTOCOLS.map(async (protocol) =>
        parseInet(protocol, await tableText(path.join(procRoot, 'net', protocol))),
      ),
    )
    const open = tables.flat().flatMap((entry) => {
      const role = roleOf(entry)
      return role === null ? [] : [{ entry, role }]
    })
    const sorted = open.toSorted(
      (a, b) =>
        Number(a.role === 'connected') - Number(b.role === 'connected') ||
        a.entry.localPort - b.entry.localPort ||
        a.entry.remotePort - b.entry.remotePort,
    )
    const shown = sorted.slice(0, MOST_SOCKETS)
    const inodes = new Set(shown.map(({ entry }) => entry.inode).filter((inode) => inode !== '0'))
    const found = await findSocketOwners(procRoot, inodes)
    const known = new Map<number, Owner | null>()
    return {
      sockets: shown.map(({ entry, role }) => this.#present(entry, role, found, known)),
      socket_count: open.length,
      complete: found.complete,
      sampled_at_ms: clock.epochMs(),
    }
  }

  #present(
    entry: SocketEntry,
    role: PortSocket['role'],
    found: SocketOwners,
    known: Map<number, Owner | null>,
  ): PortSocket {
    const pids = entry.inode === '0' ? [] : found.pids.get(entry.inode)
    const owners = pids?.flatMap((pid) => this.#owner(pid, known) ?? []) ?? null
    return {
      protocol: entry.protocol as PortSocket['protocol'],
      role,
      local_address: hostOf(entry.local),
      local_port: entry.localPort,
      remote_address: entry.remote === null ? null : hostOf(entry.remote),
      remote_port: entry.remote === null ? null : entry.remotePort,
      user: entry.uid === null ? null : this.#users.nameOf(entry.uid),
      owners,
      unknown: owners === null ? { owners: whyUnknown(found) } : {},
    }
  }

  #owner(pid: number, known: Map<number, Owner | null>): Owner | null {
    const before = known.get(pid)
    if (before !== undefined) return before
    const { procRoot } = this.#options
    const facts = readTarget(procRoot, pid)
    const owner =
      facts === null
        ? null
        : {
            pid,
            start_id: formatStartId(this.#bootId, facts.starttimeTicks),
            name: fullName(procRoot, pid, facts.comm),
          }
    known.set(pid, owner)
    return owner
  }
}

/** UDP knows no listening: a socket without another end takes what comes to its port. */
function roleOf({ protocol, state, remote, localPort }: SocketEntry): PortSocket['role'] | null {
  if (localPort === 0) return null
  if (protocol.startsWith('udp')) return remote === null ? 'listens' : 'connected'
  if (state === 'LISTEN') return 'listens'
  return state === 'ESTABLISHED' && remote !== null ? 'connected' : null
}

function whyUnknown({ denied, complete }: SocketOwners): UnknownReason {
  if (denied) return 'not_permitted'
  // Every process was seen and none holds it: closed meanwhile, or of another process namespace.
  return complete ? 'not_reported' : 'failed'
}

/** `127.0.0.1:80` → `127.0.0.1`, `[::1]:80` → `::1` */
function hostOf(endpoint: string): string {
  return endpoint.slice(0, endpoint.lastIndexOf(':')).replaceAll(/[[\]]/g, '')
}

async function tableText(file: string): Promise<string> {
  try {
    return await readFile(file, 'latin1')
  } catch {
    return '' // no such protocol here, as where IPv6 is switched off
  }
}
