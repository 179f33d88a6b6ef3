import { readdirSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { socketInode } from '../detail/open-files.ts'
import type { SlicedWork } from '../sliced-work.ts'

/** More holders of one socket are not listed: a server with hundreds of workers needs no hundred names. */
const MOST_OWNERS = 16
/** Descriptors of one process that are looked at. */
const MOST_DESCRIPTORS = 65_536

export interface SocketOwners {
  /** Inode to the pids that hold it. */
  readonly pids: ReadonlyMap<string, readonly number[]>
  /** Some descriptors may not be read: who holds the rest cannot be told. */
  readonly denied: boolean
  readonly complete: boolean
}

/**
 * Which processes hold these sockets, by the links in `fd`. Source: proc_pid_fd(5). The links are memory, not disk:
 * they are read synchronously, a few milliseconds at a time.
 */
export async function findSocketOwners(
  procRoot: string,
  inodes: ReadonlySet<string>,
  work: SlicedWork,
): Promise<SocketOwners> {
  const pids = new Map<string, number[]>()
  let denied = false
  for (const name of readdirSync(procRoot)) {
    if (!/^[1-9]\d*$/.test(name)) continue
    if (!(await work.goesOn())) return { pids, denied, complete: false }
    const directory = path.join(procRoot, name, 'fd')
    const descriptors = namesIn(directory)
    if (descriptors === 'denied') {
      denied = true
      continue
    }
    for (const fd of descriptors) {
      if (!(await work.goesOn())) return { pids, denied, complete: false }
      take(readLink(path.join(directory, fd)), Number(name), inodes, pids)
    }
  }
  return { pids, denied, complete: true }
}

function take(
  target: string | null,
  pid: number,
  inodes: ReadonlySet<string>,
  pids: Map<string, number[]>,
): void {
  const inode = target === null ? null : socketInode(target)
  if (inode === null || !inodes.has(inode)) return
  const holders = pids.get(inode)
  if (holders === undefined) pids.set(inode, [pid])
  else if (holders.at(-1) !== pid && holders.length < MOST_OWNERS) holders.push(pid)
}

function namesIn(directory: string): readonly string[] | 'denied' {
  try {
    return readdirSync(directory).slice(0, MOST_DESCRIPTORS)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EACCES' || code === 'EPERM') return 'denied'
    if (code !== 'ENOENT' && code !== 'ESRCH' && code !== 'ENOTDIR') throw error
    return [] // what ended meanwhile holds nothing
  }
}

function readLink(file: string): string | null {
  try {
    return readlinkSync(file)
  } catch {
    return null // closed meanwhile
  }
}
