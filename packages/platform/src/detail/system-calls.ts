/** Calls that sleep, by name: number on x86-64, number on ARM64; `fd`: the first argument is a descriptor. */
const CALLS: readonly (readonly [
  name: string,
  x64: number | null,
  arm64: number | null,
  fd?: 'fd',
])[] = [
  ['read', 0, 63, 'fd'],
  ['write', 1, 64, 'fd'],
  ['open', 2, null],
  ['close', 3, 57, 'fd'],
  ['stat', 4, null],
  ['fstat', 5, 80, 'fd'],
  ['poll', 7, null],
  ['ioctl', 16, 29, 'fd'],
  ['pread64', 17, 67, 'fd'],
  ['pwrite64', 18, 68, 'fd'],
  ['readv', 19, 65, 'fd'],
  ['writev', 20, 66, 'fd'],
  ['select', 23, null],
  ['pause', 34, null],
  ['nanosleep', 35, 101],
  ['sendfile', 40, 71, 'fd'],
  ['connect', 42, 203, 'fd'],
  ['accept', 43, 202, 'fd'],
  ['sendto', 44, 206, 'fd'],
  ['recvfrom', 45, 207, 'fd'],
  ['sendmsg', 46, 211, 'fd'],
  ['recvmsg', 47, 212, 'fd'],
  ['vfork', 58, null],
  ['execve', 59, 221],
  ['wait4', 61, 260],
  ['semop', 65, 193],
  ['msgsnd', 69, 189],
  ['msgrcv', 70, 188],
  ['fcntl', 72, 25, 'fd'],
  ['flock', 73, 32, 'fd'],
  ['fsync', 74, 82, 'fd'],
  ['fdatasync', 75, 83, 'fd'],
  ['ftruncate', 77, 46, 'fd'],
  ['rename', 82, null],
  ['unlink', 87, null],
  ['rt_sigtimedwait', 128, 137],
  ['rt_sigsuspend', 130, 133],
  ['fstatfs', 138, 44, 'fd'],
  ['sync', 162, 81],
  ['futex', 202, 98],
  ['io_getevents', 208, 4],
  ['getdents64', 217, 61, 'fd'],
  ['semtimedop', 220, 192],
  ['clock_nanosleep', 230, 115],
  ['epoll_wait', 232, null],
  ['waitid', 247, 95],
  ['openat', 257, 56],
  ['newfstatat', 262, 79],
  ['unlinkat', 263, 35],
  ['pselect6', 270, 72],
  ['ppoll', 271, 73],
  ['splice', 275, 76, 'fd'],
  ['epoll_pwait', 281, 22],
  ['fallocate', 285, 47, 'fd'],
  ['accept4', 288, 242, 'fd'],
  ['preadv', 295, 69, 'fd'],
  ['pwritev', 296, 70, 'fd'],
  ['recvmmsg', 299, 243, 'fd'],
  ['syncfs', 306, 267, 'fd'],
  ['sendmmsg', 307, 269, 'fd'],
  ['copy_file_range', 326, 285, 'fd'],
  ['preadv2', 327, 286, 'fd'],
  ['pwritev2', 328, 287, 'fd'],
  ['statx', 332, 291],
  ['io_uring_enter', 426, 426],
  ['epoll_pwait2', 441, 441],
  ['futex_waitv', 449, 449],
  ['futex_wait', 455, 455],
]

/** By architecture as Node names it. Source: unistd_64.h and asm-generic/unistd.h of the kernel. */
export const CALLS_BY_NUMBER: Readonly<
  Record<string, ReadonlyMap<number, { name: string; hasFd: boolean }>>
> = { x64: byNumber(1), arm64: byNumber(2) }

function byNumber(column: 1 | 2) {
  return new Map(
    CALLS.flatMap((call) => {
      const number = call[column]
      return number === null ? [] : [[number, { name: call[0], hasFd: call[3] === 'fd' }] as const]
    }),
  )
}

/** A call into the kernel that a thread sleeps in. */
export interface SystemCall {
  name: string
  /** The descriptor it is about; null: it is about none, or of none alone. */
  fd: number | null
}

/**
 * Parses `/proc/<pid>/task/<tid>/syscall`. Of the arguments only a descriptor is taken: the others are addresses. null:
 * it runs, is in no call, or in one that does not sleep as a rule. Source: proc_pid_syscall(5).
 */
export function parseSystemCall(text: string, arch: string): SystemCall | null {
  const [, number, first] = /^(\d{1,4}) 0x([0-9a-f]{1,16}) /.exec(text) ?? []
  const call = CALLS_BY_NUMBER[arch]?.get(Number(number ?? -1))
  if (call === undefined || first === undefined) return null
  // Descriptors are 32 bits wide; what stands above them is left over.
  const fd = Number.parseInt(first.slice(-8), 16)
  return { name: call.name, fd: call.hasFd && fd < 2 ** 31 ? fd : null }
}
