import type { DiskSample } from '@taskmanager/platform'
import { delta, deltaOf32, percentOf, perSecond } from './counters.ts'

export interface DiskReading {
  readBytesPerSecond: number | null
  writeBytesPerSecond: number | null
  readsPerSecond: number | null
  writesPerSecond: number | null
  /** Mean time of a finished request; null when there was none. */
  readLatencyMs: number | null
  writeLatencyMs: number | null
  /** Mean number of requests under way. */
  queueLength: number | null
  busyPercent: number | null
}

/** Source of the formulas: iostats.rst of the kernel, as iostat(1) uses them. */
export function readDisk(
  previous: DiskSample | undefined,
  next: DiskSample,
  elapsedMs: number,
): DiskReading {
  const reads = delta(previous?.reads, next.reads)
  const writes = delta(previous?.writes, next.writes)
  const queueMs = deltaOf32(previous?.queueMs, next.queueMs)
  return {
    readBytesPerSecond: perSecond(delta(previous?.readBytes, next.readBytes), elapsedMs),
    writeBytesPerSecond: perSecond(delta(previous?.writeBytes, next.writeBytes), elapsedMs),
    readsPerSecond: perSecond(reads, elapsedMs),
    writesPerSecond: perSecond(writes, elapsedMs),
    readLatencyMs: mean(deltaOf32(previous?.readMs, next.readMs), reads),
    writeLatencyMs: mean(deltaOf32(previous?.writeMs, next.writeMs), writes),
    queueLength: queueMs === null || elapsedMs <= 0 ? null : queueMs / elapsedMs,
    busyPercent: percentOf(deltaOf32(previous?.busyMs, next.busyMs), elapsedMs),
  }
}

const mean = (sum: number | null, count: number | null) =>
  sum === null || count === null || count === 0 ? null : sum / count
