import { existsSync } from 'node:fs'
import path from 'node:path'
import {
  foldersUp,
  limitsOf,
  parseCgroupPaths,
  parseLimit,
  type CgroupPaths,
  type HostSize,
} from '../linux/cgroup-limits.ts'
import { containerOfPath } from '../linux/container-path.ts'
import { readLines, readNumber, readText } from '../linux/sysfs.ts'

/** What the cgroup of a container is charged with and may use. null: not told, or no limit. */
export interface CgroupFigures {
  memoryBytes: number | null
  memoryLimitBytes: number | null
  cpuLimitCount: number | null
  periods: { all: number; throttled: number } | null
  tasks: number | null
  tasksLimit: number | null
  isFrozen: boolean
}

/**
 * Reads the cgroups of a container, of either version. Source: cgroup-v2.rst; cgroup-v1/memory.rst, pids.rst,
 * freezer-subsystem.rst; scheduler/sched-bwc.rst.
 * @param text the `cgroup` file of any of its processes
 */
export async function readCgroupFigures(
  sysRoot: string,
  text: string,
  host: HostSize,
): Promise<CgroupFigures> {
  const places = containerPlaces(parseCgroupPaths(text))
  const root = path.join(sysRoot, 'fs/cgroup')
  // Where both versions are in use, the second one stands beside the controllers of the first.
  const unifiedRoot = existsSync(path.join(root, 'cgroup.controllers'))
    ? root
    : path.join(root, 'unified')
  const unified = folderOf(unifiedRoot, places.unified)
  const v1 = (controller: 'memory' | 'cpu' | 'pids' | 'freezer') =>
    folderOf(path.join(root, controller), places[controller])
  const first = async (...files: (string | null)[]) => {
    for (const file of files) {
      const value = file === null ? null : await readNumber(file)
      if (value !== null) return value
    }
    return null
  }
  const frozen = await readText(inFolder(v1('freezer'), 'freezer.state'))
  const limits = await limitsOf(places, sysRoot, host)
  return {
    memoryBytes: await first(
      inFolder(unified, 'memory.current'),
      inFolder(v1('memory'), 'memory.usage_in_bytes'),
    ),
    memoryLimitBytes: limits.memoryBytes,
    cpuLimitCount: limits.cpuCount,
    periods:
      parsePeriods(await readLines(inFolder(unified, 'cpu.stat'))) ??
      parsePeriods(await readLines(inFolder(v1('cpu'), 'cpu.stat'))),
    tasks: await first(inFolder(unified, 'pids.current'), inFolder(v1('pids'), 'pids.current')),
    tasksLimit:
      parseLimit(await readText(inFolder(unified, 'pids.max'))) ??
      parseLimit(await readText(inFolder(v1('pids'), 'pids.max'))),
    isFrozen:
      (await readText(inFolder(unified, 'cgroup.freeze'))) === '1' ||
      frozen === 'FROZEN' ||
      frozen === 'FREEZING',
  }
}

/** A process may be deeper: what it stands in is cut where the container begins. null: not of the container there. */
function containerPlaces(paths: CgroupPaths): CgroupPaths {
  const cut = (place: string | null) =>
    place === null ? null : (containerOfPath(place)?.folder ?? null)
  return {
    unified: cut(paths.unified),
    memory: cut(paths.memory),
    cpu: cut(paths.cpu),
    pids: cut(paths.pids),
    freezer: cut(paths.freezer),
  }
}

const folderOf = (root: string, place: string | null): string | null =>
  place === null ? null : (foldersUp(root, place)[0] ?? null)

/** A file that is nowhere reads as one that is not there. */
const inFolder = (folder: string | null, file: string): string =>
  folder === null ? '' : path.join(folder, file)

/** Of `cpu.stat`; null: no quota has been in force. */
export function parsePeriods(text: string): { all: number; throttled: number } | null {
  const all = /^nr_periods (\d{1,15})$/m.exec(text)?.[1]
  const throttled = /^nr_throttled (\d{1,15})$/m.exec(text)?.[1]
  if (all === undefined || throttled === undefined || Number(all) === 0) return null
  return { all: Number(all), throttled: Number(throttled) }
}
