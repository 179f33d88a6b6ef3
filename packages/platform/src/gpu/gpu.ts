import type { UnknownReason } from '@taskmanager/contracts'
import type { MachineCapability } from '../machine-info.ts'

/** What a card tells of itself at one instant, and its name on the wire. `null`: not told, with the reason in `unknown`. */
export interface GpuFigures {
  /** Busy share, 0-100, over the driver's own short period. */
  usagePercent: number | null
  memoryUsedBytes: number | null
  memoryTotalBytes: number | null
  memoryFreeBytes: number | null
  /** Kept by the driver for itself; in neither used nor free. */
  memoryReservedBytes: number | null
  /** Memory of the computer that the card uses. */
  sharedMemoryUsedBytes: number | null
  sharedMemoryTotalBytes: number | null
  memoryControllerPercent: number | null
  temperatureCelsius: number | null
  hotspotCelsius: number | null
  memoryCelsius: number | null
  /** From here on it slows itself. */
  slowdownCelsius: number | null
  shutdownCelsius: number | null
  powerWatts: number | null
  /** Enforced now. */
  powerLimitWatts: number | null
  powerLimitMinWatts: number | null
  powerLimitMaxWatts: number | null
  /** Since the driver was loaded. */
  energyJoules: number | null
  /** Some cards go over 100. */
  fanPercent: number | null
  fanRpm: number | null
  clockMhz: number | null
  clockMaxMhz: number | null
  memoryClockMhz: number | null
  memoryClockMaxMhz: number | null
  videoClockMhz: number | null
  /** `P0` is the fastest of NVIDIA's sixteen. */
  performanceState: string | null
  encoderPercent: number | null
  decoderPercent: number | null
  /** Share of time in which the card was not in its sleep state: no less than it was busy. */
  awakePercent: number | null
  /** Why it is slowed, in words; empty: nothing slows it. */
  slowedBy: string[] | null
  pcieGeneration: number | null
  pcieGenerationMax: number | null
  pcieWidth: number | null
  pcieWidthMax: number | null
  /** To the card. */
  pcieRecvBytesPerSecond: number | null
  /** From the card. */
  pcieSentBytesPerSecond: number | null
  eccEnabled: boolean | null
  /** Memory errors since the driver was loaded. */
  eccCorrected: number | null
  eccUncorrected: number | null
  /** Cut into instances (MIG); then most figures of the whole card are not to be had. */
  migEnabled: boolean | null
}

export const GPU_WIRE_NAMES: Readonly<Record<keyof GpuFigures, string>> = {
  usagePercent: 'usage_percent',
  memoryUsedBytes: 'memory_used_bytes',
  memoryTotalBytes: 'memory_total_bytes',
  memoryFreeBytes: 'memory_free_bytes',
  memoryReservedBytes: 'memory_reserved_bytes',
  sharedMemoryUsedBytes: 'shared_memory_used_bytes',
  sharedMemoryTotalBytes: 'shared_memory_total_bytes',
  memoryControllerPercent: 'memory_controller_percent',
  temperatureCelsius: 'temperature_celsius',
  hotspotCelsius: 'hotspot_celsius',
  memoryCelsius: 'memory_celsius',
  slowdownCelsius: 'slowdown_celsius',
  shutdownCelsius: 'shutdown_celsius',
  powerWatts: 'power_watts',
  powerLimitWatts: 'power_limit_watts',
  powerLimitMinWatts: 'power_limit_min_watts',
  powerLimitMaxWatts: 'power_limit_max_watts',
  energyJoules: 'energy_joules',
  fanPercent: 'fan_percent',
  fanRpm: 'fan_rpm',
  clockMhz: 'clock_mhz',
  clockMaxMhz: 'clock_max_mhz',
  memoryClockMhz: 'memory_clock_mhz',
  memoryClockMaxMhz: 'memory_clock_max_mhz',
  videoClockMhz: 'video_clock_mhz',
  performanceState: 'performance_state',
  encoderPercent: 'encoder_percent',
  decoderPercent: 'decoder_percent',
  awakePercent: 'awake_percent',
  slowedBy: 'slowed_by',
  pcieGeneration: 'pcie_generation',
  pcieGenerationMax: 'pcie_generation_max',
  pcieWidth: 'pcie_width',
  pcieWidthMax: 'pcie_width_max',
  pcieRecvBytesPerSecond: 'pcie_recv_bytes_per_second',
  pcieSentBytesPerSecond: 'pcie_sent_bytes_per_second',
  eccEnabled: 'ecc_enabled',
  eccCorrected: 'ecc_corrected',
  eccUncorrected: 'ecc_uncorrected',
  migEnabled: 'mig_enabled',
}

/** Where the processes of a card are in `unknown`. */
export const PROCESSES = 'processes'

export const noFigures = (): GpuFigures =>
  Object.fromEntries(
    Object.keys(GPU_WIRE_NAMES).map((field) => [field, null]),
  ) as unknown as GpuFigures

/** The reason for each figure that is null. `known` says more of some of them. */
export function reasonsFor(
  figures: GpuFigures,
  reason: UnknownReason,
  known: Readonly<Record<string, UnknownReason>> = {},
): Record<string, UnknownReason> {
  const unknown: Record<string, UnknownReason> = {}
  for (const [field, name] of Object.entries(GPU_WIRE_NAMES)) {
    if (figures[field as keyof GpuFigures] === null) unknown[name] = known[name] ?? reason
  }
  return unknown
}

/** One graphics card, or neural processor, at one instant. */
export interface GpuSample extends GpuFigures {
  /**
   * `gpu-0`, `gpu-1`, …, `npu-0`, …: its number for as long as this service runs, also when another card is lost.
   */
  id: string
  kind: 'gpu' | 'npu'
  name: string | null
  vendor: 'nvidia' | 'amd' | 'intel' | 'apple' | 'other'
  driver: string | null
  /** Identity of the card, where the maker gave it one. */
  uuid: string | null
  /** PCI address as the kernel writes it, `0000:01:00.0`. */
  busId: string | null
  source: 'nvml' | 'sysfs' | 'pdh' | 'iokit'
  libraryVersion: string | null
  /** Newest CUDA that the driver can serve. */
  cudaVersion: string | null
  /** In a sentence, why the card tells nothing just now: lost, asleep. */
  problem: string | null
  /** `usagePercent` is the sum of the programs we may look at: there may be others. */
  usageIsAtLeast: boolean
  /** Load of each sort of engine by its programs; empty where the driver does not tell. */
  engines: GpuEngineSample[]
  processes: GpuProcessSample[]
  /** Some processes may not be looked into: whether they use the card is not known. */
  hasHiddenUsers: boolean
  /** Field name as on the wire to the reason why it is null; `processes`: nobody tells who uses it. */
  unknown: Record<string, UnknownReason>
}

export interface GpuEngineSample {
  /** `3D`, `compute`, `copy`, `decode`, `encode`, `video`, `NPU`, or the driver's own word. */
  name: string
  usagePercent: number
}

export interface GpuProcessSample {
  pid: number
  /** Of its busiest engine. */
  usagePercent: number | null
  /** Card memory; on a card without its own, memory of the computer. */
  memoryBytes: number | null
  /** Its busiest engine, where the driver tells them apart and it does something. */
  engine: string | null
  encoderPercent: number | null
  decoderPercent: number | null
}

/** One source of cards: a driver's library or its files. */
export interface GpuSource {
  read(): Promise<GpuSample[]>
  /** Whether this source can answer here, and why not. */
  capability(): MachineCapability
  close(): void
}
