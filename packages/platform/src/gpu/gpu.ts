import type { UnknownReason } from '@taskmanager/contracts'
import type { MachineCapability } from '../machine-info.ts'

/** One graphics card at one instant. Percents are the driver's own, over its own short period. */
export interface GpuSample {
  /** `gpu-0`, `gpu-1`, … in the order of the driver. */
  id: string
  name: string | null
  vendor: 'nvidia' | 'amd' | 'intel' | 'apple' | 'other'
  driver: string | null
  uuid: string | null
  usagePercent: number | null
  memoryUsedBytes: number | null
  memoryTotalBytes: number | null
  memoryControllerPercent: number | null
  temperatureCelsius: number | null
  powerWatts: number | null
  powerLimitWatts: number | null
  fanPercent: number | null
  clockMhz: number | null
  memoryClockMhz: number | null
  encoderPercent: number | null
  decoderPercent: number | null
  /** Why it is slowed, in words; empty: nothing slows it. */
  slowedBy: string[] | null
  processes: GpuProcessSample[]
  /** Field name as on the wire to the reason why it is null. */
  unknown: Record<string, UnknownReason>
}

export interface GpuProcessSample {
  pid: number
  usagePercent: number | null
  memoryBytes: number | null
}

/** One source of cards: a driver's library or its files. */
export interface GpuSource {
  read(): Promise<GpuSample[]>
  /** Whether this source can answer here, and why not. */
  capability(): MachineCapability
  close(): void
}
