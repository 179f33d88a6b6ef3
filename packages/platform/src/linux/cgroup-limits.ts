import path from 'node:path'
import type { ContainerLimits } from '../machine-info.ts'
import { readLines, readNumber, readText } from './sysfs.ts'

/** Version 1 says "no limit" with a number near 2^63. */
const NO_LIMIT = 2 ** 60

export interface HostSize {
  cpuCount: number
  memoryBytes: number | null
}

/**
 * What the container we run in may use: the tightest limit from our own cgroup up to the root. A limit above the host
 * limits nothing and is null. Source: cgroup-v2.rst, cgroup-v1/memory.rst, scheduler/sched-bwc.rst.
 */
export async function readLimits(
  procRoot: string,
  sysRoot: string,
  host: HostSize,
): Promise<ContainerLimits> {
  const text = await readLines(path.join(procRoot, 'self/cgroup'))
  return limitsOf(parseCgroupPaths(text), sysRoot, host)
}

/** As `readLimits`, of any place in the hierarchies. */
export async function limitsOf(
  places: CgroupPaths,
  sysRoot: string,
  host: HostSize,
): Promise<ContainerLimits> {
  const root = path.join(sysRoot, 'fs/cgroup')
  const memory: (number | null)[] = []
  const cpus: (number | null)[] = []
  for (const folder of foldersUp(root, places.unified)) {
    memory.push(parseLimit(await readText(path.join(folder, 'memory.max'))))
    cpus.push(parseCpuMax(await readText(path.join(folder, 'cpu.max'))))
  }
  for (const folder of foldersUp(path.join(root, 'memory'), places.memory)) {
    memory.push(parseLimit(await readText(path.join(folder, 'memory.limit_in_bytes'))))
  }
  for (const folder of foldersUp(path.join(root, 'cpu'), places.cpu)) {
    const quota = await readNumber(path.join(folder, 'cpu.cfs_quota_us'))
    const period = await readNumber(path.join(folder, 'cpu.cfs_period_us'))
    cpus.push(quota !== null && quota > 0 && period !== null && period > 0 ? quota / period : null)
  }
  return {
    cpuCount: tightest(cpus, host.cpuCount),
    memoryBytes: tightest(memory, host.memoryBytes),
  }
}

export interface CgroupPaths {
  unified: string | null
  memory: string | null
  cpu: string | null
  pids: string | null
  freezer: string | null
}

const CONTROLLERS = ['memory', 'cpu', 'pids', 'freezer'] as const

/** Paths by controller, of a `cgroup` file. Source: cgroups(7). */
export function parseCgroupPaths(text: string): CgroupPaths {
  const paths: CgroupPaths = { unified: null, memory: null, cpu: null, pids: null, freezer: null }
  for (const line of text.split('\n')) {
    const match = /^(\d{1,9}):([^:]*):(\/.*)$/.exec(line)
    if (match === null) continue
    const [, , controllers = '', place = '/'] = match
    if (controllers === '') paths.unified = place
    for (const controller of CONTROLLERS) {
      if (controllers.split(',').includes(controller)) paths[controller] = place
    }
  }
  return paths
}

/** The folder and all above it up to the root; the path of a container may not exist in its own view, its root does. */
export function foldersUp(root: string, place: string | null): string[] {
  if (place === null) return []
  const parts = place.split('/').filter((part) => part !== '' && part !== '..')
  return parts.map((_, at) => path.join(root, ...parts.slice(0, parts.length - at))).concat(root)
}

/** `max` or a number; null: no limit. */
export function parseLimit(text: string | null): number | null {
  if (text === null || !/^\d{1,20}$/.test(text)) return null
  const bytes = Number(text)
  return bytes >= NO_LIMIT ? null : bytes
}

/** `max 100000` or `150000 100000`: CPUs with fraction; null: no limit. */
export function parseCpuMax(text: string | null): number | null {
  const match = /^(\d{1,12}) (\d{1,12})$/.exec(text ?? '')
  if (match === null || Number(match[2]) === 0 || Number(match[1]) === 0) return null
  return Number(match[1]) / Number(match[2])
}

function tightest(limits: readonly (number | null)[], host: number | null): number | null {
  const known = limits.filter((value) => value !== null)
  if (known.length === 0) return null
  const least = Math.min(...known)
  return host !== null && least >= host ? null : least
}
