import { ProcParseError } from '../../read-result.ts'
import { needBytes, textEnd, u64At } from '../bytes.ts'

/** Bytes of one process in the answer of `sysctl(KERN_PROC)`. */
export const KINFO_PROC_SIZE = 648

/** Values of `p_stat`. Source: sys/proc.h. Nearly every process is told as running, whatever it does. */
export const KINFO_STAT = { beginning: 1, running: 2, sleeping: 3, stopped: 4, zombie: 5 } as const

const COMM_LENGTH = 17
/** `NODEV`. */
const NO_DEVICE = 0xffff_ffff

/** What the system tells anybody of any process. One instance is filled again and again. */
export class KinfoProcRecord {
  pid = 0
  ppid = 0
  /** Real user: whose process it is. */
  ruid = 0
  /** Effective user: whom it acts as, and who may read its counters. */
  euid = 0
  stat = 0
  nice = 0
  /** Real group. */
  rgid = 0
  /** Of its controlling terminal; null: it has none. */
  terminal: number | null = null
  /** Microseconds since 1970; with the pid it names the process for good. */
  startMicros = 0
  /** Where the name lies in the bytes; at most 16 characters. */
  commStart = 0
  commEnd = 0
}

/**
 * One `struct kinfo_proc` of LP64, parsed in place. Source: sys/sysctl.h and sys/proc.h of xnu: `kp_proc` at 0,
 * `kp_eproc` at 296.
 * @throws ProcParseError when it is cut, or has a pid that none can have
 */
export function parseKinfoProc(
  bytes: Buffer,
  offset: number,
  record: KinfoProcRecord,
): KinfoProcRecord {
  needBytes('kinfo_proc', bytes, KINFO_PROC_SIZE, offset)
  record.pid = bytes.readInt32LE(offset + 40)
  if (record.pid < 0) throw new ProcParseError('kinfo_proc', `pid ${record.pid}`)
  record.startMicros = u64At(bytes, offset) * 1e6 + bytes.readUInt32LE(offset + 8)
  record.stat = bytes[offset + 36] as number
  record.nice = bytes.readInt8(offset + 242)
  record.commStart = offset + 243
  record.commEnd = textEnd(bytes, record.commStart, COMM_LENGTH)
  record.ruid = bytes.readUInt32LE(offset + 392)
  record.rgid = bytes.readUInt32LE(offset + 400)
  record.euid = bytes.readUInt32LE(offset + 420)
  record.ppid = Math.max(0, bytes.readInt32LE(offset + 560))
  const device = bytes.readUInt32LE(offset + 572)
  record.terminal = device !== NO_DEVICE && device !== 0 ? device : null
  return record
}
