import path from 'node:path'
import { list, readLines, readNumber, readText } from './sysfs.ts'

export interface FrequencyReading {
  byCpu: ReadonlyMap<number, number>
  maxMhz: number | null
  /** Times cores and packages slowed themselves for heat since boot; null where the CPU does not count it. */
  throttleEvents: number | null
}

/**
 * Current frequency of every CPU. `scaling_cur_freq` can interrupt the other core to measure, so this runs beside the
 * tick. Without cpufreq (virtual machines) `/proc/cpuinfo` has the figure, which the kernel then knows without asking.
 */
export async function readFrequencies(
  procRoot: string,
  sysRoot: string,
): Promise<FrequencyReading> {
  const folder = path.join(sysRoot, 'devices/system/cpu')
  const cpus = (await list(folder)).filter((name) => /^cpu\d+$/.test(name))
  const byCpu = new Map<number, number>()
  let maxKhz: number | null = null
  for (const cpu of cpus) {
    const khz = await readNumber(path.join(folder, cpu, 'cpufreq/scaling_cur_freq'))
    if (khz === null) continue
    byCpu.set(Number(cpu.slice(3)), khz / 1000)
    const ownMax = await readNumber(path.join(folder, cpu, 'cpufreq/cpuinfo_max_freq'))
    if (ownMax !== null) maxKhz = Math.max(maxKhz ?? 0, ownMax)
  }
  const throttleEvents = await readThrottleEvents(folder, cpus)
  if (byCpu.size > 0) {
    return { byCpu, maxMhz: maxKhz === null ? null : maxKhz / 1000, throttleEvents }
  }
  const text = await readLines(path.join(procRoot, 'cpuinfo'))
  return { byCpu: parseCpuinfoMhz(text), maxMhz: null, throttleEvents }
}

/** `cpu MHz` by processor number; empty on architectures that do not print it. */
export function parseCpuinfoMhz(text: string): Map<number, number> {
  const byCpu = new Map<number, number>()
  for (const block of text.split(/^(?=processor\b)/m)) {
    const cpu = /^processor\s*:\s*(\d{1,5})$/m.exec(block)?.[1]
    const mhz = /^cpu MHz\s*:\s*(\d{1,6}(?:\.\d{1,6})?)$/m.exec(block)?.[1]
    if (cpu !== undefined && mhz !== undefined) byCpu.set(Number(cpu), Number(mhz))
  }
  return byCpu
}

/** Packages count once, by their first CPU. */
async function readThrottleEvents(folder: string, cpus: readonly string[]): Promise<number | null> {
  let sum: number | null = null
  const packages = new Set<string>()
  for (const cpu of cpus) {
    const throttle = path.join(folder, cpu, 'thermal_throttle')
    const core = await readNumber(path.join(throttle, 'core_throttle_count'))
    if (core === null) return sum // the first CPU tells for all
    sum = (sum ?? 0) + core
    const id = (await readText(path.join(folder, cpu, 'topology/physical_package_id'))) ?? ''
    if (packages.has(id)) continue
    packages.add(id)
    sum += (await readNumber(path.join(throttle, 'package_throttle_count'))) ?? 0
  }
  return sum
}
