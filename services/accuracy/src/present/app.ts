import type { AppRow, UnknownReason } from '@taskmanager/contracts'
import type { AppReading } from '@taskmanager/metrics'
import { round } from './numbers.ts'

/** One app as the wire has it. */
export function presentApp(reading: AppReading): AppRow {
  const { app } = reading
  const unknown: Record<string, UnknownReason> = {}
  const sums = {
    cpu_percent: reading.cpuPercent,
    cpu_percent_of_core: reading.cpuPercentOfCore,
    read_bytes_per_second: reading.readBytesPerSecond,
    write_bytes_per_second: reading.writeBytesPerSecond,
  }
  for (const [key, sum] of Object.entries(sums)) {
    if (sum === null) unknown[key] = reading.unknown[key] ?? 'first_sample'
  }
  const amounts = { memory: reading.memoryBytes, num_threads: reading.threads }
  for (const [key, amount] of Object.entries(amounts)) {
    if (amount === null) unknown[key] = reading.unknown[key] ?? 'not_reported'
  }
  return {
    id: app.id,
    name: app.name,
    cpu_percent: round(reading.cpuPercent, 3),
    cpu_percent_of_core: round(reading.cpuPercentOfCore, 2),
    memory: reading.memoryBytes,
    memory_source: reading.memorySource,
    num_threads: reading.threads,
    process_count: reading.pids.length,
    pids: reading.pids,
    kind: app.kind,
    user: reading.user,
    unit: app.unit,
    read_bytes_per_second: round(reading.readBytesPerSecond, 0),
    write_bytes_per_second: round(reading.writeBytesPerSecond, 0),
    started_at_ms: round(reading.startedAtMs, 0),
    started_by: app.startedBy,
    unknown,
  }
}
