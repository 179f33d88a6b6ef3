import { ByteScanner } from './byte-scanner.ts'

/** One line of `/proc/diskstats`; sectors are of 512 bytes whatever the disk has. Source: iostats.rst of the kernel. */
export interface DiskstatsLine {
  name: string
  reads: number
  readSectors: number
  readMs: number
  writes: number
  writeSectors: number
  writeMs: number
  inFlight: number
  busyMs: number
  queueMs: number
}

export const SECTOR_BYTES = 512

/** Lines cut short are left out, and second ones of a name. `wanted` decides by name before the rest of the line is read. */
export function parseDiskstats(
  bytes: Uint8Array,
  length = bytes.length,
  wanted: (name: string) => boolean = () => true,
): DiskstatsLine[] {
  const scanner = new ByteScanner(bytes, length)
  const lines = new Map<string, DiskstatsLine>()
  for (; !scanner.done; scanner.nextLine()) {
    if (scanner.integer() < 0 || scanner.integer() < 0) continue
    const name = scanner.word()
    if (name === '' || lines.has(name) || !wanted(name)) continue
    const line = parseCounters(scanner, name)
    if (line !== null) lines.set(name, line)
  }
  return [...lines.values()]
}

function parseCounters(scanner: ByteScanner, name: string): DiskstatsLine | null {
  const reads = scanner.integer()
  scanner.integer() // merged
  const readSectors = scanner.integer()
  const readMs = scanner.integer()
  const writes = scanner.integer()
  scanner.integer() // merged
  const writeSectors = scanner.integer()
  const writeMs = scanner.integer()
  const inFlight = scanner.integer()
  const busyMs = scanner.integer()
  const queueMs = scanner.integer()
  const line = { name, reads, readSectors, readMs, writes, writeSectors, writeMs }
  const rest = { inFlight, busyMs, queueMs }
  const cut = [reads, readSectors, readMs, writes, writeSectors, writeMs, inFlight, busyMs, queueMs]
  return cut.some((value) => value < 0) ? null : { ...line, ...rest }
}
