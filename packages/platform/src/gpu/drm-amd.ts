import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { readLines, readNumber } from '../linux/sysfs.ts'
import { readResultOf } from '../read-result.ts'
import {
  celsius,
  type DrmPlace,
  type Figures,
  limitWatts,
  percentOrNull,
  readPcie,
  scaled,
} from './drm-files.ts'

/** What amdgpu tells at each reading. Source: gpu/amdgpu/thermal.rst of the kernel. */
export async function readAmd(place: DrmPlace): Promise<Figures> {
  const own = (name: string) => readNumber(path.join(place.device, name))
  const sensor = (name: string) => readNumber(path.join(place.hwmon, name))
  const [total, used] = [await own('mem_info_vram_total'), await own('mem_info_vram_used')]
  const pwm = await sensor('pwm1')
  return {
    usagePercent: percentOrNull(await own('gpu_busy_percent')),
    memoryControllerPercent: percentOrNull(await own('mem_busy_percent')),
    memoryUsedBytes: used,
    memoryTotalBytes: total,
    memoryFreeBytes: total === null || used === null ? null : Math.max(0, total - used),
    sharedMemoryUsedBytes: await own('mem_info_gtt_used'),
    temperatureCelsius: await celsius(place, 'temp1_input'),
    hotspotCelsius: await celsius(place, 'temp2_input'),
    memoryCelsius: await celsius(place, 'temp3_input'),
    powerWatts: scaled((await sensor('power1_average')) ?? (await sensor('power1_input')), 1e6),
    fanPercent: pwm === null ? null : (pwm / 255) * 100,
    fanRpm: await sensor('fan1_input'),
    clockMhz: scaled(await sensor('freq1_input'), 1e6),
    memoryClockMhz: scaled(await sensor('freq2_input'), 1e6),
  }
}

/** What changes rarely, or takes the card's own controller a while. */
export async function readAmdSlowly(place: DrmPlace): Promise<Figures> {
  const states = (name: string) => readLines(path.join(place.device, name))
  return {
    ...(await readPcie(place)),
    sharedMemoryTotalBytes: await readNumber(path.join(place.device, 'mem_info_gtt_total')),
    slowdownCelsius: await celsius(place, 'temp1_crit'),
    shutdownCelsius: await celsius(place, 'temp1_emergency'),
    powerLimitWatts: await limitWatts(place, 'power1_cap'),
    powerLimitMinWatts: await limitWatts(place, 'power1_cap_min'),
    powerLimitMaxWatts: await limitWatts(place, 'power1_cap_max'),
    clockMaxMhz: fastestState(await states('pp_dpm_sclk')),
    memoryClockMaxMhz: fastestState(await states('pp_dpm_mclk')),
    slowedBy: await readSlowedBy(place),
  }
}

/** `0: 500Mhz\n1: 2105Mhz *`: the states of a clock, the one in use with a star. */
export function fastestState(text: string): number | null {
  const clocks = Array.from(text.matchAll(/^\w+: (\d+)Mhz/gm), ([, mhz]) => Number(mhz))
  return clocks.length === 0 ? null : Math.max(...clocks)
}

async function readSlowedBy({ device }: DrmPlace): Promise<string[] | null> {
  try {
    return parseThrottling(await readFile(path.join(device, 'gpu_metrics')))
  } catch (error) {
    readResultOf(error)
    return null
  }
}

/** Ranges of bits of `indep_throttle_status`: power, current, temperature. Source: amdgpu_smu.h of the kernel. */
const THROTTLERS: readonly [from: number, to: number, word: string][] = [
  [0, 15, 'power limit'],
  [16, 31, 'current limit'],
  [32, 45, 'heat'],
  [46, 47, 'heat (hardware)'],
]
const METRICS_BYTES = 120
const THROTTLE_STATUS = 112

/**
 * gpu_metrics, format 1, content 3: 0 u16 size, 2 format, 3 content, 112 u64 what slows the card. Other versions have
 * it elsewhere or in the words of one chip, and are null. Source: kgd_pp_interface.h of the kernel.
 */
export function parseThrottling(bytes: Buffer): string[] | null {
  if (bytes.length < METRICS_BYTES || bytes.readUInt16LE(0) !== METRICS_BYTES) return null
  if (bytes[2] !== 1 || bytes[3] !== 3) return null
  const status = bytes.readBigUInt64LE(THROTTLE_STATUS)
  if (status === 0xffff_ffff_ffff_ffffn) return null
  const isAny = (from: number, to: number) =>
    ((status >> BigInt(from)) & ((1n << BigInt(to - from + 1)) - 1n)) !== 0n
  return THROTTLERS.filter(([from, to]) => isAny(from, to)).map(([, , word]) => word)
}
