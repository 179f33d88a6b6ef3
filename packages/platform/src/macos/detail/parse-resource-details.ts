import { needBytes, u64At } from '../bytes.ts'

/** Bytes of `struct rusage_info_v4` and `rusage_info_v6`. */
export const RESOURCE_DETAILS_SIZE = { 4: 296, 6: 464 } as const

export interface ResourceDetails {
  /** Ticks of `hw.tbfrequency`. */
  userTicks: number
  systemTicks: number
  wiredBytes: number
  residentBytes: number
  footprintBytes: number
  /** Largest footprint since the process began. */
  peakFootprintBytes: number
  diskReadBytes: number
  diskWrittenBytes: number
  /** What the kernel reckons its CPU time took, nanojoules; null before macOS 13, and where it counts none (Intel). */
  energyNanojoules: number | null
}

/**
 * `proc_pid_rusage`, version 4 or 6 by its size. `ri_billed_energy` of version 4 is not read: it stands still on Apple
 * silicon. Source: sys/resource.h of xnu.
 * @throws ProcParseError when it is cut
 */
export function parseResourceDetails(bytes: Buffer): ResourceDetails {
  needBytes('rusage_info_v4', bytes, RESOURCE_DETAILS_SIZE[4])
  const energy = bytes.length < RESOURCE_DETAILS_SIZE[6] ? 0 : u64At(bytes, 336)
  return {
    userTicks: u64At(bytes, 16),
    systemTicks: u64At(bytes, 24),
    wiredBytes: u64At(bytes, 56),
    residentBytes: u64At(bytes, 64),
    footprintBytes: u64At(bytes, 72),
    peakFootprintBytes: u64At(bytes, 240),
    diskReadBytes: u64At(bytes, 144),
    diskWrittenBytes: u64At(bytes, 152),
    energyNanojoules: energy === 0 ? null : energy,
  }
}
