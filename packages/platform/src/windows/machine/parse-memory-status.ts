import type { MemorySample } from '../../machine.ts'

/** Sizes of MEMORYSTATUSEX and PERFORMANCE_INFORMATION, bytes; both begin with it. */
export const MEMORY_STATUS_SIZE = 64
export const PERFORMANCE_INFORMATION_SIZE = 104

type Known<K extends keyof MemorySample> = { [P in K]: number }

/** Source: GlobalMemoryStatusEx. null when there are fewer bytes than it fills in. */
export function parseMemoryStatus(
  bytes: Buffer,
): Known<'totalBytes' | 'availableBytes' | 'commitLimitBytes' | 'committedBytes'> | null {
  if (bytes.length < MEMORY_STATUS_SIZE) return null
  const at = (offset: number) => Number(bytes.readBigUInt64LE(offset))
  const limit = at(0x18)
  return {
    totalBytes: at(0x08),
    availableBytes: at(0x10),
    commitLimitBytes: limit,
    committedBytes: Math.max(0, limit - at(0x20)),
  }
}

export interface PerformanceInformation {
  pageBytes: number
  committedBytes: number
  commitLimitBytes: number
  /** Standby list and the working set of the system. */
  cacheBytes: number
  pagedPoolBytes: number
  nonpagedPoolBytes: number
  handles: number
  processes: number
  threads: number
}

/** Source: K32GetPerformanceInfo, which counts in pages. null when there are fewer bytes, or no size of a page. */
export function parsePerformanceInformation(bytes: Buffer): PerformanceInformation | null {
  if (bytes.length < PERFORMANCE_INFORMATION_SIZE) return null
  const pageSize = Number(bytes.readBigUInt64LE(0x50))
  if (pageSize === 0) return null
  const pages = (offset: number) => Number(bytes.readBigUInt64LE(offset)) * pageSize
  return {
    pageBytes: pageSize,
    committedBytes: pages(0x08),
    commitLimitBytes: pages(0x10),
    cacheBytes: pages(0x30),
    pagedPoolBytes: pages(0x40),
    nonpagedPoolBytes: pages(0x48),
    handles: bytes.readUInt32LE(0x58),
    processes: bytes.readUInt32LE(0x5c),
    threads: bytes.readUInt32LE(0x60),
  }
}

export interface PagingFiles {
  totalBytes: number
  usedBytes: number
}

/**
 * All paging files together. Source: NtQuerySystemInformation, class 18, a chain of entries that count in pages.
 * No entry: there is no paging file, and that is known.
 */
export function parsePagingFiles(bytes: Buffer, pageSize: number): PagingFiles {
  const sum: PagingFiles = { totalBytes: 0, usedBytes: 0 }
  for (let at = 0; at + 0x20 <= bytes.length;) {
    sum.totalBytes += bytes.readUInt32LE(at + 4) * pageSize
    sum.usedBytes += bytes.readUInt32LE(at + 8) * pageSize
    const next = bytes.readUInt32LE(at)
    if (next < 0x20) break
    at += next
  }
  return sum
}
