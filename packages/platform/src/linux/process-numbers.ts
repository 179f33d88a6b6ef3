import { ACCESS, type ProcessColumns } from '../process-table.ts'
import { DENIED, type KeptDescriptors } from './kept-descriptors.ts'
import { lineValue } from './keyed-lines.ts'

const READ = Buffer.from('read_bytes:')
const WRITE = Buffer.from('write_bytes:')
const CANCELLED = Buffer.from('cancelled_write_bytes:')
/** 2^64 has twenty digits. */
const MOST_DIGITS = 20
const buffer = Buffer.allocUnsafe(1024)

/**
 * Resident pages from `statm`, second number. Source: proc_pid_statm(5). `stat` has the same figure, but only as
 * exact as per-CPU counters that are not summed up.
 */
export function readRss(
  kept: KeptDescriptors,
  fd: number,
  file: () => string,
  columns: ProcessColumns,
  slot: number,
  pageSize: number,
): void {
  const length = kept.read(fd, file, buffer)
  if (length < 0) return
  const pages = parseStatm(buffer, length)
  if (pages >= 0) columns.rssBytes[slot] = pages * pageSize
}

/** Resident pages, the second number of `statm`; -1 when there is none. */
export function parseStatm(bytes: Buffer, length: number): number {
  const blank = bytes.indexOf(32)
  if (blank < 1) return -1
  const from = blank + 1
  let pages = 0
  let at = from
  for (; at < length; at++) {
    const digit = (bytes[at] as number) - 48
    if (digit < 0 || digit > 9) break
    pages = pages * 10 + digit
  }
  return at === from || at - from > MOST_DIGITS ? -1 : pages
}

/** Storage traffic since the start. Source: proc_pid_io(5); needs the right to trace the process. */
export function readIo(
  kept: KeptDescriptors,
  fd: number,
  file: () => string,
  columns: ProcessColumns,
  slot: number,
): void {
  const length = kept.read(fd, file, buffer)
  if (length < 0) {
    if (length === DENIED) columns.ioAccess[slot] = ACCESS.denied
    return
  }
  const read = lineValue(buffer, length, READ)
  const write = lineValue(buffer, length, WRITE)
  if (read < 0 || write < 0) {
    columns.ioAccess[slot] = ACCESS.unsupported
    return
  }
  columns.ioAccess[slot] = ACCESS.ok
  columns.readBytes[slot] = read
  columns.writeBytes[slot] = Math.max(0, write - Math.max(0, lineValue(buffer, length, CANCELLED)))
}
