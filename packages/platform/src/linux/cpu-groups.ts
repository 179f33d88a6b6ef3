import path from 'node:path'
import type { CoreKind, CpuGroup } from '../machine-info.ts'
import { list, parseCpuList, readNumber, readText } from './sysfs.ts'

/** Of a machine with two kinds of cores the small ones have less than this share of the strength of the big ones. */
const EFFICIENT_BELOW = 0.6

/**
 * Logical CPUs by socket, NUMA node and kind of core. Source: topology/physical_package_id and cpu_capacity of
 * sysfs-devices-system-cpu, node<n>/cpulist of sysfs-devices-node, and the CPUs of the two counters that hybrid Intel
 * processors have (sysfs-bus-event_source-devices).
 * @param online CPU numbers; without any nothing is known and `null` is answered
 */
export async function readCpuGroups(
  sysRoot: string,
  online: readonly number[],
): Promise<CpuGroup[] | null> {
  if (online.length === 0) return null
  const [nodes, kinds] = [await readNodes(sysRoot), await readKinds(sysRoot, online)]
  const groups = new Map<string, CpuGroup>()
  for (const cpu of online) {
    const folder = path.join(sysRoot, `devices/system/cpu/cpu${cpu}`)
    const socket = await readNumber(path.join(folder, 'topology/physical_package_id'))
    const place = { socket, numaNode: nodes.get(cpu) ?? null, kind: kinds.get(cpu) ?? null }
    const key = Object.values(place).join(' ')
    const group = groups.get(key) ?? { ...place, cpus: [] }
    group.cpus.push(cpu)
    groups.set(key, group)
  }
  return [...groups.values()].toSorted(inOrder)
}

export function inOrder(a: CpuGroup, b: CpuGroup): number {
  return (
    (a.socket ?? 0) - (b.socket ?? 0) ||
    (a.numaNode ?? 0) - (b.numaNode ?? 0) ||
    (a.cpus[0] ?? 0) - (b.cpus[0] ?? 0)
  )
}

async function readNodes(sysRoot: string): Promise<Map<number, number>> {
  const nodes = new Map<number, number>()
  const folder = path.join(sysRoot, 'devices/system/node')
  for (const name of await list(folder)) {
    const node = /^node(\d{1,4})$/.exec(name)?.[1]
    if (node === undefined) continue
    for (const cpu of parseCpuList(await readText(path.join(folder, name, 'cpulist')))) {
      nodes.set(cpu, Number(node))
    }
  }
  return nodes
}

/** Empty where all cores are of one kind. */
async function readKinds(
  sysRoot: string,
  online: readonly number[],
): Promise<ReadonlyMap<number, CoreKind>> {
  const hybrid = new Map<number, CoreKind>()
  for (const [name, kind] of INTEL_COUNTERS) {
    const cpus = parseCpuList(await readText(path.join(sysRoot, 'devices', name, 'cpus')))
    for (const cpu of cpus) hybrid.set(cpu, kind)
  }
  return hybrid.size > 0 ? hybrid : kindsByCapacity(sysRoot, online)
}

const INTEL_COUNTERS = [
  ['cpu_core', 'performance'],
  ['cpu_atom', 'efficient'],
  ['cpu_lowpower', 'efficient'],
] as const

/** Strength of each core, the strongest 1024, as the scheduler takes it; ARM has it. */
async function kindsByCapacity(
  sysRoot: string,
  online: readonly number[],
): Promise<ReadonlyMap<number, CoreKind>> {
  const capacities = new Map<number, number>()
  for (const cpu of online) {
    const file = path.join(sysRoot, `devices/system/cpu/cpu${cpu}/cpu_capacity`)
    const capacity = await readNumber(file)
    if (capacity === null) return new Map()
    capacities.set(cpu, capacity)
  }
  const most = Math.max(...capacities.values())
  const isEfficient = (capacity: number) => capacity < most * EFFICIENT_BELOW
  if (![...capacities.values()].some(isEfficient)) return new Map()
  return new Map(
    [...capacities].map(([cpu, capacity]) => [
      cpu,
      isEfficient(capacity) ? 'efficient' : 'performance',
    ]),
  )
}
