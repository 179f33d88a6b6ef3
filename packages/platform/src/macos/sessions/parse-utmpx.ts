import { ProcParseError } from '../../read-result.ts'
import { cleanName } from '../../text/clean.ts'
import { needBytes, textEnd } from '../bytes.ts'

/** Bytes of `struct utmpx`. */
export const UTMPX_SIZE = 640

/** Somebody who signed in. */
export interface UtmpxEntry {
  user: string
  /** `ttys003`; `console` is the screen of the Mac. */
  line: string
  /** Of the process that leads the session. */
  pid: number
  /** Where from; null: at this machine. */
  host: string | null
  sinceMs: number
}

const USER_PROCESS = 7
const USER = { at: 0, length: 256 }
const LINE = { at: 260, length: 32 }
const HOST = { at: 320, length: 256 }

/**
 * One `struct utmpx` of LP64. Source: utmpx.h of Libc: `ut_user` at 0, `ut_id` at 256, `ut_line` at 260, `ut_pid` at
 * 292, `ut_type` at 296, `ut_tv` at 304 (64-bit seconds, 32-bit microseconds), `ut_host` at 320, 64 bytes behind it.
 * null: it is of a start of the machine, of somebody who left, or of nobody.
 * @throws ProcParseError when it is cut, or signed in at no time that can be
 */
export function parseUtmpx(bytes: Buffer): UtmpxEntry | null {
  needBytes('utmpx', bytes, UTMPX_SIZE)
  if (bytes.readInt16LE(296) !== USER_PROCESS) return null
  const user = textOf(bytes, USER)
  const pid = bytes.readInt32LE(292)
  if (user === '' || pid <= 0) return null
  const seconds = Number(bytes.readBigInt64LE(304))
  const micros = bytes.readInt32LE(312)
  const sinceMs = seconds * 1000 + Math.floor(micros / 1000)
  if (seconds < 0 || micros < 0 || micros >= 1e6 || !Number.isSafeInteger(sinceMs))
    throw new ProcParseError('utmpx', `signed in at ${seconds} s and ${micros} µs`)
  const host = textOf(bytes, HOST)
  return { user, line: textOf(bytes, LINE), pid, host: host === '' ? null : host, sinceMs }
}

/** Ends at a NUL, or at the end of the field. */
const textOf = (bytes: Buffer, { at, length }: typeof USER): string =>
  cleanName(bytes.subarray(at, textEnd(bytes, at, length)))
