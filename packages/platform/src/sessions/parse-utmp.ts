import { endianness } from 'node:os'
import { cleanName } from '../text/clean.ts'

/** Somebody who signed in. Source: utmp(5). */
export interface UtmpEntry {
  user: string
  /** `pts/0`, `tty1`; of a display `:0`. */
  line: string
  /** Of the process that leads the session. */
  pid: number
  /** Where from; null: at this machine. */
  host: string | null
  sinceMs: number
}

const USER_PROCESS = 7
// struct utmp of bits/utmp.h. Where time was widened without regard for 32 bits, the record is longer.
const SHORT = { size: 384, seconds: 340, word: 4 }
const LONG = { size: 400, seconds: 344, word: 8 }
const WIDE = new Set(['arm64', 'riscv64', 'loong64'])

const LITTLE = endianness() === 'LE'

/** Everybody signed in; records that are cut, ended or name nobody are left out. */
export function parseUtmp(bytes: Buffer, architecture: string = process.arch): UtmpEntry[] {
  const { size, seconds, word } = WIDE.has(architecture) ? LONG : SHORT
  const entries: UtmpEntry[] = []
  for (let at = 0; at + size <= bytes.length; at += size) {
    const record = bytes.subarray(at, at + size)
    if (readU16(record, 0) !== USER_PROCESS) continue
    const user = textAt(record, 44, 32)
    const pid = readI32(record, 4)
    const since = word === 4 ? readI32(record, seconds) : readI64(record, seconds)
    if (user === '' || pid <= 0 || since < 0) continue
    const host = textAt(record, 76, 256)
    entries.push({
      user,
      line: textAt(record, 8, 32),
      pid,
      host: host === '' ? null : host,
      sinceMs: since * 1000 + Math.floor(readI32(record, seconds + word) / 1000),
    })
  }
  return entries.filter(({ sinceMs }) => sinceMs >= 0 && Number.isSafeInteger(sinceMs))
}

/** Ends at a NUL, or at the end of the field. */
function textAt(record: Buffer, at: number, length: number): string {
  const field = record.subarray(at, at + length)
  const end = field.indexOf(0)
  return cleanName(end < 0 ? field : field.subarray(0, end))
}

const readU16 = (bytes: Buffer, at: number) =>
  LITTLE ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)
const readI32 = (bytes: Buffer, at: number) =>
  LITTLE ? bytes.readInt32LE(at) : bytes.readInt32BE(at)
const readI64 = (bytes: Buffer, at: number) =>
  Number(LITTLE ? bytes.readBigInt64LE(at) : bytes.readBigInt64BE(at))
