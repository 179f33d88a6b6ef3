import type { CpuStats, SystemInfo } from '@taskmanager/contracts'

export type Core = CpuStats['cores'][number]
type CpuGroup = NonNullable<SystemInfo['cpu']['groups']>[number]

export interface CoreGroup {
  /** What tells it from the others; `null`: there is only one. */
  readonly title: string | null
  readonly cores: readonly Core[]
  /** Mean use; `null`: not known of any. */
  readonly usage: number | null
}

/** Cores by socket, NUMA node and kind, each said only where there is more than one of it. */
export function groupCores(
  cores: readonly Core[],
  groups: readonly CpuGroup[] | null,
): CoreGroup[] {
  if (groups === null || groups.length < 2) return [{ title: null, cores, usage: meanUse(cores) }]
  const varies = (read: (group: CpuGroup) => unknown) => new Set(groups.map(read)).size > 1
  const [hasSockets, hasNodes, hasKinds] = [
    varies(({ socket }) => socket),
    varies(({ numa_node: node }) => node),
    varies(({ kind }) => kind),
  ]
  const isNodeOfSocket =
    hasSockets &&
    new Set(groups.map((group) => `${group.socket} ${group.numa_node}`)).size ===
      new Set(groups.map(({ socket }) => socket)).size
  const titleOf = ({ socket, numa_node: node, kind }: CpuGroup) =>
    [
      hasSockets && (socket === null ? 'unknown socket' : `socket ${socket}`),
      hasNodes && !isNodeOfSocket && (node === null ? 'unknown node' : `node ${node}`),
      hasKinds && (kind === null ? 'other cores' : `${kind} cores`),
    ]
      .filter((part) => part !== false)
      .join(', ')
  const byIndex = new Map(cores.map((core) => [core.index, core]))
  const listed = groups.map((group) => {
    const own = group.cpus.flatMap((cpu) => byIndex.get(cpu) ?? [])
    for (const { index } of own) byIndex.delete(index)
    return { title: capital(titleOf(group)), cores: own, usage: meanUse(own) }
  })
  // One that came online after the machine was asked.
  const rest = [...byIndex.values()]
  if (rest.length > 0) listed.push({ title: 'Other cores', cores: rest, usage: meanUse(rest) })
  return listed.filter((group) => group.cores.length > 0)
}

function meanUse(cores: readonly Core[]): number | null {
  const known = cores.flatMap(({ usage_percent: usage }) => usage ?? [])
  return known.length === 0 ? null : known.reduce((sum, usage) => sum + usage, 0) / known.length
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
