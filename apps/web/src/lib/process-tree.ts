import type { AskedFigures, ProcessRow } from '@taskmanager/contracts'
import { addAskedSums, askedSums, type AskedSum, type AskedSums } from './asked-index.ts'
import type { GpuUse } from './gpu-use.ts'
import {
  NO_NETWORK,
  type NetworkSums,
  type NetworkTraffic,
  type NetworkUnknown,
} from './network-use.ts'

export interface ProcessNode {
  readonly row: ProcessRow
  readonly children: ProcessNode[]
  /** `null`: a root of the list. */
  parent: ProcessNode | null
}

/**
 * Builds the tree of the list. Its roots are the children of PID 1 and of user service managers, so that depth means
 * something; a process whose parent is not listed is a root too. A parent that started after its child has taken over
 * a reused pid and is not its parent; loops, which torn samples can show, are cut.
 */
export function buildProcessTree(rows: Iterable<ProcessRow>): ProcessNode[] {
  const nodes = new Map<number, ProcessNode>()
  for (const row of rows) nodes.set(row.pid, { row, children: [], parent: null })
  for (const node of nodes.values()) {
    const parent = nodes.get(node.row.ppid)
    if (parent === undefined || parent === node || isManager(parent.row)) continue
    if (startedAfter(parent.row, node.row) || isAncestor(node, parent)) continue
    node.parent = parent
    parent.children.push(node)
  }
  return [...nodes.values()].filter((node) => node.parent === null)
}

/** A process and all that descend from it, itself first; empty when it is not listed. */
export function branchOf(
  rows: ReadonlyMap<number, ProcessRow>,
  pid: number,
  startId: string,
): ProcessRow[] {
  const all: ProcessRow[] = []
  const collect = (node: ProcessNode): void => {
    all.push(node.row)
    node.children.forEach(collect)
  }
  const find = (nodes: readonly ProcessNode[]): ProcessNode | undefined => {
    for (const node of nodes) {
      if (node.row.pid === pid && node.row.start_id === startId) return node
      const below = find(node.children)
      if (below !== undefined) return below
    }
    return undefined
  }
  const found = find(buildProcessTree(rows.values()))
  if (found !== undefined) collect(found)
  return all
}

/** PID 1, and the systemd of a user: what they start stands on its own. */
function isManager(row: ProcessRow): boolean {
  return row.pid === 1 || (row.name === 'systemd' && row.cmdline?.includes('--user') === true)
}

function startedAfter(parent: ProcessRow, child: ProcessRow): boolean {
  const SLACK_MS = 2000
  return (
    parent.started_at_ms !== null &&
    child.started_at_ms !== null &&
    parent.started_at_ms > child.started_at_ms + SLACK_MS
  )
}

function isAncestor(node: ProcessNode, of: ProcessNode): boolean {
  for (let at: ProcessNode | null = of; at !== null; at = at.parent) if (at === node) return true
  return false
}

/** Figures that add up over a branch; `null` where no member is known. */
export interface Figures extends NetworkSums {
  readonly cpu: number | null
  readonly memory: number | null
  /** Sampled, the biggest first. */
  readonly pss: number | null
  readonly uss: number | null
  readonly read: number | null
  readonly write: number | null
  readonly threads: number | null
  readonly gpu: number | null
  readonly gpuMemory: number | null
  /** Open files, and share of time that threads waited for a CPU; `null` while no column shows them. */
  readonly files: number | null
  readonly waiting: number | null
  /** What else is read only while a column shows it; `null`: none does. */
  readonly asked: AskedSums | null
  /** Processes among them whose open files may not be seen: the sum is then a least value. */
  readonly filesDenied: number
  /** Processes among them whose reading and writing may not be seen: both sums are then least values. */
  readonly diskDenied: number
}

/** A figure by the name that columns have for it. */
export type FigureKey = Exclude<keyof Figures, 'asked'> | AskedSum

