import { ACCESS, type ProcessColumns } from '../process-table.ts'
import { DENIED, type KeptDescriptors } from './kept-descriptors.ts'
import { lineValue } from './keyed-lines.ts'

const READ = Buffer.from('read_bytes:')
const WRITE = Buffer.from('write_bytes:')
const CANCELLED = Buffer.from('cancelled_write_bytes:')
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
  const blank = buffer.indexOf(32)
  let pages = 0
  let at = blank + 1
  for (; at < length; at++) {
    const digit = (buffer[at] as number) - 48
    if (digit < 0 || digit > 9) break
    pages = pages * 10 + digit
  }
  if (blank > 0 && at > blank + 1) columns.rssBytes[slot] = pages * pageSize
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
