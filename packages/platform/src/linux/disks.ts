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
  healthOf: (device: BlockDevice) => DriveHealth | null
}

const DEVICES_EVERY_MS = 30_000

/** Disks with their counters. What is known about a device is read again when another one comes and twice a minute. */
export class Disks {
  readonly #sysRoot: string
  readonly #file: KeptFile
  #devices = new Map<string, BlockDevice>()
  /** Names that look like disks and of which sysfs tells nothing. */
  readonly #unknown = new Set<string>()
  #readMs: number | null = null

  constructor(procRoot: string, sysRoot: string) {
    this.#sysRoot = sysRoot
    this.#file = new KeptFile(`${procRoot}/diskstats`)
  }

  /** null when the counters cannot be read. */
  read(nowMs: number, beside: BesideDisks): DiskSample[] | null {
    if (this.#file.read().kind !== 'ok') return null
    const isDue = this.#readMs === null || nowMs - this.#readMs >= DEVICES_EVERY_MS
    if (isDue) this.#readDevices(nowMs)
    let { lines, newcomers } = this.#parse()
    if (newcomers.length > 0 && !isDue) {
      this.#readDevices(nowMs)
      ;({ lines, newcomers } = this.#parse())
    }
    for (const name of newcomers) this.#unknown.add(name)
    this.#forgetGone(lines)
    return lines.map((line) => this.#sample(line, beside))
  }

  /** `newcomers`: disks by their names that sysfs has not been asked for. */
  #parse(): { lines: DiskstatsLine[]; newcomers: string[] } {
    const isDisk = this.#devices.size > 0 ? this.#isKnown : looksLikeDisk
    const newcomers: string[] = []
    const lines = parseDiskstats(this.#file.bytes, this.#file.length, (name) => {
      const isNew = !this.#isKnown(name) && !this.#unknown.has(name) && looksLikeDisk(name)
      if (isNew) newcomers.push(name)
      return isDisk(headOfPath(name) ?? name)
    })
    return { lines: foldPaths(lines), newcomers }
  }

  readonly #isKnown = (name: string) => this.#devices.has(name)

  /** One that comes back is another until sysfs says what it is. */
  #forgetGone(lines: readonly DiskstatsLine[]) {
    const left = new Set(lines.map(({ name }) => name))
    const stay = [...this.#devices].filter(([id]) => left.has(id))
    if (stay.length < this.#devices.size) this.#devices = new Map(stay)
  }

  /** Devices as of the last read, for the file systems on them. */
  get devices(): ReadonlyMap<string, BlockDevice> {
    return this.#devices
  }

  #readDevices(nowMs: number) {
    this.#readMs = nowMs
    try {
      this.#devices = new Map(readBlockDevices(this.#sysRoot).map((device) => [device.id, device]))
    } catch (error) {
      if (!isExhausted(error)) throw error // else the devices are those of half a minute ago
    }
    this.#unknown.clear()
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
      health: device === undefined ? null : healthOf(device),
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
