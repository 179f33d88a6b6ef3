import path from 'node:path'
import type { UnknownReason } from '@taskmanager/contracts'
import { list, readNumber, readText } from '../linux/sysfs.ts'
import type { GpuFigures } from './gpu.ts'

/** Where the files of one card are. */
export interface DrmPlace {
  /** `/sys/class/drm/card0`. */
  card: string
  /** `/sys/class/drm/card0/device`. */
  device: string
  /** Its sensors; a folder that is not there where it has none. */
  hwmon: string
}

export type Figures = Partial<GpuFigures>

/** Figures, and by name on the wire the reason of those that are null for another one than that nobody tells them. */
export interface CardReading {
  figures: Figures
  unknown: Record<string, UnknownReason>
}

export async function placeOf(card: string): Promise<DrmPlace> {
  const device = path.join(card, 'device')
  const folder = path.join(device, 'hwmon')
  return { card, device, hwmon: path.join(folder, (await list(folder))[0] ?? 'none') }
}

export const scaled = (value: number | null, divisor: number) =>
  value === null ? null : value / divisor

export const percentOrNull = (value: number | null) =>
  value === null || value < 0 || value > 100 ? null : value

/** A sensor of hwmon: thousandths of a degree, millionths of a watt. Source: hwmon/sysfs-interface.rst of the kernel. */
export async function celsius({ hwmon }: DrmPlace, name: string): Promise<number | null> {
  return scaled(await readNumber(path.join(hwmon, name)), 1e3)
}

/** Zero of a limit means that it is not set. */
export async function limitWatts({ hwmon }: DrmPlace, name: string): Promise<number | null> {
  const watts = scaled(await readNumber(path.join(hwmon, name)), 1e6)
  return watts === 0 ? null : watts
}

/** GT/s of a lane by generation. */
const GENERATIONS = [2.5, 5, 8, 16, 32, 64]

/** The card's own end of its link. Source: sysfs-bus-pci of the kernel. */
export async function readPcie({ device }: DrmPlace): Promise<Figures> {
  const generation = async (name: string) => {
    const speed = Number.parseFloat((await readText(path.join(device, name))) ?? '')
    const at = GENERATIONS.indexOf(speed)
    return at < 0 ? null : at + 1
  }
  const width = async (name: string) => {
    const lanes = await readNumber(path.join(device, name))
    return lanes === null || lanes <= 0 || lanes > 32 ? null : lanes
  }
  return {
    pcieGeneration: await generation('current_link_speed'),
    pcieGenerationMax: await generation('max_link_speed'),
    pcieWidth: await width('current_link_width'),
    pcieWidthMax: await width('max_link_width'),
  }
}

/** A counter that grows, and how fast it grew since it was asked the last time. */
export class Growth {
  #before: { value: number; atMs: number } | null = null

  /** Per second; null at first, and when it went back. */
  perSecond(value: number | null, atMs: number): number | null {
    const before = this.#before
    this.#before = value === null ? null : { value, atMs }
    if (before === null || value === null || value < before.value || atMs <= before.atMs)
      return null
    return ((value - before.value) / (atMs - before.atMs)) * 1000
  }
}
