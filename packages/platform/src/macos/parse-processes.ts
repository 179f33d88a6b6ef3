import { cleanName } from '../text/clean.ts'

/** Size of kinfo_proc, bytes. */
export const KINFO_SIZE = 648

/** What any user is told of any process. */
export interface ListedProcess {
  pid: number
  ppid: number
  uid: number
  /** At most 16 bytes. */
  comm: string
  /** Microseconds since 1970; 0: not told. */
  startUs: number
  nice: number
  isZombie: boolean
}

/** SZOMB of sys/proc.h. The other states are told of threads, not here. */
const ZOMBIE = 5

/** Source: sysctl(KERN_PROC_ALL), an array of kinfo_proc (sys/sysctl.h). What is cut off at the end is left out. */
export function parseKinfo(bytes: Buffer): ListedProcess[] {
  const list: ListedProcess[] = []
  for (let at = 0; at + KINFO_SIZE <= bytes.length; at += KINFO_SIZE) {
    const seconds = Number(bytes.readBigInt64LE(at))
    list.push({
      pid: bytes.readInt32LE(at + 40),
      ppid: Math.max(0, bytes.readInt32LE(at + 560)),
      uid: bytes.readUInt32LE(at + 420),
      comm: textAt(bytes, at + 243, 17),
      startUs: Math.max(0, seconds * 1e6 + bytes.readInt32LE(at + 8)),
      nice: bytes.readInt8(at + 242),
      isZombie: bytes.readUInt8(at + 36) === ZOMBIE,
    })
  }
  return list.filter(({ pid }) => pid >= 0)
}

/** Sizes of proc_taskallinfo and of rusage_info_v2, bytes. */
export const TASK_ALL_INFO_SIZE = 232
export const RUSAGE_SIZE = 160

/** What its own user and root are told. Times in ticks of `hw.tbfrequency`. */
export interface TaskInfo {
  userTicks: number
  systemTicks: number
  residentBytes: number
  virtualBytes: number
  threads: number
  runningThreads: number
  /** Up to 32 bytes, longer than comm; '' where there is none. */
  name: string
  isStopped: boolean
}

/** SSTOP of sys/proc.h. */
const STOPPED = 4

/** Source: proc_pidinfo(PROC_PIDTASKALLINFO) of sys/proc_info.h. null when there are fewer bytes than it fills in. */
export function parseTaskAllInfo(bytes: Buffer): TaskInfo | null {
  if (bytes.length < TASK_ALL_INFO_SIZE) return null
  const amount = (offset: number) => Number(bytes.readBigUInt64LE(offset))
  return {
    isStopped: bytes.readUInt32LE(4) === STOPPED,
    name: textAt(bytes, 64, 32),
    virtualBytes: amount(136),
    residentBytes: amount(144),
    userTicks: amount(152),
    systemTicks: amount(160),
    threads: Math.max(0, bytes.readInt32LE(220)),
    runningThreads: Math.max(0, bytes.readInt32LE(224)),
  }
}

export interface ResourceUse {
  /** What the Activity Monitor calls memory: with what is compressed, without what is shared. */
  footprintBytes: number
  readBytes: number
  writtenBytes: number
}

/** Source: proc_pid_rusage(RUSAGE_INFO_V2) of sys/resource.h. null when there are fewer bytes than it fills in. */
export function parseRusage(bytes: Buffer): ResourceUse | null {
  if (bytes.length < RUSAGE_SIZE) return null
  const amount = (offset: number) => Number(bytes.readBigUInt64LE(offset))
  return { footprintBytes: amount(72), readBytes: amount(144), writtenBytes: amount(152) }
}

/** Source: sysctl(KERN_PROCARGS2): u32 count, path, NULs, then so many arguments. null: it is cut off. */
export function parseArguments(bytes: Buffer): string[] | null {
  if (bytes.length < 4) return null
  const count = bytes.readUInt32LE(0)
  let at = bytes.indexOf(0, 4)
  if (at < 0) return null
  while (at < bytes.length && bytes[at] === 0) at++
  const args: string[] = []
  while (args.length < count && at < bytes.length) {
    const end = bytes.indexOf(0, at)
    args.push(bytes.toString('utf8', at, end < 0 ? bytes.length : end))
    if (end < 0) break
    at = end + 1
  }
  return args.length === 0 ? null : args
}

/** Up to the first NUL, within a field. */
function textAt(bytes: Buffer, at: number, room: number): string {
  const field = bytes.subarray(at, at + room)
  const end = field.indexOf(0)
  return cleanName(end < 0 ? field : field.subarray(0, end))
}
