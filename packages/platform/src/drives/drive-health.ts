import type { DriveState } from '@taskmanager/contracts'

/** What a drive tells of its own health, and whether it does. */
export interface DriveHealth {
  /**
   * How the last question went. `asleep`: it was not woken. `off`: reports are switched off in the drive.
   * `not_reported`: it has none to give (virtual disks, USB adapters, memory cards). `no_answer`: the question is still
   * under way. `not_supported`: this service has no way to ask.
   */
  state: DriveState
  /** As of the last time it told; null: never yet. */
  facts: DriveFacts | null
  /** When that was, epoch milliseconds. */
  factsAtMs: number | null
}

/** What a drive itself complains of; the first six are the bits of NVMe's critical warning. */
export type DriveComplaint =
  | 'spare_used_up'
  | 'temperature'
  | 'unreliable'
  | 'read_only'
  | 'backup_power_failed'
  | 'persistent_memory_unreliable'
  | 'failing_attribute'
  | 'aged_attribute'

/** `null`: this drive does not tell. */
export interface DriveFacts {
  protocol: 'nvme' | 'ata'
  /** The judgement of the drive itself on all of it. */
  passed: boolean | null
  complaints: DriveComplaint[]
  /** ATA: attributes at or below the limit that their maker set, in words. */
  failingAttributes: string[]
  temperatureCelsius: number | null
  /** Share of the rated life of its flash that is used; may go over 100. */
  usedPercent: number | null
  /** Spare blocks left, and the share at which it complains. */
  sparePercent: number | null
  spareThresholdPercent: number | null
  powerOnHours: number | null
  powerCycles: number | null
  /** Power was lost while it was not prepared for it. */
  unsafeShutdowns: number | null
  /** Over its whole life. */
  readBytes: number | null
  writtenBytes: number | null
  /** Data that it could not give back unharmed. */
  mediaErrors: number | null
  /** Bad sectors replaced by spare ones. */
  reallocatedSectors: number | null
  /** Sectors that could not be read lately and wait for a decision. */
  pendingSectors: number | null
}

export const NO_FACTS: Omit<DriveFacts, 'protocol'> = {
  passed: null,
  complaints: [],
  failingAttributes: [],
  temperatureCelsius: null,
  usedPercent: null,
  sparePercent: null,
  spareThresholdPercent: null,
  powerOnHours: null,
  powerCycles: null,
  unsafeShutdowns: null,
  readBytes: null,
  writtenBytes: null,
  mediaErrors: null,
  reallocatedSectors: null,
  pendingSectors: null,
}

/** Nothing in it: zeros, or the ones that a device reads as when it fell off its bus. */
export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === bytes[0])
}

/** A temperature that a drive can have; makers leave 0 and 255 where there is no sensor. */
export const plausibleCelsius = (value: number): number | null =>
  value > -60 && value < 150 && value !== 0 ? value : null

/** Counters of 16 bytes in NVMe, of 6 in ATA; what is too large to be exact is not believed. */
export function exactOrNull(value: number): number | null {
  return Number.isSafeInteger(value) && value >= 0 ? value : null
}
