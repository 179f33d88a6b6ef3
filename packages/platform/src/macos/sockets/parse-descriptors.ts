import { cleanBytes } from '../../text/clean.ts'
import { needBytes, textEnd } from '../bytes.ts'

/** `PROX_FDTYPE_…` of sys/proc_info.h. */
export const DESCRIPTOR_TYPE = { file: 1, socket: 2, pipe: 6 } as const

export interface MacDescriptor {
  fd: number
  /** One of `PROX_FDTYPE_…`. */
  type: number
}

const SIZE = 8

/** `proc_pidinfo(PROC_PIDLISTFDS)`: an array of `struct proc_fdinfo`. Source: sys/proc_info.h of xnu. */
export function parseDescriptors(bytes: Buffer): MacDescriptor[] {
  const count = Math.floor(bytes.length / SIZE)
  return Array.from({ length: count }, (_, index) => ({
    fd: bytes.readUInt32LE(index * SIZE),
    type: bytes.readUInt32LE(index * SIZE + 4),
  }))
}

/** Bytes of `struct vnode_fdinfowithpath`. */
export const OPEN_FILE_SIZE = 1200

const PATH = 176
const PATH_LENGTH = 1024

export interface OpenVnode {
  /** Opened for reading, for writing. Source: sys/fcntl.h, `FREAD` and `FWRITE`. */
  reads: boolean
  writes: boolean
  /** `VREG` 1, `VDIR` 2, `VBLK` 3, `VCHR` 4, `VFIFO` 7. Source: sys/vnode.h. */
  type: number
  /** Names that it has; 0: it was deleted. */
  links: number
  /** null: the system does not tell it, as where the user has not allowed access to a folder. */
  path: string | null
}

/**
 * `proc_pidfdinfo(PROC_PIDFDVNODEPATHINFO)`: 24 bytes of `proc_fileinfo`, 152 of `vnode_info`, the path.
 * @throws ProcParseError when it is cut
 */
export function parseOpenVnode(bytes: Buffer): OpenVnode {
  needBytes('vnode_fdinfowithpath', bytes, OPEN_FILE_SIZE)
  const flags = bytes.readUInt32LE(0)
  const end = textEnd(bytes, PATH, PATH_LENGTH)
  return {
    reads: (flags & 1) !== 0,
    writes: (flags & 2) !== 0,
    type: bytes.readUInt32LE(160),
    links: bytes.readUInt16LE(30),
    path: end === PATH ? null : cleanBytes(bytes.subarray(PATH, end)),
  }
}
