import type { UnknownReason } from '@taskmanager/contracts'
import type { DriveHealth } from '../../drives/drive-health.ts'
import type { AskedDrive } from '../../drives/drive-healths.ts'
import type { DiskSample, FilesystemSample } from '../../machine.ts'
import { cleanName, cleanText } from '../../text/clean.ts'
import type { DiskCalls, DriveKind, OpenDevice } from './disk-calls.ts'
import {
  diskKind,
  parseDiskExtents,
  parseDiskPerformance,
  parseDiskSize,
  parseSeekPenalty,
  parseStorageDevice,
  parseTemperature,
} from './parse-disk.ts'

/** Numbers have holes where a disk was taken out. */
const MOST_DISKS = 64

interface KnownDisk extends Pick<DiskSample, 'id' | 'model' | 'firmware' | 'kind' | 'sizeBytes'> {
  device: OpenDevice
  /** How it is asked for its health; null: not at all. */
  protocol: 'nvme' | 'ata' | null
  temperatureCelsius: number | null
}

type DiskFacts = Omit<KnownDisk, 'id' | 'device' | 'temperatureCelsius'>

/** Disks with their counters. Which there are, and what they are, is looked for beside the tick. */
export class WindowsDisks {
  readonly #calls: DiskCalls
  readonly #disks = new Map<string, KnownDisk>()
  /** Letters by disk, of the last look at the volumes. */
  #letters: ReadonlyMap<string, readonly string[]> = new Map()
  #missing: UnknownReason = 'not_supported'
  #isClosed = false

  constructor(calls: DiskCalls) {
    this.#calls = calls
  }

  /** Why there is none, as far as the last look told. */
  get missing(): UnknownReason {
    return this.#missing
  }

  get count(): number {
    return this.#disks.size
  }

  /** Those there are, for the question for their health. */
  get known(): ReadonlyMap<string, AskedDrive> {
    return this.#disks
  }

  protocolOf(id: string): 'nvme' | 'ata' | null {
    return this.#disks.get(id)?.protocol ?? null
  }

  /** Looks for disks that came, and how warm they are. */
  async refresh(): Promise<void> {
    for (const disk of this.#disks.values()) disk.temperatureCelsius = await warmth(disk)
    this.#missing = 'not_supported'
    for (let number = 0; number < MOST_DISKS && !this.#isClosed; number++) {
      const id = `PhysicalDrive${number}`
      if (this.#disks.has(id)) continue
      const opened = this.#calls.open(id)
      if (opened.kind === 'denied') this.#missing = 'not_permitted'
      if (opened.kind !== 'ok') continue
      const device = opened.value
      const disk = await lookAt(id, device).catch((error: unknown) => {
        device.close()
        throw error
      })
      if (disk === null || this.#isClosed) device.close()
      else this.#disks.set(id, disk)
    }
  }

  /** A disk that does not answer any more is let go of, and found again when it is back. */
  read(healthOf: (id: string) => DriveHealth | null = () => null): DiskSample[] {
    const samples: DiskSample[] = []
    for (const disk of this.#disks.values()) {
      const { id, model, firmware, kind, sizeBytes, device } = disk
      const answer = device.performance()
      const counters = answer.kind === 'ok' ? parseDiskPerformance(answer.value) : null
      if (counters === null) {
        device.close()
        this.#disks.delete(id)
        continue
      }
      samples.push({
        id,
        model,
        firmware,
        kind,
        sizeBytes,
        ...counters,
        queueMs: null,
        temperatureCelsius: disk.temperatureCelsius,
        health: healthOf(id),
        partitions: [...(this.#letters.get(id) ?? [])],
      })
    }
    return samples
  }

  /** Drives with their sizes, of one sort. */
  async volumes(kinds: readonly DriveKind[]): Promise<FilesystemSample[]> {
    const samples: FilesystemSample[] = []
    for (const { letter, kind } of this.#calls.drives()) {
      if (!kinds.includes(kind)) continue
      const facts = await this.#calls.volume(letter)
      if (facts === null || facts.totalBytes === 0) continue // no medium, or not permitted
      const { totalBytes, freeBytes, availableBytes, readOnly } = facts
      samples.push({
        mount: letter,
        device: facts.label === '' ? letter : cleanText(facts.label),
        disk: kind === 'network' ? null : await this.#diskOf(letter),
        type: cleanName(facts.type),
        totalBytes,
        freeBytes,
        availableBytes,
        readOnly,
        inodesTotal: null,
        inodesFree: null,
        staleMs: null,
        staleReason: null,
      })
    }
    return samples
  }

  /** Which drives lie on which disk, as far as the volumes told. */
  setLetters(filesystems: readonly FilesystemSample[]): void {
    const letters = new Map<string, string[]>()
    for (const { disk, mount } of filesystems) {
      if (disk !== null) letters.set(disk, [...(letters.get(disk) ?? []), mount])
    }
    this.#letters = letters
  }

  /** null: it lies on several, or on none of our counting. */
  async #diskOf(letter: string): Promise<string | null> {
    const opened = this.#calls.open(letter)
    if (opened.kind !== 'ok') return null
    try {
      const extents = await opened.value.describe('extents')
      const numbers = extents === null ? [] : parseDiskExtents(extents)
      return numbers.length === 1 ? `PhysicalDrive${numbers[0]}` : null
    } finally {
      opened.value.close()
    }
  }

  /** A look that is under way keeps no disk open. */
  close(): void {
    this.#isClosed = true
    for (const { device } of this.#disks.values()) device.close()
    this.#disks.clear()
  }
}

/** null: a card reader without a card, or a driver that does not count. */
async function lookAt(id: string, device: OpenDevice): Promise<KnownDisk | null> {
  if (device.performance().kind !== 'ok') return null
  const facts = await factsOf(device)
  return { id, device, ...facts, temperatureCelsius: await warmth({ device, ...facts }) }
}

/**
 * Asked of those without a motor alone: whether the question wakes a hard disk, or keeps it from its sleep, nobody
 * says.
 */
async function warmth({ device, kind }: Pick<KnownDisk, 'device' | 'kind'>) {
  if (kind !== 'nvme' && kind !== 'ssd') return null
  const answer = await device.describe('temperature')
  return answer === null ? null : parseTemperature(answer)
}

async function factsOf(device: OpenDevice): Promise<DiskFacts> {
  const description = await device.describe('device')
  const penalty = await device.describe('seek penalty')
  const geometry = await device.describe('geometry')
  const storage = description === null ? null : parseStorageDevice(description)
  return {
    model: storage?.model ?? null,
    firmware: storage?.firmware ?? null,
    protocol: storage?.bus === 'nvme' || storage?.bus === 'ata' ? storage.bus : null,
    kind: diskKind(storage, penalty === null ? null : parseSeekPenalty(penalty)),
    sizeBytes: geometry === null ? null : parseDiskSize(geometry),
  }
}
