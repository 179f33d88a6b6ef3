import type { UnknownReason } from '@taskmanager/contracts'
import type { ProcessTable } from '@taskmanager/platform'
import type { AppOfProcess } from './app-of-process.ts'
import type { ProcessReading } from './process-reading.ts'

/** Sums over the processes of one app. `null`: not known of any of them. */
export interface AppReading {
  app: AppOfProcess
  cpuPercent: number | null
  cpuPercentOfCore: number | null
  memoryBytes: number | null
  memorySource: 'pss' | 'rss' | 'mixed'
  threads: number | null
  /** Oldest first. */
  pids: number[]
  user: string | null
  readBytesPerSecond: number | null
  writeBytesPerSecond: number | null
  startedAtMs: number | null
  /** Why a sum is null: what its first process says of the same figure. */
  unknown: Record<string, UnknownReason>
}

/** What is known of the process in a slot. */
export interface Members {
  appOf: (slot: number) => AppOfProcess
  readingOf: (slot: number) => ProcessReading
}

/**
 * Groups the processes of a sweep. PSS counts a shared page once over all; where it is not known, rss stands in.
 * A reading of the sweep before is taken over, the same object, where the group has the same name and processes and
 * none of them was touched.
 */
export function readApps(
  table: ProcessTable,
  { appOf, readingOf }: Members,
  before: ReadonlyMap<string, AppReading> = new Map(),
): Map<string, AppReading> {
  const { touched } = table.columns
  const members = new Map<string, number[]>()
  for (let i = 0; i < table.count; i++) {
    const slot = table.slots[i] as number
    const { id } = appOf(slot)
    const slots = members.get(id)
    if (slots === undefined) members.set(id, [slot])
    else slots.push(slot)
  }
  const apps = new Map<string, AppReading>()
  for (const [id, slots] of members) {
    const known = before.get(id)
    const app = appOf(slots[0] as number)
    // A process that came is touched; one that left without another coming makes the group smaller.
    const isSame =
      known?.pids.length === slots.length &&
      known.app.name === app.name &&
      !slots.some((slot) => touched[slot] === 1)
    apps.set(id, isSame ? known : sumUp(table, app, slots, readingOf))
  }
  return apps
}

function sumUp(
  table: ProcessTable,
  app: AppOfProcess,
  slots: number[],
  readingOf: Members['readingOf'],
): AppReading {
  const { columns, facts } = table
  slots.sort(
    (a, b) =>
      (columns.startTicks[a] as number) - (columns.startTicks[b] as number) ||
      (columns.pid[a] as number) - (columns.pid[b] as number),
  )
  const oldest = facts[slots[0] as number]
  const reading: AppReading = {
    app,
    cpuPercent: null,
    cpuPercentOfCore: null,
    memoryBytes: null,
    memorySource: 'rss',
    threads: null,
    pids: slots.map((slot) => columns.pid[slot] as number),
    user: slots.every((slot) => facts[slot]?.uid === oldest?.uid) ? (oldest?.user ?? null) : null,
    readBytesPerSecond: null,
    writeBytesPerSecond: null,
    startedAtMs: oldest?.startedAtMs ?? null,
    unknown: {},
  }
  let withPss = 0
  for (const slot of slots) {
    const process = readingOf(slot)
    for (const field in process.unknown) {
      reading.unknown[field] ??= process.unknown[field] as UnknownReason
    }
    const rss = columns.rssBytes[slot] as number
    reading.cpuPercent = sum(reading.cpuPercent, process.cpuPercent)
    reading.cpuPercentOfCore = sum(reading.cpuPercentOfCore, process.cpuPercentOfCore)
    reading.readBytesPerSecond = sum(reading.readBytesPerSecond, process.readBytesPerSecond)
    reading.writeBytesPerSecond = sum(reading.writeBytesPerSecond, process.writeBytesPerSecond)
    reading.memoryBytes = sum(reading.memoryBytes, process.pssBytes ?? known(rss))
    reading.threads = sum(reading.threads, known(columns.threads[slot] as number))
    if (process.pssBytes !== null || rss === 0) withPss++
  }
  if (withPss === slots.length) reading.memorySource = 'pss'
  else if (withPss > 0) reading.memorySource = 'mixed'
  return reading
}

const known = (value: number): number | null => (Number.isNaN(value) ? null : value)

const sum = (total: number | null, value: number | null) =>
  value === null ? total : (total ?? 0) + value
