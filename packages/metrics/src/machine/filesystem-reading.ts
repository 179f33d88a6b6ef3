import type { FilesystemSample } from '@taskmanager/platform'
import { percentOf } from './counters.ts'

export interface FilesystemReading {
  usedBytes: number | null
  /** used / (used + available), as df(1) prints it: what is kept for the administrator counts for nobody. */
  usedPercent: number | null
  inodesUsed: number | null
}

export function readFilesystem(filesystem: FilesystemSample): FilesystemReading {
  const { totalBytes, freeBytes, availableBytes, inodesTotal, inodesFree } = filesystem
  const usedBytes =
    totalBytes === null || freeBytes === null ? null : Math.max(0, totalBytes - freeBytes)
  const reachable =
    usedBytes === null || availableBytes === null ? null : usedBytes + availableBytes
  return {
    usedBytes,
    usedPercent: percentOf(usedBytes, reachable),
    inodesUsed:
      inodesTotal === null || inodesFree === null ? null : Math.max(0, inodesTotal - inodesFree),
  }
}
