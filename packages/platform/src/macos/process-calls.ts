import { koffiOrNull } from '../ffi.ts'
import { cleanName } from '../text/clean.ts'
import { KINFO_SIZE, RUSAGE_SIZE, TASK_ALL_INFO_SIZE } from './parse-processes.ts'

/** What macOS is asked of processes: bytes as it fills them in. null: it may not be asked, or is gone. */
export interface MacProcessCalls {
  /** Ticks a second of all times of processes. */
  readonly tickFrequency: number
  /** Every process: an array of kinfo_proc. */
  list(): Buffer | null
  task(pid: number): Buffer | null
  usage(pid: number): Buffer | null
  path(pid: number): string | null
  arguments(pid: number): Buffer | null
  userName(uid: number): string | null
}

/** Libraries of the system are in its cache and are no files: nothing to look for. */
const LIBRARY = '/usr/lib/libSystem.B.dylib'

// Source: sys/sysctl.h, sys/proc_info.h, sys/resource.h.
const [CTL_KERN, KERN_PROC, KERN_PROC_ALL, KERN_PROCARGS2] = [1, 14, 0, 49]
const PROC_PIDTASKALLINFO = 2
const RUSAGE_INFO_V2 = 2
const MOST_PATH = 4096
const MOST_LIST = 1 << 26
/** Room for processes that start between two questions. */
const SLACK = KINFO_SIZE * 64
const ARGUMENTS_ROOM = 1 << 18

/** null where koffi has no binary or this system lacks a call. @param library a test hands in its own */
export function macProcessCalls(library = LIBRARY): MacProcessCalls | null {
  const koffi = koffiOrNull()
  if (koffi === null) return null
  try {
    return load(koffi, library)
  } catch {
    return null // an older or newer system without one of them; the portable provider serves as well
  }
}

function load(koffi: NonNullable<ReturnType<typeof koffiOrNull>>, file: string): MacProcessCalls {
  const library = koffi.load(file)
  const sysctl = library.func(
    'int sysctl(void *name, uint32_t length, void *old, void *oldSize, void *new, size_t newSize)',
  )
  const byName = library.func(
    'int sysctlbyname(str name, void *old, void *oldSize, void *new, size_t newSize)',
  )
  const pidInfo = library.func(
    'int proc_pidinfo(int pid, int flavor, uint64_t argument, void *bytes, int size)',
  )
  const rusage = library.func('int proc_pid_rusage(int pid, int flavor, void *bytes)')
  const pidPath = library.func('int proc_pidpath(int pid, void *bytes, uint32_t size)')
  const getpwuid = library.func('void *getpwuid(uint32_t uid)')

  const size = Buffer.alloc(8)
  const mibOf = (...numbers: number[]) => {
    const mib = Buffer.alloc(numbers.length * 4)
    for (const [index, number] of numbers.entries()) mib.writeInt32LE(number, index * 4)
    return mib
  }
  const query = (mib: Buffer, bytes: Buffer | null): boolean => {
    size.writeBigUInt64LE(BigInt(bytes?.length ?? 0))
    return sysctl(mib, mib.length / 4, bytes, size, null, 0) === 0
  }
  const answered = (bytes: Buffer) => bytes.subarray(0, Number(size.readBigUInt64LE()))

  const everyone = mibOf(CTL_KERN, KERN_PROC, KERN_PROC_ALL)
  const frequency = Buffer.alloc(8)
  size.writeBigUInt64LE(8n)
  const hasFrequency = byName('hw.tbfrequency', frequency, size, null, 0) === 0
  const tickFrequency = hasFrequency ? Number(frequency.readBigUInt64LE()) : 0
  if (tickFrequency <= 0) throw new Error('hw.tbfrequency is not told')

  let listed = Buffer.alloc(0)
  const [task, used, place] = [TASK_ALL_INFO_SIZE, RUSAGE_SIZE, MOST_PATH].map((room) =>
    Buffer.alloc(room),
  ) as [Buffer, Buffer, Buffer]
  const argumentBytes = Buffer.alloc(ARGUMENTS_ROOM)
  return {
    tickFrequency,
    list() {
      for (let tries = 0; tries < 4; tries++) {
        if (listed.length > 0 && query(everyone, listed)) return answered(listed)
        if (!query(everyone, null)) return null
        const needed = Number(size.readBigUInt64LE()) + SLACK
        if (needed > MOST_LIST) return null
        listed = Buffer.alloc(Math.max(needed, listed.length + SLACK))
      }
      return null
    },
    task: (pid) =>
      pidInfo(pid, PROC_PIDTASKALLINFO, 0, task, task.length) === task.length ? task : null,
    usage: (pid) => (rusage(pid, RUSAGE_INFO_V2, used) === 0 ? used : null),
    path(pid) {
      const length = pidPath(pid, place, place.length) as number
      return length > 0 ? place.toString('utf8', 0, length) : null
    },
    arguments: (pid) =>
      query(mibOf(CTL_KERN, KERN_PROCARGS2, pid), argumentBytes) ? answered(argumentBytes) : null,
    userName(uid) {
      const entry: unknown = getpwuid(uid)
      if (entry === null) return null
      // pw_name is the first member of struct passwd.
      const name: unknown = koffi.decode(entry, 'str')
      return typeof name === 'string' && name !== '' ? cleanName(name) : null
    },
  }
}
