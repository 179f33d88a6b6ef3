import path from 'node:path'
import type { NodeSample } from '../machine.ts'
import { list, readLines, readText } from './sysfs.ts'

/**
 * NUMA nodes with their CPUs and memory; empty where there is only one, which the figures of the machine tell already.
 * Source: numastat.rst and sysfs-devices-node of the kernel's documents.
 */
export async function readNumaNodes(sysRoot: string): Promise<NodeSample[]> {
  const folder = path.join(sysRoot, 'devices/system/node')
  const names = (await list(folder)).filter((name) => /^node\d{1,4}$/.test(name))
  if (names.length < 2) return []
  return Promise.all(
    names.map(async (name) => ({
      node: Number(name.slice('node'.length)),
      cpuList: (await readText(path.join(folder, name, 'cpulist'))) ?? '',
      ...parseNodeMeminfo(await readLines(path.join(folder, name, 'meminfo'))),
    })),
  )
}

/** `Node 0 MemTotal:  16331660 kB`. Nodes have no MemAvailable: what the cache holds stands beside what is free. */
export function parseNodeMeminfo(text: string): Omit<NodeSample, 'node' | 'cpuList'> {
  const bytes = (key: string): number | null => {
    const kib = new RegExp(`^Node \\d{1,4} ${key}:[ \\t]*(\\d{1,15}) kB$`, 'm').exec(text)?.[1]
    return kib === undefined ? null : Number(kib) * 1024
  }
  const [total, free, files] = [bytes('MemTotal'), bytes('MemFree'), bytes('FilePages')]
  const cache =
    files === null
      ? null
      : Math.max(0, files - (bytes('Shmem') ?? 0)) + (bytes('SReclaimable') ?? 0)
  return { totalBytes: total, freeBytes: free, cacheBytes: cache }
}
