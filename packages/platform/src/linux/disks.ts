import type { DriveHealth } from '../drives/drive-health.ts'
import type { DiskSample } from '../machine.ts'
import { readBlockDevices, type BlockDevice } from './block-devices.ts'
import { KeptFile } from './kept-file.ts'
import { foldPaths, headOfPath } from './nvme-paths.ts'
import { isExhausted } from './spare-descriptors.ts'
import { parseDiskstats, SECTOR_BYTES, type DiskstatsLine } from './parse-diskstats.ts'

/** What is read of disks beside the tick. */
export interface BesideDisks {
  /** By the folder of the sensor. */
  temperatureOf: (hwmon: string) => number | null
  healthOf: (id: string) => DriveHealth | null
}

const DEVICES_EVERY_MS = 30_000

/** Disks with their counters. What is known about a device is read again when another one comes and twice a minute. */
export class Disks {
  readonly #sysRoot: string
  readonly #file: KeptFile
  #devices = new Map<string, BlockDevice>()
  #readMs: number | null = null

  constructor(procRoot: string, sysRoot: string) {
    this.#sysRoot = sysRoot
    this.#file = new KeptFile(`${procRoot}/diskstats`)
  }

  /** null when the counters cannot be read. */
  read(nowMs: number, beside: BesideDisks): DiskSample[] | null {
    if (this.#file.read().kind !== 'ok') return null
    this.#refreshDevices(nowMs)
    const isDisk = this.#devices.size > 0 ? this.#isKnown : looksLikeDisk
    const wanted = (name: string) => isDisk(headOfPath(name) ?? name)
    const lines = parseDiskstats(this.#file.bytes, this.#file.length, wanted)
    return foldPaths(lines).map((line) => this.#sample(line, beside))
  }

  readonly #isKnown = (name: string) => this.#devices.has(name)

  /** Devices as of the last read, for the file systems on them. */
  get devices(): ReadonlyMap<string, BlockDevice> {
    return this.#devices
  }

  #refreshDevices(nowMs: number) {
    if (this.#readMs !== null && nowMs - this.#readMs < DEVICES_EVERY_MS) return
    this.#readMs = nowMs
    try {
      this.#devices = new Map(readBlockDevices(this.#sysRoot).map((device) => [device.id, device]))
    } catch (error) {
      if (!isExhausted(error)) throw error // else the devices are those of half a minute ago
    }
  }

  #sample(line: DiskstatsLine, { temperatureOf, healthOf }: BesideDisks): DiskSample {
    const device = this.#devices.get(line.name)
    const hwmon = device?.hwmon ?? null
    return {
      id: line.name,
      model: device?.model ?? null,
      firmware: device?.firmware ?? null,
      kind: device?.kind ?? 'unknown',
      sizeBytes: device?.sizeBytes ?? null,
      readBytes: line.readSectors * SECTOR_BYTES,
      writeBytes: line.writeSectors * SECTOR_BYTES,
      reads: line.reads,
      writes: line.writes,
      readMs: line.readMs,
      writeMs: line.writeMs,
      busyMs: line.busyMs,
      queueMs: line.queueMs,
      temperatureCelsius: hwmon === null ? null : temperatureOf(hwmon),
      health: healthOf(line.name),
      partitions: device?.partitions ?? [],
    }
  }

  close(): void {
    this.#file.close()
  }
}

/** Whole disks by name alone, where sysfs is hidden (some containers). */
const looksLikeDisk = (name: string) =>
  /^(?:sd[a-z]+|hd[a-z]+|vd[a-z]+|xvd[a-z]+|nvme\d+n\d+|mmcblk\d+)$/.test(name)