export function figureOf(figures: Figures, key: FigureKey): number | null {
  return key in figures
    ? figures[key as Exclude<keyof Figures, 'asked'>]
    : (figures.asked?.[key as AskedSum] ?? null)
}

/**
 * @param use of the graphics cards, `null` where nobody tells
 * @param asked what the list leaves out, `null` while no column shows it
 * @param traffic of the network, `null` while nobody looks
 */
export function figuresOf(
  row: ProcessRow,
  use: GpuUse | null = null,
  asked: AskedFigures | null = null,
  traffic: NetworkTraffic | NetworkUnknown | null = null,
): Figures {
  const isKnown = traffic !== null && typeof traffic !== 'string'
  return {
    cpu: row.cpu_percent,
    memory: row.memory,
    pss: row.pss_bytes,
    uss: row.uss_bytes,
    read: row.read_bytes_per_second,
    write: row.write_bytes_per_second,
    threads: row.num_threads,
    gpu: use?.percent ?? null,
    gpuMemory: use?.memory ?? null,
    files: asked?.num_fds ?? null,
    waiting: asked?.run_delay_percent ?? null,
    asked: askedSums(asked),
    filesDenied: asked?.unknown['num_fds'] === 'not_permitted' ? 1 : 0,
    diskDenied: isDiskDenied(row) ? 1 : 0,
    network: isKnown ? traffic.recv + traffic.sent : null,
    networkSent: isKnown ? traffic.sent : null,
    networkInside: isKnown ? traffic.inside : null,
    networkDenied: traffic === 'not_permitted' ? 1 : 0,
    networkApart: traffic === 'apart' ? 1 : 0,
  }
}

/** Not a first sample, not a kernel thread: the system keeps it from this service. */
export function isDiskDenied({ unknown }: Pick<ProcessRow, 'unknown'>): boolean {
  return (
    unknown['read_bytes_per_second'] === 'not_permitted' ||
    unknown['write_bytes_per_second'] === 'not_permitted'
  )
}

/** Thousands of these are added in each sample: one object a sum. */
export function addFigures(all: Iterable<Figures>): Figures {
  const total: Mutable<Figures> = { ...NOTHING }
  for (const one of all) {
    total.cpu = plus(total.cpu, one.cpu)
    total.memory = plus(total.memory, one.memory)
    total.pss = plus(total.pss, one.pss)
    total.uss = plus(total.uss, one.uss)
    total.read = plus(total.read, one.read)
    total.write = plus(total.write, one.write)
    total.threads = plus(total.threads, one.threads)
    total.gpu = plus(total.gpu, one.gpu)
    total.gpuMemory = plus(total.gpuMemory, one.gpuMemory)
    total.files = plus(total.files, one.files)
    total.waiting = plus(total.waiting, one.waiting)
    if (one.asked !== null) total.asked = addAskedSums(total.asked, one.asked)
    total.network = plus(total.network, one.network)
    total.networkSent = plus(total.networkSent, one.networkSent)
    total.networkInside = plus(total.networkInside, one.networkInside)
    total.networkDenied += one.networkDenied
    total.networkApart += one.networkApart
    total.filesDenied += one.filesDenied
    total.diskDenied += one.diskDenied
  }
  return total
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

const plus = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : a + b

/** Nothing is known. */
export const NOTHING: Figures = {
  cpu: null,
  memory: null,
  pss: null,
  uss: null,
  read: null,
  write: null,
  threads: null,
  gpu: null,
  gpuMemory: null,
  files: null,
  waiting: null,
  asked: null,
  filesDenied: 0,
  diskDenied: 0,
  ...NO_NETWORK,
}

/** After so many children a branch folds the rest into one row, unless that row would stand for a single one. */
export const FOLD_AFTER = 8

export function foldChildren<T>(sorted: readonly T[]): {
  shown: readonly T[]
  folded: readonly T[]
} {
  return sorted.length <= FOLD_AFTER + 1
    ? { shown: sorted, folded: [] }
    : { shown: sorted.slice(0, FOLD_AFTER), folded: sorted.slice(FOLD_AFTER) }
}
