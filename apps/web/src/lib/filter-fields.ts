import type { AppRow, ProcessRow, ProcessStatus } from '@taskmanager/contracts'
import { networkAmount } from './format.ts'
import type { GpuUse, GpuUses } from './gpu-use.ts'
import { networkUseOf, type NetworkUses } from './network-use.ts'
import type { PortIndex } from './port-index.ts'

/** What rows are compared with, and what is known beside them. */
export interface FilterContext {
  readonly nowMs: number
  /** CPU in the scale the table shows. */
  readonly cpuScale: 'machine' | 'core'
  /** `null`: not known (yet); nothing matches a port then. */
  readonly ports?: PortIndex | null
  /** Who uses a graphics card, by pid. */
  readonly gpu?: GpuUses
  /** Who uses the network; `null`: not known (yet). */
  readonly network?: NetworkUses | null
}

/** An app and those of its processes that are listed. */
export interface AppMembers {
  readonly app: AppRow
  readonly rows: readonly ProcessRow[]
}

export interface TextField {
  readonly row: (row: ProcessRow) => string | null
  /** Where an app has a word of its own, beside those of its processes. */
  readonly app?: (app: AppRow) => string | null
}

/** Fields that are compared as words. `null`: unknown, matches nothing. */
export const TEXT_FIELDS = {
  name: { row: (row) => row.name, app: (app) => app.name },
  user: { row: (row) => row.user, app: (app) => app.user },
  cmd: { row: (row) => row.cmdline },
  unit: { row: (row) => row.unit, app: (app) => app.unit },
  // By its name or its id.
  container: {
    row: (row) =>
      row.kind === 'container'
        ? `${row.unit ?? ''}\n${row.app_id.replace('container:', '')}`
        : null,
  },
  state: { row: (row) => row.status },
  kind: { row: (row) => row.kind, app: (app) => app.kind },
} as const satisfies Record<string, TextField>

export interface NumberField {
  readonly row: (row: ProcessRow, context: FilterContext) => number | null
  /** The figure of an app; where it has none, one of its processes must have what is asked for. */
  readonly app?: (app: AppMembers, context: FilterContext) => number | null
  readonly unit: keyof typeof UNITS
}

const MINUTE = 60

/** What may stand behind a number, as its factor; ages are in seconds. */
export const UNITS = {
  count: { suffixes: {}, name: 'number', examples: ['>1'] },
  size: {
    suffixes: { k: 1024, m: 1024 ** 2, g: 1024 ** 3 },
    name: 'size',
    examples: ['>500m', '>1g'],
  },
  rate: { suffixes: { k: 1e3, m: 1e6, g: 1e9 }, name: 'rate', examples: ['>100k', '>2m'] },
  time: {
    suffixes: { s: 1, m: MINUTE, min: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE },
    name: 'time',
    examples: ['<90s', '<10m', '>2h', '>3d'],
  },
} as const satisfies Record<
  string,
  {
    suffixes: Readonly<Record<string, number>>
    name: string
    examples: readonly [string, ...string[]]
  }
>

/** Fields that are compared as numbers. `null`: unknown, matches nothing. */
export const NUMBER_FIELDS = {
  pid: { row: (row) => row.pid, unit: 'count' },
  parent: { row: (row) => row.ppid, unit: 'count' },
  cpu: { row: cpuShare, app: ({ app }, context) => cpuShare(app, context), unit: 'count' },
  mem: { row: (row) => row.memory, app: ({ app }) => app.memory, unit: 'size' },
  read: {
    row: (row) => row.read_bytes_per_second,
    app: ({ app }) => app.read_bytes_per_second,
    unit: 'rate',
  },
  write: {
    row: (row) => row.write_bytes_per_second,
    app: ({ app }) => app.write_bytes_per_second,
    unit: 'rate',
  },
  // Who holds memory of a card uses it, also where the driver tells no share.
  gpu: {
    row: (row, { gpu }) => gpuShare(gpu?.byPid.get(row.pid)),
    app: ({ rows }, { gpu }) => sumOver(rows, (row) => gpuShare(gpu?.byPid.get(row.pid))),
    unit: 'count',
  },
  // In the unit of the table: bits, or bytes where the user chose so.
  net: {
    row: (row, { network }) => networkShare(row, network ?? null),
    app: ({ rows }, { network }) => sumOver(rows, (row) => networkShare(row, network ?? null)),
    unit: 'rate',
  },
  threads: { row: (row) => row.num_threads, app: ({ app }) => app.num_threads, unit: 'count' },
  age: { row: ageSeconds, app: ({ app }, context) => ageSeconds(app, context), unit: 'time' },
} as const satisfies Record<string, NumberField>

function cpuShare(of: ProcessRow | AppRow, { cpuScale }: FilterContext): number | null {
  return cpuScale === 'core' ? of.cpu_percent_of_core : of.cpu_percent
}

function ageSeconds(
  { started_at_ms: startedAtMs }: ProcessRow | AppRow,
  { nowMs }: FilterContext,
): number | null {
  return startedAtMs === null ? null : (nowMs - startedAtMs) / 1000
}

function sumOver(
  rows: readonly ProcessRow[],
  read: (row: ProcessRow) => number | null,
): number | null {
  let sum: number | null = null
  for (const row of rows) {
    const value = read(row)
    if (value !== null) sum = (sum ?? 0) + value
  }
  return sum
}

function gpuShare(use: GpuUse | undefined): number | null {
  return use === undefined ? null : (use.percent ?? (use.memory === null ? null : 0))
}

function networkShare(row: ProcessRow, network: NetworkUses | null): number | null {
  const traffic = networkUseOf(network, row)
  return typeof traffic === 'string' ? null : networkAmount(traffic.recv + traffic.sent)
}

/** Words people use for the states of psutil. */
export const STATE_WORDS: ReadonlyMap<string, readonly ProcessStatus[]> = new Map([
  ['suspended', ['stopped', 'tracing-stop']],
  ['stuck', ['disk-sleep']],
  ['disk', ['disk-sleep']],
  ['hung', ['not-responding']],
])
