import { koffiOrNull, type Koffi } from '../ffi.ts'
import { cleanName } from '../text/clean.ts'
import { textEnd, u64At } from './bytes.ts'
import { RESOURCE_DETAILS_SIZE } from './detail/parse-resource-details.ts'
import { RESOURCE_USAGE_SIZE } from './processes/parse-resource-usage.ts'
import { TASK_ALL_INFO_SIZE } from './processes/parse-task-all-info.ts'
import { UTMPX_SIZE } from './sessions/parse-utmpx.ts'

/** Errors of macOS that mean something to us; some have other numbers than on Linux. Source: sys/errno.h. */
export const MAC_ERRNO = { EPERM: 1, ENOENT: 2, ESRCH: 3, ENOMEM: 12 } as const

/**
 * The calls of macOS that are made here. All fill in buffers that are kept by the caller, and answer the bytes that
 * came, or -1; `lastErrno` then says why.
 */
export interface MacLibrary {
  /** sysctl(3) by numbers. */
  system(name: Int32Array, into: Buffer): number
  /** Bytes that sysctl would answer just now; -1. */
  systemSize(name: Int32Array): number
  /** sysctlbyname(3). */
  systemByName(name: string, into: Buffer): number
  /** `proc_pidinfo(PROC_PIDTASKALLINFO)`: for the same user and root. */
  taskAllInfo(pid: number, into: Buffer): number
  /** `proc_pid_rusage(RUSAGE_INFO_V2)`: for the same user and root. */
  resourceUsage(pid: number, into: Buffer): number
  /** The same, of version 4 or 6; -1 also where this macOS does not have the version. */
  resourceDetails(pid: number, version: 4 | 6, into: Buffer): number
  /** `proc_pidinfo` of any other flavor, for the same user and root. 0: there is nothing of that kind. */
  processInfo(asked: ProcessQuestion, into: Buffer): number
  /** `proc_pidfdinfo`: what a descriptor leads to, for the same user and root. */
  descriptorInfo(asked: DescriptorQuestion, into: Buffer): number
  /** Level of `notify(3)` `com.apple.system.thermalpressurelevel`, 0 to 4; null: not told. */
  thermalLevel(): number | null
  /** Whether a process runs in a sandbox (`sandbox_check`, which Apple does not document); null: not to be had. */
  isSandboxed(pid: number): boolean | null
  /** `devname_r(3)` of a character device: `ttys003`; null: it has no name. */
  deviceName(device: number): string | null
  /** `proc_pidpath`: for anybody. */
  processPath(pid: number, into: Buffer): number
  /** `host_statistics64(HOST_VM_INFO64)`. */
  vmStatistics(into: Buffer): number
  /** Records of getutxent(3), each as many bytes as `struct utmpx` has; null: not to be had. */
  signedIn(): Buffer[] | null
  /** `getpwuid_r(3)`, on a thread beside ours since it may ask a server; null: no such user. */
  userName(uid: number): Promise<string | null>
  lastErrno(): number
}

/** Flavors of `proc_pidinfo`. Source: sys/proc_info.h, of thread ids and architecture sys/proc_info_private.h. */
export const PROCESS_INFO = {
  descriptors: 1,
  folders: 9,
  thread: 15,
  architecture: 19,
  threadIds: 28,
} as const
export interface ProcessQuestion {
  pid: number
  flavor: (typeof PROCESS_INFO)[keyof typeof PROCESS_INFO]
  /** Id of the thread that is asked about. */
  thread?: number
}

/** Flavors of `proc_pidfdinfo`. Source: sys/proc_info.h. */
export const DESCRIPTOR_INFO = { file: 2, socket: 3 } as const
export interface DescriptorQuestion {
  pid: number
  fd: number
  flavor: (typeof DESCRIPTOR_INFO)[keyof typeof DESCRIPTOR_INFO]
}

/** Not a file on the disk: macOS has it in a cache of its own. */
const LIB_SYSTEM = '/usr/lib/libSystem.B.dylib'

// Source: sys/proc_info.h, sys/resource.h, mach/host_info.h.
const PROC_PIDTASKALLINFO = 2
const RUSAGE_INFO_V2 = 2
const HOST_VM_INFO64 = 4
const THERMAL_LEVEL = 'com.apple.system.thermalpressurelevel'
const S_IFCHR = 0o20000
/** More than the name of any device has. */
const DEVICE_NAME = 256
/** More than `struct passwd` has. */
const PASSWD_SIZE = 128
/** Texts of one user. */
const PASSWD_TEXTS = 4096
/** More than are ever signed in. */
const MOST_RECORDS = 10_000

let known: MacLibrary | null | undefined

/** null on other systems and where koffi has no binary. */
export function macLibrary(): MacLibrary | null {
  return (known ??= open())
}

function open(): MacLibrary | null {
  const koffi = koffiOrNull()
  if (koffi === null || process.platform !== 'darwin') return null
  try {
    return loadMacLibrary(koffi, LIB_SYSTEM)
  } catch {
    return null // a macOS without one of the calls: the portable provider does
  }
}

