import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { PortList, PortSocket, UnknownReason } from '@taskmanager/contracts'
import { fullName, readTargetOrNull } from '../control/target-facts.ts'
import { parseInet, type SocketEntry } from '../detail/sockets.ts'
import { formatStartId, readBootId } from '../linux/start-id.ts'
import { Users } from '../linux/users.ts'
import type { PlatformOptions } from '../options.ts'
import { SlicedWork } from '../sliced-work.ts'
import type { PortsProvider } from './ports-provider.ts'
import { KeptPorts } from './kept-ports.ts'
import { openSockets, presentEnds } from './port-roles.ts'
import { findSocketOwners, type SocketOwners } from './socket-owners.ts'

const PROTOCOLS = ['tcp', 'tcp6', 'udp', 'udp6'] as const

type Owner = NonNullable<PortSocket['owners']>[number]

/** Ports from the tables of the kernel, holders from the descriptors of every process that may be read. */
export class LinuxPorts implements PortsProvider {
  readonly #options: PlatformOptions
  readonly #users: Users
  readonly #bootId: string
  readonly #kept: KeptPorts

  constructor(options: PlatformOptions) {
    this.#options = options
    this.#users = new Users(options.etcRoot)
    this.#bootId = readBootId(options.procRoot)
    this.#kept = new KeptPorts(options.clock, () => this.#read())
  }

  read(): Promise<PortList> {
    return this.#kept.read()
  }

  async #read(): Promise<PortList> {
    const { procRoot, clock } = this.#options
    this.#users.refresh()
    const tables = await Promise.all(
      PROTOCOLS.map(async (protocol) =>
        parseInet(protocol, await tableText(path.join(procRoot, 'net', protocol))),
      ),
    )
    const { open, shown } = openSockets(tables.flat())
    const inodes = new Set(shown.map(({ entry }) => entry.inode).filter((inode) => inode !== '0'))
    const work = new SlicedWork()
    const found = await findSocketOwners(procRoot, inodes, work)
    const known = new Map<number, Owner | null>()
    const sockets: PortSocket[] = []
    for (const { entry, role } of shown) {
      await work.goesOn()
      sockets.push(this.#present(entry, role, found, known))
    }
    await work.pause()
    return {
      sockets,
      socket_count: open,
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
      ...presentEnds(entry, role),
      user: entry.uid === null ? null : this.#users.nameOf(entry.uid),
      owners,
      unknown: owners === null ? { owners: whyUnknown(found) } : {},
    }
  }

  #owner(pid: number, known: Map<number, Owner | null>): Owner | null {
    const before = known.get(pid)
    if (before !== undefined) return before
    const { procRoot } = this.#options
    const facts = readTargetOrNull(procRoot, pid)
    const owner =
      facts === null
        ? null
        : {
            pid,
            start_id: formatStartId(this.#bootId, facts.starttimeTicks),
            name: fullName(procRoot, pid, facts),
          }
    known.set(pid, owner)
    return owner
  }
}

function whyUnknown({ denied, complete }: SocketOwners): UnknownReason {
  if (denied) return 'not_permitted'
  // Every process was seen and none holds it: closed meanwhile, or of another process namespace.
  return complete ? 'not_reported' : 'failed'
}

async function tableText(file: string): Promise<string> {
  try {
    return await readFile(file, 'latin1')
  } catch {
    return '' // no such protocol here, as where IPv6 is switched off
  }
}
