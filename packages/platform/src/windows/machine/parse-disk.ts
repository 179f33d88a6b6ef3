import { plausibleCelsius } from '../../drives/drive-health.ts'
import type { DiskKind } from '../../machine.ts'
import { cleanName } from '../../text/clean.ts'

/** Size of DISK_PERFORMANCE, bytes. */
export const DISK_PERFORMANCE_SIZE = 88

/** Counters of a disk since they were switched on, which the first question does. */
export interface DiskCounters {
  readBytes: number
  writeBytes: number
  reads: number
  writes: number
  readMs: number
  writeMs: number
  busyMs: number
}

/** Source: IOCTL_DISK_PERFORMANCE; times in 100 ns. null when there are fewer bytes than it fills in. */
export function parseDiskPerformance(bytes: Buffer): DiskCounters | null {
  if (bytes.length < DISK_PERFORMANCE_SIZE) return null
  const count = (offset: number) => Math.max(0, Number(bytes.readBigInt64LE(offset)))
  const ms = (time: bigint) => Math.max(0, Number(time / 10_000n))
  return {
    readBytes: count(0x00),
    writeBytes: count(0x08),
    readMs: ms(bytes.readBigInt64LE(0x10)),
    writeMs: ms(bytes.readBigInt64LE(0x18)),
    // The instant of the question less the time without a request: only its difference means something.
    busyMs: ms(bytes.readBigInt64LE(0x38) - bytes.readBigInt64LE(0x20)),
    reads: bytes.readUInt32LE(0x28),
    writes: bytes.readUInt32LE(0x2c),
  }
}

export interface StorageDevice {
  model: string | null
  /** Version of its firmware. */
  firmware: string | null
  removable: boolean
  bus: StorageBus | null
}
export type StorageBus = 'nvme' | 'ata' | 'usb' | 'card' | 'virtual' | 'other'

// Source: STORAGE_BUS_TYPE of ntddstor.h.
const BUSES = new Map<number, StorageBus>([
  [3, 'ata'],
  [7, 'usb'],
  [11, 'ata'], // SATA
  [12, 'card'],
  [13, 'card'],
  [14, 'virtual'],
  [15, 'virtual'],
  [17, 'nvme'],
])

/** Source: STORAGE_DEVICE_DESCRIPTOR, of IOCTL_STORAGE_QUERY_PROPERTY. null when it is cut off. */
export function parseStorageDevice(bytes: Buffer): StorageDevice | null {
  if (bytes.length < 0x24) return null
  const bus = bytes.readUInt32LE(0x1c)
  const words = [0x0c, 0x10].map((at) => textAt(bytes, bytes.readUInt32LE(at)))
  const model = cleanName(words.filter(Boolean).join(' '))
  const firmware = cleanName(textAt(bytes, bytes.readUInt32LE(0x14)))
  return {
    model: model === '' ? null : model,
    firmware: firmware === '' ? null : firmware,
    removable: bytes.readUInt8(0x0a) !== 0,
    bus: bus === 0 ? null : (BUSES.get(bus) ?? 'other'),
  }
}

/** ASCII up to the first NUL, padded with spaces; 0 is no place. */
function textAt(bytes: Buffer, at: number): string {
  if (at === 0 || at >= bytes.length) return ''
  const end = bytes.indexOf(0, at)
  return bytes.toString('latin1', at, end < 0 ? bytes.length : end).trim()
}

/** Source: DEVICE_SEEK_PENALTY_DESCRIPTOR. null when it is cut off. */
export function parseSeekPenalty(bytes: Buffer): boolean | null {
  return bytes.length < 9 ? null : bytes.readUInt8(8) !== 0
}

const NO_TEMPERATURE = -0x8000

/** Of its first sensor. Source: STORAGE_TEMPERATURE_DATA_DESCRIPTOR. null when there is none, or none that can be believed. */
export function parseTemperature(bytes: Buffer): number | null {
  if (bytes.length < 28 || bytes.readUInt16LE(12) === 0) return null
  const celsius = bytes.readInt16LE(26)
  return celsius === NO_TEMPERATURE ? null : plausibleCelsius(celsius)
}

/** Bytes the disk holds. Source: DISK_GEOMETRY_EX. null when it is cut off. */
export function parseDiskSize(bytes: Buffer): number | null {
  if (bytes.length < 0x20) return null
  const size = Number(bytes.readBigInt64LE(0x18))
  return size > 0 ? size : null
}

/** Numbers of the disks a volume lies on. Source: VOLUME_DISK_EXTENTS. */
export function parseDiskExtents(bytes: Buffer): number[] {
  const disks = new Set<number>()
  const count = bytes.length < 8 ? 0 : bytes.readUInt32LE(0)
  for (let entry = 0; entry < count; entry++) {
    const at = 8 + entry * 24
    if (at + 24 > bytes.length) break
    disks.add(bytes.readUInt32LE(at))
  }
  return [...disks]
}

export function diskKind(device: StorageDevice | null, seeks: boolean | null): DiskKind {
  if (device?.bus === 'nvme') return 'nvme'
  if (device?.bus === 'virtual') return 'virtual'
  if (device?.removable === true || device?.bus === 'usb' || device?.bus === 'card')
    return 'removable'
  return seeks === null ? 'unknown' : seeks ? 'hdd' : 'ssd'
}
