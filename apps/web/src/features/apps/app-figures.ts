import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import { gpuUseOf, type GpuUses } from '../../lib/gpu-use.ts'
import type { Figures } from '../../lib/process-tree.ts'
import {
  networkSums,
  networkUseOf,
  NO_NETWORK,
  type NetworkSums,
  type NetworkUses,
} from '../../lib/network-use.ts'

/** What comes beside the list of apps. */
export interface BesideApps {
  /** `null`: no driver here tells. */
  readonly gpu: GpuUses | null
  /** `null`: nobody looks, or not known. */
  readonly network: NetworkUses | null
  /** Every process, by pid. */
  readonly rows: ReadonlyMap<number, ProcessRow>
}

/** Figures of a line: of an app, of one process, or of what is folded. `null`: unknown, or not said of such a line. */
export interface AppFigures extends NetworkSums {
  readonly name: string
  /** Of a process in place of the count. */
  readonly pid: string | null
  readonly processes: number
  readonly cpu: number | null
  readonly memory: number | null
  readonly read: number | null
  readonly write: number | null
  readonly disk: number | null
  readonly gpu: number | null
  readonly gpuMemory: number | null
  readonly threads: number | null
  readonly startedAtMs: number | null
  readonly by: string | null
  readonly user: string | null
  readonly unit: string | null
}

export function figuresOfApp(app: AppRow, beside: BesideApps): AppFigures {
  const members = app.pids.flatMap((pid) => beside.rows.get(pid) ?? [])
  return {
    name: app.name,
    pid: null,
    processes: app.process_count,
    cpu: app.cpu_percent,
    memory: app.memory,
    ...disk(app.read_bytes_per_second, app.write_bytes_per_second),
    ...networkOf(members, beside),
    ...gpuOf([app], beside),
    threads: app.num_threads,
    startedAtMs: app.started_at_ms,
    by: app.started_by,
    user: app.user,
    unit: app.unit,
  }
}

/** Of one process, or of several that are folded together. */
export function figuresOfRows(rows: readonly ProcessRow[], beside: BesideApps): AppFigures {
  const sum = (read: (row: ProcessRow) => number | null) => sumKnown(rows.map(read))
  const only = rows.length === 1 ? rows[0] : undefined
  return {
    name: only?.name ?? '',
    pid: only === undefined ? '' : String(only.pid),
    processes: rows.length,
    cpu: sum((row) => row.cpu_percent),
    memory: sum((row) => row.pss_bytes ?? row.memory),
    ...disk(
      sum((row) => row.read_bytes_per_second),
      sum((row) => row.write_bytes_per_second),
    ),
    ...networkOf(rows, beside),
    ...gpuOf(
      rows.map(({ pid, unknown }) => ({ pids: [pid], unknown })),
      beside,
    ),
    threads: sum((row) => row.num_threads),
    startedAtMs: only?.started_at_ms ?? null,
    by: '',
    user: only === undefined ? '' : only.user,
    unit: only?.unit ?? '',
  }
}

/** Of one process, with the means of three samples where it has them. */
export function smoothFigures(row: ProcessRow, means: Figures, beside: BesideApps): AppFigures {
  return {
    ...figuresOfRows([row], beside),
    cpu: means.cpu,
    memory: row.pss_bytes ?? means.memory,
    ...disk(means.read, means.write),
    threads: means.threads,
  }
}

function disk(read: number | null, write: number | null) {
  return { read, write, disk: sumKnown([read, write]) }
}

function networkOf(rows: readonly ProcessRow[], { network }: BesideApps): NetworkSums {
  return network === null ? NO_NETWORK : networkSums(rows.map((row) => networkUseOf(network, row)))
}

function gpuOf(rows: readonly Pick<AppRow, 'pids' | 'unknown'>[], { gpu }: BesideApps) {
  const uses = gpu === null ? [] : rows.map(({ pids, unknown }) => gpuUseOf(gpu, pids, unknown))
  return {
    gpu: sumKnown(uses.map(({ percent }) => percent)),
    gpuMemory: sumKnown(uses.map(({ memory }) => memory)),
  }
}

function sumKnown(values: readonly (number | null)[]): number | null {
  return values.reduce((sum, value) => (value === null ? sum : (sum ?? 0) + value), null)
}
