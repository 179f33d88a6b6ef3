import {
  exactOrNull,
  isBlank,
  NO_FACTS,
  plausibleCelsius,
  type DriveComplaint,
  type DriveFacts,
} from './drive-health.ts'

/** SMART / Health Information. */
export const NVME_HEALTH_PAGE = 0x02
export const NVME_HEALTH_BYTES = 512

const UNIT_BYTES = 512_000
export const KELVIN_AT_ZERO_CELSIUS = 273

const WARNINGS: readonly DriveComplaint[] = [
  'spare_used_up',
  'temperature',
  'unreliable',
  'read_only',
  'backup_power_failed',
  'persistent_memory_unreliable',
]

/**
 * Health of an NVMe controller. Source: NVM Express base specification, SMART / Health Information log page (02h).
 * `null`: there is nothing in it.
 */
export function parseNvmeHealth(page: Buffer): DriveFacts | null {
  if (page.length < NVME_HEALTH_BYTES || isBlank(page.subarray(0, NVME_HEALTH_BYTES))) return null
  const warning = page.readUInt8(0)
  const complaints = WARNINGS.filter((_, bit) => ((warning >> bit) & 1) === 1)
  const units = (offset: number) => exactOrNull((counter(page, offset) ?? -1) * UNIT_BYTES)
  return {
    ...NO_FACTS,
    protocol: 'nvme',
    passed: passesWith(complaints),
    complaints,
    temperatureCelsius: plausibleCelsius(page.readUInt16LE(1) - KELVIN_AT_ZERO_CELSIUS),
    ...spareOf(page.readUInt8(3), page.readUInt8(4)),
    usedPercent: page.readUInt8(5),
    readBytes: units(32),
    writtenBytes: units(48),
    powerCycles: counter(page, 112),
    powerOnHours: counter(page, 128),
    unsafeShutdowns: counter(page, 144),
    mediaErrors: counter(page, 160),
  }
}

/** Too hot is a state that passes, not a fault. */
export const passesWith = (complaints: readonly DriveComplaint[]): boolean =>
  complaints.every((complaint) => complaint === 'temperature')

/** Emulated controllers leave both at 0, which would be a drive without any spare block that does not mind. */
export function spareOf(left: number, threshold: number) {
  if (left === 0 && threshold === 0) return { sparePercent: null, spareThresholdPercent: null }
  return { sparePercent: shareOrNull(left), spareThresholdPercent: shareOrNull(threshold) }
}

const shareOrNull = (percent: number) => (percent <= 100 ? percent : null)

/** 16 bytes, little-endian. */
function counter(page: Buffer, offset: number): number | null {
  const value = page.readBigUInt64LE(offset) + (page.readBigUInt64LE(offset + 8) << 64n)
  return exactOrNull(Number(value))
}
