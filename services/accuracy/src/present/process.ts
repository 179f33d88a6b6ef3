import type { ProcessRow } from '@taskmanager/contracts'
import type { AppOfProcess, ProcessReading } from '@taskmanager/metrics'
import { cut, STATUS_BY_CODE, type ProcessTable } from '@taskmanager/platform'
import { orNull, round } from './numbers.ts'

const MOST_CMDLINE = 1024

/** One process as the wire has it. The only place where its names change and its numbers are rounded. */
export function presentProcess(
  table: ProcessTable,
  slot: number,
  reading: ProcessReading,
  app: AppOfProcess,
): ProcessRow {
  const { columns } = table
  const facts = table.facts[slot]
  return {
    pid: columns.pid[slot] as number,
    start_id: facts?.startId ?? '',
    ppid: columns.ppid[slot] as number,
    name: facts?.name ?? '',
    cpu_percent: round(reading.cpuPercent, 3),
    cpu_percent_of_core: round(reading.cpuPercentOfCore, 2),
    memory: orNull(columns.rssBytes[slot]),
    num_threads: orNull(columns.threads[slot]),
    status: STATUS_BY_CODE[columns.status[slot] as number] ?? 'unknown',
    user: facts?.user ?? null,
    uid: facts?.uid ?? null,
    kind: app.kind,
    app_id: app.id,
    unit: app.kind === 'container' ? app.unit : (facts?.unit ?? null),
    cmdline: facts?.args == null ? null : cut(facts.args.join(' '), MOST_CMDLINE),
    started_at_ms: round(facts?.startedAtMs ?? null, 0),
    cpu_time_ms: round(reading.cpuTimeMs, 0),
    nice: orNull(columns.nice[slot]),
    read_bytes_per_second: round(reading.readBytesPerSecond, 0),
    write_bytes_per_second: round(reading.writeBytesPerSecond, 0),
    vms_bytes: orNull(columns.vmsBytes[slot]),
    pss_bytes: reading.pssBytes,
    uss_bytes: reading.ussBytes,
    swap_bytes: reading.swapBytes,
    memory_sampled_at_ms: reading.memoryAtMs,
    unknown: reading.unknown,
  }
}
