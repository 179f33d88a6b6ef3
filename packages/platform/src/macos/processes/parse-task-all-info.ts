import { needBytes, textEnd, u64At } from '../bytes.ts'

/** Bytes of `struct proc_taskallinfo`: 136 of `proc_bsdinfo`, 96 of `proc_taskinfo`. */
export const TASK_ALL_INFO_SIZE = 232

const NAME_START = 64
const NAME_LENGTH = 32

/** Counters of one process of the same user. One instance is filled again and again. */
export class TaskAllInfoRecord {
  pid = 0
  startMicros = 0
  virtualBytes = 0
  residentBytes = 0
  /** User and system time of all its threads, ended ones included, in ticks of `hw.tbfrequency`. */
  cpuTicks = 0
  userTicks = 0
  systemTicks = 0
  /** Pages that had to be fetched or made; the counter has 31 bits. */
  faults = 0
  contextSwitches = 0
  threads = 0
  /** Threads on a CPU or waiting for one. */
  runningThreads = 0
  /** The longer name, up to 31 characters, in the bytes. */
  nameStart = NAME_START
  nameEnd = NAME_START
}

/**
 * `proc_pidinfo(PROC_PIDTASKALLINFO)`, parsed in place. Source: sys/proc_info.h of xnu.
 * @throws ProcParseError when it is cut
 */
export function parseTaskAllInfo(bytes: Buffer, record: TaskAllInfoRecord): TaskAllInfoRecord {
  needBytes('proc_taskallinfo', bytes, TASK_ALL_INFO_SIZE)
  record.pid = bytes.readUInt32LE(12)
  record.startMicros = u64At(bytes, 120) * 1e6 + u64At(bytes, 128)
  record.virtualBytes = u64At(bytes, 136)
  record.residentBytes = u64At(bytes, 144)
  record.userTicks = u64At(bytes, 152)
  record.systemTicks = u64At(bytes, 160)
  record.cpuTicks = record.userTicks + record.systemTicks
  record.faults = bytes.readUInt32LE(188)
  record.contextSwitches = bytes.readUInt32LE(216)
  record.threads = bytes.readUInt32LE(220)
  record.runningThreads = bytes.readUInt32LE(224)
  record.nameEnd = textEnd(bytes, NAME_START, NAME_LENGTH)
  return record
}
