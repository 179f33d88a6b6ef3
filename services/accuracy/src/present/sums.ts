import type {
  Accounting,
  ListCapabilities,
  ProcessRow,
  ProcessTotals,
} from '@taskmanager/contracts'
import { PROCESS_COLUMNS } from '@taskmanager/contracts'
import type { AccountingReading } from '@taskmanager/metrics'
import { ownUserName, type ProcessTableCapabilities } from '@taskmanager/platform'
import { round } from './numbers.ts'

/** Percent of one core from which a process counts as busy. */
const BUSY_PERCENT_OF_CORE = 1
/** It never changes, and to ask costs a look into the list of users. */
const USER = ownUserName()

export function presentTotals(
  rows: Iterable<ProcessRow>,
  appCount: number,
  ownUid: number | null,
): ProcessTotals {
  const totals = {
    process_count: 0,
    thread_count: 0,
    busy_count: 0,
    own_count: 0,
    kernel_count: 0,
    zombie_count: 0,
    app_count: appCount,
    cpu_percent: null as number | null,
    memory: null as number | null,
    read_bytes_per_second: null as number | null,
    write_bytes_per_second: null as number | null,
  }
  for (const row of rows) {
    totals.process_count++
    totals.thread_count += row.num_threads ?? 0
    if ((row.cpu_percent_of_core ?? 0) >= BUSY_PERCENT_OF_CORE) totals.busy_count++
    if (row.kind === 'kernel') totals.kernel_count++
    else if (isOwn(row, ownUid)) totals.own_count++
    if (row.status === 'zombie') totals.zombie_count++
    // Key by key: this runs for every process of every tick.
    totals.cpu_percent = sum(totals.cpu_percent, row.cpu_percent)
    totals.memory = sum(totals.memory, row.memory)
    totals.read_bytes_per_second = sum(totals.read_bytes_per_second, row.read_bytes_per_second)
    totals.write_bytes_per_second = sum(totals.write_bytes_per_second, row.write_bytes_per_second)
  }
  totals.cpu_percent = round(totals.cpu_percent, 3)
  return totals
}

/** By number; where users have none (Windows), by name. */
const isOwn = ({ uid, user }: ProcessRow, ownUid: number | null) =>
  ownUid === null ? user !== null && user === USER : uid === ownUid

const sum = (total: number | null, value: number | null) =>
  value === null ? total : (total ?? 0) + value

export function presentAccounting(reading: AccountingReading): Accounting {
  return {
    busy_percent: round(reading.busyPercent, 3),
    listed_percent: round(reading.listedPercent, 3),
    kernel_percent: round(reading.kernelPercent, 3),
    ended_percent: round(reading.endedPercent, 3),
    irq_percent: round(reading.irqPercent, 3),
    steal_percent: round(reading.stealPercent, 3),
    unattributed_percent: round(reading.unattributedPercent, 3),
    ended_count: reading.endedCount,
    ended: reading.ended.map((each) => ({
      parent_pid: each.parentPid,
      parent_name: each.parentName,
      name: each.name,
      count: each.count,
      cpu_percent: round(each.cpuPercent, 3) ?? 0,
    })),
  }
}

export function presentCapabilities(capabilities: ProcessTableCapabilities): ListCapabilities {
  return {
    cpu_time_resolution: capabilities.cpuTimeResolution,
    partial: capabilities.partialReason !== null,
    partial_reason: capabilities.partialReason,
    provider: capabilities.provider,
    user: USER,
    ended_source: capabilities.endedSource,
    columns: PROCESS_COLUMNS.filter((column) => !capabilities.missing.includes(column)),
  }
}
