import { closeSync, fstatSync } from 'node:fs'
import { constants } from 'node:os'
import type { IoPriority } from '@taskmanager/contracts'
import { cLibrary, koffiOrNull } from '../ffi.ts'
import { releaseSpare, restoreSpares } from '../linux/spare-descriptors.ts'

const PIDFD_SEND_SIGNAL = 424
const PIDFD_OPEN = 434
/** These have other numbers on each architecture. Source: asm/unistd.h. */
const IOPRIO_SET: Partial<Record<NodeJS.Architecture, number>> = { x64: 251, arm64: 30 }
const IOPRIO_GET: Partial<Record<NodeJS.Architecture, number>> = { x64: 252, arm64: 31 }
const IOPRIO_WHO_PROCESS = 1
/** Class in the upper bits (none, realtime, best effort, idle), level 0 to 7 below. Source: linux/ioprio.h. */
const CLASS_SHIFT = 13
const IO_VALUES: Record<IoPriority, number> = {
  high: (2 << CLASS_SHIFT) | 0,
  normal: 0,
  low: (2 << CLASS_SHIFT) | 7,
  idle: 3 << CLASS_SHIFT,
}
/** Best effort without another wish. */
const NORMAL_LEVEL = 4

/** A kernel handle of a process: it never comes to mean another one, whatever happens to the pid. */
export interface Pidfd {
  /** Inode in pidfs, unique for this boot (kernel 6.9+); null on older kernels, where all handles share one. */
  readonly inode: string | null
  /** 0, or the errno. Signal 0 only asks; ESRCH means reaped. */
  send(signal: number): number
  close(): void
}

export interface PidfdCalls {
  /** The handle, or the errno (ESRCH: no such process; ENOSYS: kernel before 5.3; EPERM: a sandbox). */
  open(pid: number): Pidfd | number
  /** Limits one thread to CPUs; 0 or the errno. Source: sched_setaffinity(2). */
  setAffinity(tid: number, cpus: readonly number[]): number
  /** Of one thread; 0 or the errno. Source: ioprio_set(2). */
  setIoPriority(tid: number, level: IoPriority): number
  /** Of one thread; null when it is gone or the system does not tell. Source: ioprio_get(2). */
  ioPriority(tid: number): IoPriority | 'realtime' | null
}

/** Whether the I/O priority of a process can be changed here. */
export const hasIoPriority = (): boolean =>
  pidfdCalls() !== null && IOPRIO_SET[process.arch] !== undefined

let calls: PidfdCalls | null | undefined

/** Too many open files, here or in the system. */
const NO_DESCRIPTOR: ReadonlySet<number> = new Set([constants.errno.EMFILE, constants.errno.ENFILE])

/** The calls by FFI, or null without it. Source: pidfd_open(2), pidfd_send_signal(2); same numbers on every architecture. */
export function pidfdCalls(): PidfdCalls | null {
  return (calls ??= load())
}

function load(): PidfdCalls | null {
  const koffi = koffiOrNull()
  if (koffi === null || process.platform !== 'linux') return null
  try {
    const libc = cLibrary(koffi)
    const syscall = libc.func('long syscall(long number, long a, long b, long c, long d)')
    const affinity = libc.func('int sched_setaffinity(int tid, size_t size, void *mask)')
    const tryOpen = (pid: number): number => {
      const fd = syscall(PIDFD_OPEN, pid, 0, 0, 0) as number
      return fd >= 0 ? fd : -koffi.errno()
    }
    const openFd = (pid: number): number => {
      const fd = tryOpen(pid)
      return NO_DESCRIPTOR.has(-fd) && releaseSpare() ? tryOpen(pid) : fd
    }
    const hasInodes = inodesDiffer(openFd)
    return {
      open: (pid) => {
        const fd = openFd(pid)
        if (fd < 0) return -fd
        return {
          inode: hasInodes ? inodeOf(fd) : null,
          send: (signal) =>
            syscall(PIDFD_SEND_SIGNAL, fd, signal, 0, 0) === 0 ? 0 : koffi.errno(),
          close: () => {
            closeSync(fd)
            restoreSpares()
          },
        }
      },
      setIoPriority: (tid, level) => {
        const number = IOPRIO_SET[process.arch]
        if (number === undefined) return constants.errno.ENOSYS
        const value = IO_VALUES[level]
        return syscall(number, IOPRIO_WHO_PROCESS, tid, value, 0) === 0 ? 0 : koffi.errno()
      },
      ioPriority: (tid) => {
        const number = IOPRIO_GET[process.arch]
        const value = number === undefined ? -1 : syscall(number, IOPRIO_WHO_PROCESS, tid, 0, 0)
        return ioPriorityOf(Number(value))
      },
      setAffinity: (tid, cpus) => {
        const mask = cpuMask(cpus)
        return affinity(tid, mask.length, mask) === 0 ? 0 : koffi.errno()
      },
    }
  } catch {
    return null // symbols missing: the start time is compared instead
  }
}

/** Before pidfs all handles share the inode of anonymous files, which tells nothing. */
function inodesDiffer(openFd: (pid: number) => number): boolean {
  const fds = [openFd(process.pid), openFd(process.ppid > 0 ? process.ppid : 1)]
  try {
    if (fds.some((fd) => fd < 0)) return false
    return new Set(fds.map(inodeOf)).size === 2
  } finally {
    for (const fd of fds) if (fd >= 0) closeSync(fd)
  }
}

const inodeOf = (fd: number): string => String(fstatSync(fd, { bigint: true }).ino)

/** The word for a value of ioprio_get(2); null for an error. */
export function ioPriorityOf(value: number): IoPriority | 'realtime' | null {
  if (value < 0) return null
  const level = value & 7
  switch (value >> CLASS_SHIFT) {
    case 0:
      return 'normal'
    case 1:
      return 'realtime'
    case 2:
      return level === NORMAL_LEVEL ? 'normal' : level < NORMAL_LEVEL ? 'high' : 'low'
    case 3:
      return 'idle'
    default:
      return null
  }
}

/** Bit n is CPU n, in whole 8-byte words as the kernel wants them. */
export function cpuMask(cpus: readonly number[]): Uint8Array {
  const mask = new Uint8Array((Math.floor(Math.max(...cpus) / 64) + 1) * 8)
  for (const cpu of cpus) {
    const at = Math.floor(cpu / 8)
    mask[at] = (mask[at] ?? 0) | (1 << (cpu % 8))
  }
  return mask
}

export const { ESRCH, EPERM, EINVAL, EACCES } = constants.errno
