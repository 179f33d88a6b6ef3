import { readdirSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import type { SlicedWork } from '../sliced-work.ts'
import type { TcpSocket } from './tcp-dump.ts'

/** A process that may hold sockets. */
export interface Candidate {
  pid: number
  startId: string
  starttimeTicks: number
}

interface Held {
  by: Candidate
  /** The descriptor it was found under. */
  link: string
}

/** A socket whose holder was looked for in vain is looked for so often: it may have changed hands meanwhile. */
const MOST_TRIES = 3

/**
 * Which process holds a socket, by the links in `fd`. Source: proc_pid_fd(5). A holder is remembered and only looked at
 * again; all descriptors are read only while there is a socket that nobody is known to hold, those of processes with
 * connections first, then of the oldest. A search that is cut for its time goes on at the next call where it stopped.
 */
export class SocketHolderFinder {
  readonly #procRoot: string
  readonly #processOf: (pid: number) => Candidate | null
  #known = new Map<number, Held>()
  #tries = new Map<number, number>()
  /** Pids that searches looked at since one of them looked at everybody. */
  readonly #lookedAt = new Set<number>()

  /** @param processOf null: there is none any more */
  constructor(procRoot: string, processOf: (pid: number) => Candidate | null) {
    this.#procRoot = procRoot
    this.#processOf = processOf
  }

  /** By cookie. Of several who hold one socket it is one: what it carries counts once. */
  async find(
    sockets: readonly TcpSocket[],
    pids: readonly number[],
    work: Pick<SlicedWork, 'goesOn'>,
  ): Promise<ReadonlyMap<number, Candidate>> {
    const known = new Map<number, Held>()
    const tries = new Map<number, number>()
    const wanted = new Map<string, TcpSocket>()
    const alive = new Map<number, boolean>()
    const isAlive = ({ pid, startId }: Candidate) => {
      const before = alive.get(pid)
      if (before !== undefined) return before
      const is = this.#processOf(pid)?.startId === startId
      alive.set(pid, is)
      return is
    }
    for (const socket of sockets) {
      const held = this.#known.get(socket.cookie)
      // A socket that was closed may still send what it was given: for who held it last.
      if (held !== undefined && isAlive(held.by) && stillHolds(held, socket)) {
        known.set(socket.cookie, held)
        continue
      }
      const tried = this.#tries.get(socket.cookie) ?? 0
      if (tried > 0) tries.set(socket.cookie, tried)
      if (socket.inode !== 0 && tried < MOST_TRIES) wanted.set(linkOf(socket), socket)
    }
    if (wanted.size > 0) await this.#search(wanted, { known, tries, pids, work })
    this.#known = known
    this.#tries = tries
    return new Map([...known].map(([cookie, { by }]) => [cookie, by]))
  }

  async #search(
    wanted: Map<string, TcpSocket>,
    into: {
      known: Map<number, Held>
      tries: Map<number, number>
      pids: readonly number[]
      work: Pick<SlicedWork, 'goesOn'>
    },
  ): Promise<void> {
    const { known, tries, pids, work } = into
    const lookedAt = this.#lookedAt
    const first = new Map([...known.values()].map(({ by }) => [by.pid, by.starttimeTicks]))
    // Pids are given out in order, as a rule.
    const order = pids.toSorted(
      (a, b) =>
        Number(lookedAt.has(a)) - Number(lookedAt.has(b)) ||
        Number(first.has(b)) - Number(first.has(a)) ||
        (first.get(a) ?? a) - (first.get(b) ?? b) ||
        a - b,
    )
    for (const pid of order) {
      if (wanted.size === 0) break
      if (!(await work.goesOn())) return
      if (lookedAt.has(pid)) lookedAt.clear()
      lookedAt.add(pid)
      for (const [cookie, held] of this.#look(pid, wanted)) known.set(cookie, held)
    }
    lookedAt.clear()
    // Everybody was looked at.
    for (const { cookie } of wanted.values()) tries.set(cookie, (tries.get(cookie) ?? 0) + 1)
  }

  /** Takes what the process holds out of `wanted`. */
  #look(pid: number, wanted: Map<string, TcpSocket>): Map<number, Held> {
    const found = new Map<number, Held>()
    const directory = path.join(this.#procRoot, String(pid), 'fd')
    let by: Candidate | null = null
    let names: string[]
    try {
      names = readdirSync(directory)
    } catch {
      return found // it ended meanwhile, or may not be looked into
    }
    for (const name of names) {
      const link = path.join(directory, name)
      const target = readLink(link)
      const socket = target === null ? undefined : wanted.get(target)
      if (target === null || socket === undefined) continue
      by ??= this.#processOf(pid)
      if (by === null) return found
      wanted.delete(target)
      found.set(socket.cookie, { by, link })
      if (wanted.size === 0) break
    }
    return found
  }
}

function stillHolds({ link }: Held, socket: TcpSocket): boolean {
  return socket.inode === 0 || readLink(link) === linkOf(socket)
}

const linkOf = ({ inode }: TcpSocket): string => `socket:[${inode}]`

function readLink(file: string): string | null {
  try {
    return readlinkSync(file)
  } catch {
    return null // closed meanwhile, or not to be seen
  }
}
