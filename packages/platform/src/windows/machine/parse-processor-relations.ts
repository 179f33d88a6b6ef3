import { inOrder } from '../../linux/cpu-groups.ts'
import type { CoreKind, CpuGroup } from '../../machine-info.ts'

/** What GetLogicalProcessorInformationEx tells of the CPUs; `null`: it told nothing of that. */
export interface ProcessorRelations {
  sockets: number | null
  cores: number | null
  numaNodes: number | null
  l1Bytes: number | null
  l2Bytes: number | null
  l3Bytes: number | null
  groups: CpuGroup[] | null
}

// Source: LOGICAL_PROCESSOR_RELATIONSHIP of winnt.h.
const CORE = 0
const NUMA_NODE = 1
const CACHE = 2
const PACKAGE = 3

const CPUS_OF_A_GROUP = 64
/** More than Windows has. */
const MOST_GROUPS = 64

interface Found {
  cores: { cpus: number[]; efficiency: number }[]
  nodes: Set<number>
  nodeOf: Map<number, number>
  sockets: number
  socketOf: Map<number, number>
  /** Bytes by level; data and instructions together. */
  caches: Map<number, number>
}

/**
 * Source: SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX, a chain of records of their own size. CPUs are numbered through all
 * processor groups, as their times are: a group need not have 64.
 */
export function parseProcessorRelations(bytes: Buffer): ProcessorRelations {
  const records = recordsOf(bytes)
  const firstOf = firstCpus(records)
  const found: Found = {
    cores: [],
    nodes: new Set(),
    nodeOf: new Map(),
    sockets: 0,
    socketOf: new Map(),
    caches: new Map(),
  }
  for (const record of records) addRecord(found, record, firstOf)
  const { cores, nodes, sockets, caches } = found
  return {
    sockets: sockets || null,
    cores: cores.length || null,
    numaNodes: nodes.size || null,
    l1Bytes: caches.get(1) ?? null,
    l2Bytes: caches.get(2) ?? null,
    l3Bytes: caches.get(3) ?? null,
    groups: groupsOf(found),
  }
}

function recordsOf(bytes: Buffer): Buffer[] {
  const records: Buffer[] = []
  for (let at = 0; at + 32 <= bytes.length;) {
    const size = bytes.readUInt32LE(at + 4)
    if (size < 32 || at + size > bytes.length) break
    records.push(bytes.subarray(at, at + size))
    at += size
  }
  return records
}

/** Number of the first CPU of each group: every CPU belongs to a core, whose masks tell how many a group has. */
function firstCpus(records: readonly Buffer[]): (group: number) => number {
  const counts: number[] = []
  for (const record of records) {
    if (record.readUInt32LE(0) !== CORE) continue
    for (const { mask, group } of masksAt(record, 30, 32)) {
      counts[group] = Math.max(counts[group] ?? 0, mask.toString(2).length)
    }
  }
  return (group) => {
    let first = 0
    for (let before = 0; before < group; before++) first += counts[before] ?? CPUS_OF_A_GROUP
    return first
  }
}

function addRecord(found: Found, record: Buffer, firstOf: (group: number) => number): void {
  const cpusAt = (countAt: number, at: number) => cpusIn(masksAt(record, countAt, at), firstOf)
  switch (record.readUInt32LE(0)) {
    case CORE:
      found.cores.push({ cpus: cpusAt(30, 32), efficiency: record.readUInt8(9) })
      break
    case NUMA_NODE: {
      const node = record.readUInt32LE(8)
      found.nodes.add(node)
      for (const cpu of cpusAt(30, 32)) found.nodeOf.set(cpu, node)
      break
    }
    case PACKAGE:
      for (const cpu of cpusAt(30, 32)) found.socketOf.set(cpu, found.sockets)
      found.sockets++
      break
    case CACHE: {
      const level = record.readUInt8(8)
      found.caches.set(level, (found.caches.get(level) ?? 0) + record.readUInt32LE(12))
      break
    }
    default: // groups, dies, modules: nothing that is shown
  }
}

interface GroupMask {
  mask: bigint
  group: number
}

/** GROUP_AFFINITY entries, 16 bytes each: a mask of 64 and the number of the group. A count of 0 is an older 1. */
function masksAt(record: Buffer, countAt: number, masksFrom: number): GroupMask[] {
  const count = Math.max(1, record.readUInt16LE(countAt))
  const masks: GroupMask[] = []
  for (let entry = 0; entry < count; entry++) {
    const at = masksFrom + entry * 16
    if (at + 10 > record.length) break
    const group = record.readUInt16LE(at + 8)
    if (group < MOST_GROUPS) masks.push({ mask: record.readBigUInt64LE(at), group })
  }
  return masks
}

function cpusIn(masks: readonly GroupMask[], firstOf: (group: number) => number): number[] {
  return masks.flatMap(({ mask, group }) => {
    const first = firstOf(group)
    const bits = Array.from({ length: CPUS_OF_A_GROUP }, (_, bit) => bit)
    return bits.filter((bit) => ((mask >> BigInt(bit)) & 1n) === 1n).map((bit) => first + bit)
  })
}

/** Cores of the highest class are fast ones where there is more than one class. */
function groupsOf({ cores, nodeOf, socketOf }: Found): CpuGroup[] | null {
  if (cores.length === 0) return null
  const classes = new Set(cores.map(({ efficiency }) => efficiency))
  const fastest = Math.max(...classes)
  const kindOf = (efficiency: number): CoreKind | null =>
    classes.size === 1 ? null : efficiency === fastest ? 'performance' : 'efficient'
  const groups = new Map<string, CpuGroup>()
  for (const { cpus, efficiency } of cores) {
    for (const cpu of cpus) {
      const socket = socketOf.get(cpu) ?? null
      const place = { socket, numaNode: nodeOf.get(cpu) ?? null, kind: kindOf(efficiency) }
      const key = Object.values(place).join(' ')
      const group = groups.get(key) ?? { ...place, cpus: [] }
      group.cpus.push(cpu)
      groups.set(key, group)
    }
  }
  for (const { cpus } of groups.values()) cpus.sort((a, b) => a - b)
  return [...groups.values()].toSorted(inOrder)
}
