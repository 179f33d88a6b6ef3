import type { OpenFile, SocketInfo } from '@taskmanager/contracts'
import { cleanText } from '../text/clean.ts'
import type { DetailFiles } from './detail-files.ts'
import type { SocketEntry } from './sockets.ts'

/** More descriptors than this are counted and not listed. */
export const MOST_FILES = 4096
const AT_ONCE = 64

export interface Descriptor {
  fd: number
  target: string
}

/** What each descriptor refers to; null when the descriptors may not be read. Source: proc_pid_fd(5). */
export async function readDescriptors(
  files: DetailFiles,
): Promise<{ count: number; list: Descriptor[] } | null> {
  const names = await files.names('fd')
  if (names.kind !== 'ok') return null
  const fds = names.value.map(Number).toSorted((a, b) => a - b)
  const list: Descriptor[] = []
  for (let at = 0; at < Math.min(fds.length, MOST_FILES); at += AT_ONCE) {
    const some = fds.slice(at, Math.min(at + AT_ONCE, MOST_FILES))
    const links = await Promise.all(some.map((fd) => files.link(`fd/${fd}`)))
    links.forEach((link, index) => {
      if (link.kind === 'ok') list.push({ fd: some[index] as number, target: link.value })
    })
  }
  return { count: fds.length, list }
}

const O_ACCMODE = 3
const MODES = ['r', 'w', 'rw'] as const

/** How a descriptor was opened, from `flags:` (octal) of fdinfo. Source: proc_pid_fdinfo(5). */
async function modeOf(files: DetailFiles, fd: number): Promise<OpenFile['mode']> {
  const flags = /^flags:\s*([0-7]+)/m.exec((await files.text(`fdinfo/${fd}`)) ?? '')?.[1]
  return flags === undefined ? null : (MODES[Number.parseInt(flags, 8) & O_ACCMODE] ?? null)
}

export async function presentFiles(
  files: DetailFiles,
  descriptors: readonly Descriptor[],
): Promise<OpenFile[]> {
  const open: OpenFile[] = []
  for (let at = 0; at < descriptors.length; at += AT_ONCE) {
    const some = descriptors.slice(at, at + AT_ONCE)
    const modes = await Promise.all(some.map(({ fd }) => modeOf(files, fd)))
    some.forEach(({ fd, target }, index) => {
      const deleted = target.endsWith(' (deleted)')
      const path = cleanText(deleted ? target.slice(0, -' (deleted)'.length) : target)
      open.push({ fd, kind: kindOf(target), path, mode: modes[index] ?? null, deleted })
    })
  }
  return open
}

function kindOf(target: string): OpenFile['kind'] {
  if (target.startsWith('pipe:')) return 'pipe'
  if (target.startsWith('socket:')) return 'socket'
  if (target.startsWith('anon_inode:')) return 'anonymous'
  if (target.startsWith('/dev/')) return 'device'
  return target.startsWith('/') ? 'file' : 'other'
}

const SOCKET = /^socket:\[(\d+)\]$/

/** Inode of the socket behind a descriptor; null when it is none. */
export const socketInode = (target: string): string | null => SOCKET.exec(target)?.[1] ?? null

export function presentSockets(
  descriptors: readonly Descriptor[],
  entries: readonly SocketEntry[],
): SocketInfo[] {
  const byInode = new Map(entries.map((entry) => [entry.inode, entry]))
  return descriptors.flatMap(({ fd, target }) => {
    const inode = socketInode(target)
    if (inode === null) return []
    const entry = byInode.get(inode)
    if (entry === undefined) {
      return [{ fd, protocol: 'other' as const, local: target, remote: null, state: null }]
    }
    const { protocol, local, remote, state } = entry
    return [{ fd, protocol, local, remote, state }]
  })
}

/** What each descriptor leads to, in words: of a connection its ends, else the name of the file. */
export function targetsOf(
  descriptors: readonly Descriptor[],
  entries: readonly SocketEntry[],
): ReadonlyMap<number, string> {
  const targets = new Map(descriptors.map(({ fd, target }) => [fd, cleanText(target)]))
  for (const { fd, protocol, local, remote } of presentSockets(descriptors, entries)) {
    if (fd === null || protocol === 'other') continue
    const ends = remote === null ? local : `${local} → ${remote}`
    targets.set(fd, `${protocol} ${ends}`.trim())
  }
  return targets
}
