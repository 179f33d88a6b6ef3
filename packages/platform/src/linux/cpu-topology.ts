import path from 'node:path'
import type { CpuInfo } from '../machine-info.ts'
import { cleanName } from '../text/clean.ts'
import { readCpuGroups } from './cpu-groups.ts'
import { list, numberOf, parseCpuList, readLines, readNumber, readText } from './sysfs.ts'

const folderOf = (sysRoot: string) => path.join(sysRoot, 'devices/system/cpu')
const frequencyFolder = (sysRoot: string, online: readonly number[]) =>
  path.join(folderOf(sysRoot), `cpu${online[0] ?? 0}`, 'cpufreq')

/** CPUs that are in use as a list such as `0-3,8`; null when it is not told. */
export const readOnlineCpus = (sysRoot: string): Promise<string | null> =>
  readText(path.join(folderOf(sysRoot), 'online'))

/** What chooses the frequency, of the first CPU. Source: admin-guide/pm/cpufreq.rst of the kernel. */
export const readGovernor = (sysRoot: string, onlineCpus: string | null): Promise<string | null> =>
  readText(path.join(frequencyFolder(sysRoot, parseCpuList(onlineCpus)), 'scaling_governor'))

/**
 * Model, sockets, cores and caches, which stay while the same CPUs are online. Source: /proc/cpuinfo,
 * sysfs-devices-system-cpu of the kernel's ABI documents.
 */
export async function readCpuInfo(
  procRoot: string,
  sysRoot: string,
  onlineCpus: string | null,
): Promise<Omit<CpuInfo, 'governor'>> {
  const cpuinfo = parseCpuinfo(await readLines(path.join(procRoot, 'cpuinfo')))
  const folder = folderOf(sysRoot)
  const online = parseCpuList(onlineCpus)
  const cores = new Set<string>()
  const packages = new Set<number>()
  for (const cpu of online) {
    const topology = path.join(folder, `cpu${cpu}`, 'topology')
    const socket = await readNumber(path.join(topology, 'physical_package_id'))
    const siblings = await readText(path.join(topology, 'thread_siblings_list'))
    if (socket !== null) packages.add(socket)
    if (siblings !== null) cores.add(siblings)
  }
  const cpufreq = frequencyFolder(sysRoot, online)
  const nodes = (await list(path.join(sysRoot, 'devices/system/node'))).filter((name) =>
    /^node\d+$/.test(name),
  )
  return {
    model: cpuinfo.model,
    vendor: cpuinfo.vendor,
    sockets: packages.size > 0 ? packages.size : cpuinfo.sockets,
    cores: cores.size > 0 ? cores.size : cpuinfo.cores,
    threads: online.length > 0 ? online.length : cpuinfo.threads,
    baseMhz: mhz(await readNumber(path.join(cpufreq, 'base_frequency'))),
    maxMhz: mhz(await readNumber(path.join(cpufreq, 'cpuinfo_max_freq'))),
    ...(await readCaches(folder, online)),
    driver: await readText(path.join(cpufreq, 'scaling_driver')),
    virtualization: cpuinfo.flags.has('vmx') ? 'VT-x' : cpuinfo.flags.has('svm') ? 'AMD-V' : null,
    numaNodes: nodes.length > 0 ? nodes.length : null,
    groups: await readCpuGroups(sysRoot, online),
  }
}

const mhz = (khz: number | null) => (khz === null ? null : khz / 1000)

/** Each cache counts once, however many CPUs share it. First level: data and instructions together. */
async function readCaches(folder: string, cpus: readonly number[]) {
  const seen = new Set<string>()
  const sums = new Map<number, number>()
  for (const cpu of cpus) {
    const caches = path.join(folder, `cpu${cpu}`, 'cache')
    for (const index of (await list(caches)).filter((name) => name.startsWith('index'))) {
      const cache = path.join(caches, index)
      const level = await readNumber(path.join(cache, 'level'))
      const type = await readText(path.join(cache, 'type'))
      const shared = await readText(path.join(cache, 'shared_cpu_list'))
      const bytes = parseCacheSize(await readText(path.join(cache, 'size')))
      const key = `${level} ${type} ${shared}`
      if (level === null || bytes === null || seen.has(key)) continue
      seen.add(key)
      sums.set(level, (sums.get(level) ?? 0) + bytes)
    }
  }
  return {
    l1Bytes: sums.get(1) ?? null,
    l2Bytes: sums.get(2) ?? null,
    l3Bytes: sums.get(3) ?? null,
  }
}

/** `48K`, `32M`; null when it is not shaped so. */
export function parseCacheSize(text: string | null): number | null {
  const match = /^(\d{1,9})([KMG]?)$/.exec(text ?? '')
  if (match === null) return null
  const unit = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[match[2] as '' | 'K' | 'M' | 'G']
  return Number(match[1]) * unit
}

export interface Cpuinfo {
  model: string | null
  vendor: string | null
  threads: number
  sockets: number | null
  cores: number | null
  flags: ReadonlySet<string>
}

/** `/proc/cpuinfo`; x86 has all of it, ARM mostly counts. Source: proc_cpuinfo(5). */
export function parseCpuinfo(text: string): Cpuinfo {
  const blocks = text.split(/^(?=processor\s*:)/m).filter((block) => /^processor\s*:/.test(block))
  const first = blocks[0] ?? text
  const sockets = new Set(
    blocks.map((block) => field(block, 'physical id')).filter((id) => id !== null),
  )
  const perSocket = numberOf(field(first, 'cpu cores'))
  return {
    model:
      field(first, 'model name') ??
      field(text, 'Model') ??
      field(text, 'Hardware') ??
      field(text, 'cpu model'),
    vendor: vendorName(field(first, 'vendor_id')),
    threads: Math.max(1, blocks.length),
    sockets: sockets.size > 0 ? sockets.size : null,
    cores:
      sockets.size > 0 && perSocket !== null && perSocket > 0 ? sockets.size * perSocket : null,
    flags: new Set((field(first, 'flags') ?? field(first, 'Features') ?? '').split(' ')),
  }
}

function field(block: string, name: string): string | null {
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon < 0 || line.slice(0, colon).trim() !== name) continue
    const value = line.slice(colon + 1).trim()
    return value === '' ? null : name === 'flags' || name === 'Features' ? value : cleanName(value)
  }
  return null
}

const VENDORS: Record<string, string> = {
  GenuineIntel: 'Intel',
  AuthenticAMD: 'AMD',
  HygonGenuine: 'Hygon',
}
const vendorName = (id: string | null) =>
  id === null ? null : Object.hasOwn(VENDORS, id) ? (VENDORS[id] ?? id) : id
