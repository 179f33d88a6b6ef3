import { cLibrary, koffiOrNull, type Koffi, type Library } from '../ffi.ts'

/** Source: linux/time.h. */
const CLOCK_THREAD_CPUTIME_ID = 3
/** Source: sys/resource.h. */
const PRIO_PROCESS = 0

/** The calls the sweep makes once or more per process. All are looked up once; none allocates. */
export interface SweepCalls {
  /** CPU time of a whole process, its ended threads included, nanoseconds; -1 when it is gone. */
  processCpuNs(pid: number): number
  /** CPU time of the calling thread, nanoseconds. `getrusage(2)` is up to a tick behind, which is longer than a pass. */
  ownThreadCpuNs(): number
  /** Nice value of a process's first thread. Without the process it is -1, which may be a nice value too. */
  nice(pid: number): number
  /** Reads at offset 0; bytes read, or -1. After -1 `lastErrno` tells why. */
  readAgain(fd: number, buffer: Uint8Array): number
  lastErrno(): number
  /** Reads directory entries from the start of an open directory; bytes read, 0 at the end, -1. */
  directoryEntries(fd: number, buffer: Uint8Array): number
  rewind(fd: number): void
}

/**
 * By FFI, or null without it. The clock of a process needs no rights and no file: its id is `(~pid << 3) | 2`
 * (CPUCLOCK_SCHED of the thread group; clock_getcpuclockid(3)).
 */
export function sweepCalls(koffi: Koffi | null = koffiOrNull()): SweepCalls | null {
  if (koffi === null || process.platform !== 'linux') return null
  try {
    const libc = cLibrary(koffi)
    const clockGettime = libc.func('int clock_gettime(int id, void *time)')
    const getpriority = libc.func('int getpriority(int which, uint32_t who)')
    const pread = libc.func('intptr_t pread(int fd, void *bytes, size_t length, intptr_t offset)')
    const getdents = directoryCall(libc)
    const lseek = libc.func('intptr_t lseek(int fd, intptr_t offset, int whence)')
    const time = new Uint8Array(16)
    const words = new Uint32Array(time.buffer) // little-endian timespec of 64-bit fields
    if (new Uint8Array(new Uint32Array([1]).buffer)[0] !== 1) return null
    const nanoseconds = () =>
      ((words[1] as number) * 0x1_0000_0000 + (words[0] as number)) * 1e9 + (words[2] as number)
    return {
      processCpuNs: (pid) => (clockGettime((~pid << 3) | 2, time) === 0 ? nanoseconds() : -1),
      ownThreadCpuNs: () => (clockGettime(CLOCK_THREAD_CPUTIME_ID, time) === 0 ? nanoseconds() : 0),
      nice: (pid) => getpriority(PRIO_PROCESS, pid) as number,
      readAgain: (fd, buffer) => pread(fd, buffer, buffer.length, 0) as number,
      lastErrno: () => koffi.errno(),
      directoryEntries: (fd, buffer) => getdents(fd, buffer, buffer.length) as number,
      rewind: (fd) => void lseek(fd, 0, 0),
    }
  } catch {
    return null // symbols missing: files serve as well, in ticks
  }
}

/** getdents64(2), which musl knows by the name of the call before it. The entries are the same. */
function directoryCall(libc: Library) {
  const named = (name: string) =>
    libc.func(`intptr_t ${name}(int fd, void *entries, size_t length)`)
  try {
    return named('getdents64')
  } catch {
    return named('getdents')
  }
}
