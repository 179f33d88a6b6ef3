import type { ProcessRow } from '@taskmanager/contracts'
import type { GpuUse } from './gpu-use.ts'

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
export interface Figures {
  readonly cpu: number | null
  readonly memory: number | null
  readonly read: number | null
  readonly write: number | null
  readonly threads: number | null
  readonly gpu: number | null
  readonly gpuMemory: number | null
}

/** @param use of the graphics cards, `null` where nobody tells */
export function figuresOf(row: ProcessRow, use: GpuUse | null = null): Figures {
  return {
    cpu: row.cpu_percent,
    memory: row.memory,
    read: row.read_bytes_per_second,
    write: row.write_bytes_per_second,
    threads: row.num_threads,
    gpu: use?.percent ?? null,
    gpuMemory: use?.memory ?? null,
  }
}

export function addFigures(all: readonly Figures[]): Figures {
  const sum = (key: keyof Figures): number | null => {
    let total: number | null = null
    for (const one of all) {
      const value = one[key]
      if (value !== null) total = (total ?? 0) + value
    }
    return total
  }
  return {
    cpu: sum('cpu'),
    memory: sum('memory'),
    read: sum('read'),
    write: sum('write'),
    threads: sum('threads'),
    gpu: sum('gpu'),
    gpuMemory: sum('gpuMemory'),
  }
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
