import type { AppRow, DiskStats, GpuStats, ProcessKind, ProcessRow } from '@taskmanager/contracts'
import type { NetworkUses } from './network-use.ts'
import { countedDisks, sumKnown } from './stats-series.ts'

/** One row of a "who" list under a device. */
export interface WhoRow {
  readonly id: string
  readonly name: string
  readonly kind: ProcessKind | 'not_permitted' | 'unattributed'
  readonly count: number
  readonly value: number
  /** What a rest is made of, where that is known better. */
  readonly hint?: string
  /** It has ended while its place was held. */
  readonly isEnded?: boolean
}

/** The apps by one figure, greatest first; those at nothing do not appear. */
export function biggestApps(
  apps: Iterable<AppRow>,
  valueOf: (app: AppRow) => number | null,
): WhoRow[] {
  const rows: WhoRow[] = []
  for (const app of apps) {
    const value = valueOf(app)
    if (value === null || value <= 0) continue
    rows.push({ id: app.id, name: app.name, kind: app.kind, count: app.process_count, value })
  }
  return rows.toSorted(
    (a, b) => b.value - a.value || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1),
  )
}

/** What the bars of a list are drawn against; never 0. */
export function greatestOf(rows: readonly WhoRow[]): number {
  return Math.max(0, ...rows.map((row) => row.value)) || 1
}

/** The same rows in the same places, with the values of now. Who ended stays, and says so. */
export function heldRows(
  held: readonly WhoRow[],
  now: readonly WhoRow[],
  apps: ReadonlyMap<string, AppRow>,
): WhoRow[] {
  const byId = new Map(now.map((row) => [row.id, row]))
  return held.map((row) => {
    const known = byId.get(row.id)
    if (known !== undefined) return known
    const isProgram = row.kind !== 'not_permitted' && row.kind !== 'unattributed'
    return { ...row, value: 0, isEnded: isProgram && !apps.has(row.id) }
  })
}

export function appDiskRate(app: AppRow): number | null {
  if (app.read_bytes_per_second === null && app.write_bytes_per_second === null) return null
  return (app.read_bytes_per_second ?? 0) + (app.write_bytes_per_second ?? 0)
}

/**
 * Adds what the device carried and no app is known to have caused. It is "not permitted" where rights are what is
 * missing, else "unattributed" (caches written later, the kernel itself). Small differences are clocks, not programs.
 */
export function withRest(
  rows: readonly WhoRow[],
  deviceTotal: number | null,
  knownTotal: number,
  kind: 'not_permitted' | 'unattributed',
): WhoRow[] {
  if (deviceTotal === null) return [...rows]
  const rest = deviceTotal - knownTotal
  if (rest <= Math.max(deviceTotal * 0.02, 0)) return [...rows]
  const name = kind === 'not_permitted' ? 'not permitted' : 'unattributed'
  return [...rows, { id: `rest:${kind}`, name, kind, count: 1, value: rest }].toSorted(
    (a, b) => b.value - a.value,
  )
}

/** Who reads and writes, all drives together: programs are not told apart by drive. What no app is known for is a row. */
export function biggestDiskUsers(apps: readonly AppRow[], disks: DiskStats[]): WhoRow[] {
  const counted = countedDisks(disks)
  const read = sumKnown(counted, (disk) => disk.read_bytes_per_second)
  const write = sumKnown(counted, (disk) => disk.write_bytes_per_second)
  const hidden = apps.some(
    (app) =>
      app.unknown['read_bytes_per_second'] === 'not_permitted' ||
      app.unknown['write_bytes_per_second'] === 'not_permitted',
  )
  return withRest(
    biggestApps(apps, appDiskRate),
    read === null && write === null ? null : (read ?? 0) + (write ?? 0),
    sumKnown(apps, appDiskRate) ?? 0,
    hidden ? 'not_permitted' : 'unattributed',
  )
}

/** Who uses the network, by app. What no program is known for is a row, or two where rights are missing. */
export function biggestOnNetwork(
  uses: NetworkUses,
  processes: ReadonlyMap<number, ProcessRow>,
  apps: ReadonlyMap<string, AppRow>,
): WhoRow[] {
  const sums = new Map<string, number>()
  for (const [pid, traffic] of uses.byPid) {
    const row = processes.get(pid)
    if (row?.start_id !== traffic.startId) continue
    sums.set(row.app_id, (sums.get(row.app_id) ?? 0) + traffic.recv + traffic.sent)
  }
  const rows = biggestApps(apps.values(), (app) => sums.get(app.id) ?? 0)
  const known = rows.reduce((sum, { value }) => sum + value, 0)
  if (uses.interfaces === null) return rows
  const hidden = uses.isPartial ? uses.unheld : 0
  const withHidden = withRest(rows, known + hidden, known, 'not_permitted')
  const all = withRest(withHidden, uses.interfaces, known + hidden, 'unattributed')
  return all.map((row) => (row.kind === 'unattributed' ? { ...row, hint: NETWORK_REST } : row))
}

const NETWORK_REST =
  'Packet headers, UDP, containers, and connections that have closed: no program is known for them.'

/** Users of all cards, by app. `memory_bytes` decides where the driver reports no share of the engines. */
export function biggestOnGpu(
  gpus: readonly GpuStats[],
  processes: ReadonlyMap<number, ProcessRow>,
  apps: ReadonlyMap<string, AppRow>,
  valueOf: (user: GpuStats['processes'][number]) => number | null,
): WhoRow[] {
  const sums = new Map<string, WhoRow>()
  for (const gpu of gpus) {
    for (const user of gpu.processes) {
      const value = valueOf(user)
      if (value === null || value <= 0) continue
      const process = processes.get(user.pid)
      const app = process === undefined ? undefined : apps.get(process.app_id)
      const id = app?.id ?? `pid:${user.pid}`
      const before = sums.get(id)
      sums.set(id, {
        id,
        name: app?.name ?? process?.name ?? `PID ${user.pid}`,
        kind: app?.kind ?? process?.kind ?? 'background',
        count: (before?.count ?? 0) + 1,
        value: (before?.value ?? 0) + value,
      })
    }
  }
  return [...sums.values()].toSorted((a, b) => b.value - a.value)
}
