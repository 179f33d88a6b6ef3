import type { OpenFile, SocketInfo } from '@taskmanager/contracts'
import type { MacDescriptors } from './descriptors.ts'
import { DESCRIPTOR_TYPE, type MacDescriptor, type OpenVnode } from './parse-descriptors.ts'
import type { OpenSocket } from './parse-open-socket.ts'

/** More descriptors than this are counted and not listed. */
const MOST_FILES = 4096

/** What has no path. Source: `PROX_FDTYPE_…` of sys/proc_info.h. */
const NAMELESS: Readonly<Record<number, string>> = {
  0: 'AppleTalk',
  3: 'shared memory',
  4: 'semaphore',
  5: 'kqueue',
  7: 'file system events',
  9: 'network policy',
  10: 'network channel',
  11: 'network nexus',
}

const VNODE = { file: 1, directory: 2, blockDevice: 3, characterDevice: 4, socket: 6, pipe: 7 }
const KINDS: Readonly<Record<number, OpenFile['kind']>> = {
  [VNODE.file]: 'file',
  [VNODE.directory]: 'directory',
  [VNODE.blockDevice]: 'device',
  [VNODE.characterDevice]: 'device',
  [VNODE.socket]: 'socket',
  [VNODE.pipe]: 'pipe',
}

export interface OpenThings {
  files: OpenFile[]
  sockets: { fd: number; socket: OpenSocket }[]
}

/** What a process has open; what it closes meanwhile is left out. */
export function readOpenThings(
  descriptors: MacDescriptors,
  pid: number,
  list: readonly MacDescriptor[],
): OpenThings {
  const open: OpenThings = { files: [], sockets: [] }
  for (const { fd, type } of list.slice(0, MOST_FILES)) {
    if (type === DESCRIPTOR_TYPE.file) {
      const vnode = descriptors.file(pid, fd)
      open.files.push(vnode === null ? untold(fd, 'file') : fileOf(fd, vnode))
    } else if (type === DESCRIPTOR_TYPE.socket) {
      const socket = descriptors.socket(pid, fd)
      if (socket !== null) open.sockets.push({ fd, socket })
      open.files.push(nameless(fd, 'socket', socket === null ? 'socket' : socketWords(socket)))
    } else if (type === DESCRIPTOR_TYPE.pipe) open.files.push(nameless(fd, 'pipe', 'pipe'))
    else open.files.push(nameless(fd, 'anonymous', NAMELESS[type] ?? `kind ${type}`))
  }
  return open
}

function fileOf(fd: number, { type, path, links, reads, writes }: OpenVnode): OpenFile {
  const kind = KINDS[type] ?? 'other'
  if (path === null) return untold(fd, kind)
  const mode = reads ? (writes ? 'rw' : 'r') : writes ? 'w' : null
  return { fd, kind, path, mode, deleted: kind === 'file' && links === 0 }
}

/** The user has not allowed access to its folder, or it was closed. */
const untold = (fd: number, kind: OpenFile['kind']) => nameless(fd, kind, 'path not told')

const nameless = (fd: number, kind: OpenFile['kind'], path: string): OpenFile => ({
  fd,
  kind,
  path,
  mode: null,
  deleted: false,
})

function socketWords({ protocol, local, remote }: OpenSocket): string {
  const ends = remote === null ? local : `${local} → ${remote}`
  return ends === '' ? `${protocol} socket` : `${protocol} ${ends}`
}

export const presentSockets = (sockets: OpenThings['sockets']): SocketInfo[] =>
  sockets.map(({ fd, socket: { protocol, local, remote, state } }) => ({
    fd,
    protocol,
    local,
    remote,
    state,
  }))
