import type { MemorySample } from '@taskmanager/platform'
import { delta, percentOf, perSecond } from './counters.ts'

export interface MemoryReading {
  /** total - available: what programs cannot get. */
  usedBytes: number | null
  usedPercent: number | null
  /** What free(1) prints as used: since procps 4 the same figure, before it without the available part of the cache. */
  freeUsedBytes: number | null
  /** Slab that stays, stacks, page tables, per-CPU areas, vmalloc; macOS: what is wired. */
  kernelBytes: number | null
  /** Page cache without Shmem, which is no cache: it cannot be dropped. */
  cachedBytes: number | null
  swapUsedBytes: number | null
  swapInBytesPerSecond: number | null
  swapOutBytesPerSecond: number | null
}

export function readMemory(
  previous: MemorySample | undefined,
  next: MemorySample,
  elapsedMs: number,
): MemoryReading {
  const usedBytes = minus(next.totalBytes, next.availableBytes)
  return {
    usedBytes,
    usedPercent: percentOf(usedBytes, next.totalBytes),
    freeUsedBytes: usedBytes,
    kernelBytes: kernel(next),
    cachedBytes: minus(next.cachedBytes, next.sharedBytes ?? 0),
    swapUsedBytes: minus(next.swapTotalBytes, next.swapFreeBytes),
    swapInBytesPerSecond: perSecond(delta(previous?.swapInBytes, next.swapInBytes), elapsedMs),
    swapOutBytesPerSecond: perSecond(delta(previous?.swapOutBytes, next.swapOutBytes), elapsedMs),
  }
}

/** vmalloc already holds the stacks of threads where the kernel maps them so; the larger of the two is both. */
function kernel(memory: MemorySample): number | null {
  if (memory.slabUnreclaimableBytes === null) return memory.wiredBytes ?? null
  const stacks = Math.max(memory.kernelStackBytes ?? 0, memory.vmallocBytes ?? 0)
  return (
    memory.slabUnreclaimableBytes +
    stacks +
    (memory.pageTableBytes ?? 0) +
    (memory.perCpuBytes ?? 0)
  )
}

/** Never below zero: the figures of one file are not of one instant. */
function minus(whole: number | null, part: number | null): number | null {
  return whole === null || part === null ? null : Math.max(0, whole - part)
}