/** @throws when the library, or one of the functions, is not there */
export function loadMacLibrary(koffi: Koffi, file: string): MacLibrary {
  const library = koffi.load(file)
  const sysctl = library.func(
    'int sysctl(void *name, uint32_t count, void *old, void *oldLength, void *new, size_t newLength)',
  )
  const sysctlbyname = library.func(
    'int sysctlbyname(const char *name, void *old, void *oldLength, void *new, size_t newLength)',
  )
  const pidinfo = library.func(
    'int proc_pidinfo(int pid, int flavor, uint64_t argument, void *buffer, int size)',
  )
  const pidfdinfo = library.func(
    'int proc_pidfdinfo(int pid, int fd, int flavor, void *buffer, int size)',
  )
  const devname = library.func(
    'void *devname_r(int32_t device, uint16_t type, void *name, int size)',
  )
  const sandboxCheck = optional(() =>
    library.func('int sandbox_check(int pid, const char *operation, int type)'),
  )
  const utmpx = optional(() => ({
    rewind: library.func('void setutxent()'),
    next: library.func('void *getutxent()'),
    end: library.func('void endutxent()'),
  }))
  const register = library.func(
    'uint32_t notify_register_check(const char *name, _Out_ int *token)',
  )
  const notified = library.func('uint32_t notify_get_state(int token, _Out_ uint64_t *state)')
  const rusage = library.func('int proc_pid_rusage(int pid, int flavor, void *buffer)')
  const pidpath = library.func('int proc_pidpath(int pid, void *buffer, uint32_t size)')
  const statistics = library.func(
    'int host_statistics64(uint32_t host, int flavor, void *info, void *count)',
  )
  const getpwuid = library.func(
    'int getpwuid_r(uint32_t uid, void *user, void *texts, size_t size, void *found)',
  )
  const host = library.func('uint32_t mach_host_self()')() as number // once: each call is one more reference
  const length = Buffer.alloc(8)
  const answered = (code: number) => (code === 0 ? u64At(length, 0) : -1)
  const offer = (bytes: number) => {
    length.writeUInt32LE(bytes, 0)
    length.writeUInt32LE(0, 4)
    return length
  }
  /** Registered once, for as long as this program runs; -1: refused. */
  let thermalToken: number | null = null
  const tokenOf = (name: string) => {
    const token: [number] = [-1]
    return register(name, token) === 0 ? token[0] : -1
  }

  return {
    system: (name, into) =>
      answered(sysctl(name, name.length, into, offer(into.length), null, 0) as number),
    systemSize: (name) => answered(sysctl(name, name.length, null, offer(0), null, 0) as number),
    systemByName: (name, into) =>
      answered(sysctlbyname(name, into, offer(into.length), null, 0) as number),
    taskAllInfo: (pid, into) => {
      const written = pidinfo(pid, PROC_PIDTASKALLINFO, 0, into, TASK_ALL_INFO_SIZE) as number
      return written === TASK_ALL_INFO_SIZE ? written : -1
    },
    resourceUsage: (pid, into) =>
      (rusage(pid, RUSAGE_INFO_V2, into) as number) === 0 ? RESOURCE_USAGE_SIZE : -1,
    resourceDetails: (pid, version, into) =>
      (rusage(pid, version, into) as number) === 0 ? RESOURCE_DETAILS_SIZE[version] : -1,
    processInfo: ({ pid, flavor, thread = 0 }, into) => {
      koffi.errno(0) // 0 bytes are an error or nothing
      const written = pidinfo(pid, flavor, thread, into, into.length) as number
      return written > 0 || koffi.errno() === 0 ? written : -1
    },
    descriptorInfo: ({ pid, fd, flavor }, into) => {
      const written = pidfdinfo(pid, fd, flavor, into, into.length) as number
      return written > 0 ? written : -1
    },
    thermalLevel: () => {
      thermalToken ??= tokenOf(THERMAL_LEVEL)
      const state: [number | bigint] = [0]
      if (thermalToken < 0 || notified(thermalToken, state) !== 0) return null
      return Number(state[0])
    },
    isSandboxed: (pid) => {
      const answer = sandboxCheck === null ? -1 : (sandboxCheck(pid, null, 0) as number)
      return answer === 0 || answer === 1 ? answer === 1 : null
    },
    deviceName: (device) => {
      const name = Buffer.alloc(DEVICE_NAME)
      if (devname(device, S_IFCHR, name, DEVICE_NAME) === null) return null
      return cleanName(name.subarray(0, textEnd(name, 0, DEVICE_NAME)))
    },
    processPath: (pid, into) => {
      const written = pidpath(pid, into, into.length) as number
      return written > 0 ? written : -1
    },
    vmStatistics: (into) => {
      const words = offer(into.length / 4) // the count is one of 32-bit words
      return statistics(host, HOST_VM_INFO64, into, words) === 0 ? length.readUInt32LE(0) * 4 : -1
    },
    signedIn: () => {
      if (utmpx === null) return null
      const records: Buffer[] = []
      utmpx.rewind()
      try {
        // One and the same place is filled again and again.
        for (let at = utmpx.next(); at !== null; at = utmpx.next()) {
          if (records.length === MOST_RECORDS) break
          records.push(Buffer.from(new Uint8Array(koffi.view(at, UTMPX_SIZE))))
        }
      } finally {
        utmpx.end()
      }
      return records
    },
    userName: (uid) => {
      const [user, texts] = [Buffer.alloc(PASSWD_SIZE), Buffer.alloc(PASSWD_TEXTS)]
      const found = Buffer.alloc(8)
      return new Promise((resolve, reject) => {
        getpwuid.async(
          uid,
          user,
          texts,
          PASSWD_TEXTS,
          found,
          (error: Error | null, code: number) => {
            if (error !== null) return reject(error)
            // `pw_name`, the first field, points into the texts.
            const at = u64At(user, 0) - Number(koffi.address(texts))
            const isFound = code === 0 && u64At(found, 0) !== 0 && at >= 0 && at < PASSWD_TEXTS
            resolve(
              isFound ? cleanName(texts.subarray(at, textEnd(texts, at, PASSWD_TEXTS - at))) : null,
            )
          },
        )
      })
    },
    lastErrno: () => koffi.errno(),
  }
}

/** null: this macOS has no such call. */
function optional<T>(find: () => T): T | null {
  try {
    return find()
  } catch {
    return null
  }
}
