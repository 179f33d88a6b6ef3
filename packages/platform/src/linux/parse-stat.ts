import { statusCode } from '../process-table.ts'
import { ProcParseError } from '../read-result.ts'

/**
 * `/proc/<pid>/stat`, parsed in place. Source: proc_pid_stat(5). One instance is filled again and again: a sweep
 * reads hundreds, and strings would cost more than the kernel does.
 */
export class ProcStatRecord {
  /** Where the name lies in the bytes. */
  commStart = 0
  commEnd = 0
  status = 0
  ppid = 0
  session = 0
  tty = 0
  flags = 0
  utimeTicks = 0
  stimeTicks = 0
  cutimeTicks = 0
  cstimeTicks = 0
  nice = 0
  threads = 0
  starttimeTicks = 0
  vsizeBytes = 0
  rssPages = 0
}

const OPEN = 40
const CLOSE = 41
const BLANK = 32
const MINUS = 45
const PF_KTHREAD = 0x0020_0000

const BY_LETTER = new Uint8Array(256)
for (const [letter, status] of Object.entries({
  R: 'running',
  S: 'sleeping',
  D: 'disk-sleep',
  T: 'stopped',
  t: 'tracing-stop',
  Z: 'zombie',
  X: 'dead',
  x: 'dead',
  K: 'wake-kill',
  W: 'waking',
  P: 'parked',
  I: 'idle',
} as const))
  BY_LETTER[letter.charCodeAt(0)] = statusCode(status)

export const isKernelThread = (flags: number): boolean => (flags & PF_KTHREAD) !== 0

let bytes: Uint8Array
let at = 0
let end = 0

/** Next field as a number that may be negative: priorities, and ids that say "none" with -1. */
function nextSigned(): number {
  if (bytes[at] !== BLANK || bytes[at + 1] !== MINUS) return nextNumber()
  at++
  return -digits()
}

/** Next field as a number; one with a minus is malformed as any other text. */
function nextNumber(): number {
  if (bytes[at] !== BLANK) throw malformed('a field is missing')
  return digits()
}

/** The number behind the byte at the position. */
function digits(): number {
  const from = ++at
  let value = 0
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  if (at === from || at - from > 20) throw malformed('a field is no number')
  return value
}

function skipFields(count: number): void {
  for (let i = 0; i < count; i++) nextSigned()
}

const malformed = (what: string) =>
  new ProcParseError('stat', what, Buffer.from(bytes.subarray(0, end)).toString('latin1'))

/**
 * Fills `record`. The name may hold blanks, newlines and parentheses: it ends at the last `)`.
 * @throws ProcParseError when a field is missing or no number
 */
export function parseProcPidStat(
  source: Uint8Array,
  length: number,
  record: ProcStatRecord,
): ProcStatRecord {
  bytes = source
  end = length
  const open = source.indexOf(OPEN)
  const close = source.lastIndexOf(CLOSE, length - 1)
  if (open < 0 || open >= length || close < open) throw malformed('no (comm)')
  record.commStart = open + 1
  record.commEnd = close
  at = close + 2
  if (at >= end || bytes[close + 1] !== BLANK) throw malformed('no state')
  record.status = BY_LETTER[bytes[at++] as number] ?? 0
  record.ppid = nextNumber() // 4
  skipFields(1)
  record.session = nextNumber() // 6
  record.tty = nextSigned()
  skipFields(1)
  record.flags = nextNumber() // 9
  skipFields(4)
  record.utimeTicks = nextNumber() // 14
  record.stimeTicks = nextNumber()
  record.cutimeTicks = nextNumber()
  record.cstimeTicks = nextNumber()
  skipFields(1)
  record.nice = nextSigned() // 19
  if (record.nice < -20 || record.nice > 19) throw malformed('a niceness that there is not')
  record.threads = nextNumber()
  skipFields(1)
  record.starttimeTicks = nextNumber() // 22
  record.vsizeBytes = nextNumber()
  record.rssPages = nextNumber()
  return record
}
