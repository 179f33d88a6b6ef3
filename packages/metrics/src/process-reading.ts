import type { UnknownReason } from '@taskmanager/contracts'
import { ACCESS, type ProcessTable } from '@taskmanager/platform'

/** What two sweeps tell of one process. `null` is unknown; `unknown` says why. */
export interface ProcessReading {
  /** Share of the whole machine over the interval, 0-100. */
  cpuPercent: number | null
  /** Share of one core, 0 to 100 × CPUs. */
  cpuPercentOfCore: number | null
  cpuTimeMs: number
  readBytesPerSecond: number | null
  writeBytesPerSecond: number | null
  pssBytes: number | null
  ussBytes: number | null
  swapBytes: number | null
  memoryAtMs: number | null
  unknown: Record<string, UnknownReason>
}

/**
 * CPU time of a slot over the interval, nanoseconds: null without a baseline, after a wake from sleep, or when the
 * counter ran backwards. Where the instants of its two readings are known, it is what that much time would have
 * had at the interval of the table, so that all rows add up over one interval.
 */
export function cpuDeltaNs({ columns, intervalMs }: ProcessTable, slot: number): number | null {
  const delta = (columns.cpuNs[slot] as number) - (columns.previousCpuNs[slot] as number)
  if (intervalMs === null || intervalMs <= 0 || !(delta >= 0)) return null
  const ownMs = (columns.cpuAtMs[slot] as number) - (columns.previousCpuAtMs[slot] as number)
  return ownMs > 0 ? (delta * intervalMs) / ownMs : delta
}

/** Δ CPU ÷ (Δ time × CPUs) × 100. One CPU more than there are is not believed: clocks are read one after another. */
export function cpuShare(deltaNs: number, intervalMs: number, cpuCount: number): number {
  return Math.min(100, deltaNs / (intervalMs * cpuCount * 1e4))
}

const REASON_OF_ACCESS: Readonly<Record<number, UnknownReason>> = {
  [ACCESS.unknown]: 'first_sample',
  [ACCESS.ok]: 'first_sample',
  [ACCESS.denied]: 'not_permitted',
  [ACCESS.unsupported]: 'not_reported',
}

/** Told, or not told, together with the CPU time. */
const WITH_CPU = ['cpu_time_ms', 'memory', 'num_threads', 'vms_bytes'] as const

export function readProcess(table: ProcessTable, slot: number): ProcessReading {
  const { columns, intervalMs, logicalCpuCount } = table
  const unknown: Record<string, UnknownReason> = {}
  const deltaNs = cpuDeltaNs(table, slot)
  const share =
    deltaNs === null || intervalMs === null ? null : cpuShare(deltaNs, intervalMs, logicalCpuCount)
  const cpu = columns.cpuAccess[slot] ?? ACCESS.unknown
  if (share === null) {
    unknown['cpu_percent'] = reasonOf(cpu)
    unknown['cpu_percent_of_core'] = reasonOf(cpu)
  }
  if (cpu === ACCESS.denied || cpu === ACCESS.unsupported) {
    for (const field of WITH_CPU) unknown[field] = reasonOf(cpu)
  }
  const isKernel = table.facts[slot]?.isKernel ?? false
  const io = isKernel ? ACCESS.unsupported : (columns.ioAccess[slot] ?? ACCESS.unknown)
  const read = perSecond(columns.previousReadBytes, columns.readBytes, slot, intervalMs)
  const write = perSecond(columns.previousWriteBytes, columns.writeBytes, slot, intervalMs)
  if (read === null) unknown['read_bytes_per_second'] = reasonOf(io)
  if (write === null) unknown['write_bytes_per_second'] = reasonOf(io)
  const memory = isKernel ? ACCESS.unsupported : (columns.memoryAccess[slot] ?? ACCESS.unknown)
  const isMemoryKnown = memory === ACCESS.ok
  if (!isMemoryKnown) {
    for (const field of ['pss_bytes', 'uss_bytes', 'swap_bytes', 'memory_sampled_at_ms']) {
      unknown[field] = reasonOf(memory)
    }
  }
  const known = (column: Float64Array) => {
    const value = column[slot] as number
    return isMemoryKnown && !Number.isNaN(value) ? value : null
  }
  if (isMemoryKnown) {
    if (Number.isNaN(columns.ussBytes[slot])) unknown['uss_bytes'] = 'not_reported'
    if (Number.isNaN(columns.swapBytes[slot])) unknown['swap_bytes'] = 'not_reported'
  }
  return {
    cpuPercent: share,
    cpuPercentOfCore: share === null ? null : share * logicalCpuCount,
    cpuTimeMs: (columns.cpuNs[slot] as number) / 1e6,
    readBytesPerSecond: read,
    writeBytesPerSecond: write,
    pssBytes: known(columns.pssBytes),
    ussBytes: known(columns.ussBytes),
    swapBytes: known(columns.swapBytes),
    memoryAtMs: known(columns.memoryAtMs),
    unknown,
  }
}

const reasonOf = (access: number): UnknownReason => REASON_OF_ACCESS[access] ?? 'failed'

/** Bytes a second; null without a baseline or when the counter ran backwards. */
function perSecond(
  before: Float64Array,
  now: Float64Array,
  slot: number,
  intervalMs: number | null,
): number | null {
  const delta = (now[slot] as number) - (before[slot] as number)
  return intervalMs === null || intervalMs <= 0 || !(delta >= 0)
    ? null
    : (delta * 1000) / intervalMs
}
