import type { DriveHealth } from './drives/drive-health.ts'
import type { GpuSample } from './gpu/gpu.ts'
import type { MachineInfo } from './machine-info.ts'
import type { StaleReason, ThermalPressure, UnknownReason } from '@taskmanager/contracts'

/**
 * The machine as a whole: one call, one sample of counters at one instant. Nothing here is a rate or a percent of an
 * interval; `packages/metrics` makes those from two samples. `null` means the system does not tell, never zero.
 */
export interface MachineProvider {
  /** Never overlaps with itself; slow sources are read beside it on their own clock and joined when they are there. */
  sample(): Promise<MachineSample>
  /** What does not change while the machine runs. */
  info(): Promise<MachineInfo>
  /** Closes what is kept open. The provider is not usable afterwards. */
  close(): Promise<void>
}

export interface MachineSample {
  /** Instant of the sample on the clock for intervals. */
  monotonicMs: number
  /** Instant of the sample on the wall clock, epoch milliseconds. */
  epochMs: number
  uptimeSeconds: number | null
  cpu: CpuSample
  memory: MemorySample
  disks: DiskSample[]
  /** Sum over physical disks, bytes since boot; the only disk figure where the system has no counters per disk. */
  diskReadBytes: number | null
  diskWriteBytes: number | null
  filesystems: FilesystemSample[]
  networks: NetworkSample[]
  gpus: GpuSample[]
  pressure: { cpu: PressureSample | null; memory: PressureSample | null; io: PressureSample | null }
  sensors: SensorSample[]
  power: PowerSample
  /** Why a part is missing: names as on the wire. */
  unknown: Record<string, UnknownReason>
}

/** Time spent in each mode since boot, in ticks of `CpuSample.ticksPerSecond`. Source: proc_stat(5). */
export interface CpuTimes {
  user: number
  nice: number | null
  system: number
  idle: number
  iowait: number | null
  irq: number | null
  softirq: number | null
  steal: number | null
  /** Part of `user`. */
  guest: number | null
}

export interface CoreTimes extends CpuTimes {
  /** Number of the logical CPU; numbers may have holes. */
  index: number
}

export interface CpuSample {
  ticksPerSecond: number
  /** All CPUs together; more exact than the sum of the cores, since it is rounded once. */
  total: CpuTimes
  /** Online CPUs in their numbering. */
  cores: CoreTimes[]
  /** Current frequency by CPU number. */
  frequencyMhz: ReadonlyMap<number, number>
  frequencyMaxMhz: number | null
  loadAverage: [number, number, number] | null
  temperatureCelsius: number | null
  /** How hard the system holds back for heat; only where it tells (macOS). */
  thermalPressure?: ThermalPressure | null
  /** Times the CPU slowed itself for heat since boot, all cores and packages. */
  throttleEvents: number | null
  contextSwitches: number | null
  interrupts: number | null
  forks: number | null
  processesRunning: number | null
  processesBlocked: number | null
}

/** Source: proc_meminfo(5), proc_vmstat(5), zram's mm_stat. */
export interface MemorySample {
  totalBytes: number | null
  availableBytes: number | null
  freeBytes: number | null
  buffersBytes: number | null
  /** Page cache as the kernel counts it: with Shmem. */
  cachedBytes: number | null
  sharedBytes: number | null
  anonymousBytes: number | null
  /** What the system keeps in place, its own and of programs; only where it tells (macOS). */
  wiredBytes?: number
  mappedBytes: number | null
  slabBytes: number | null
  slabReclaimableBytes: number | null
  slabUnreclaimableBytes: number | null
  kernelStackBytes: number | null
  pageTableBytes: number | null
  perCpuBytes: number | null
  vmallocBytes: number | null
  dirtyBytes: number | null
  writebackBytes: number | null
  committedBytes: number | null
  commitLimitBytes: number | null
  hugePagesTotal: number | null
  hugePagesFree: number | null
  hugePageSizeBytes: number | null
  swapTotalBytes: number | null
  swapFreeBytes: number | null
  /** Bytes since boot. */
  swapInBytes: number | null
  swapOutBytes: number | null
  /** Held compressed, by zram or by the compressor of macOS, and what that takes. */
  zramOriginalBytes: number | null
  zramCompressedBytes: number | null
  /** Since boot. */
  oomKills: number | null
  /** Where there is more than one; empty otherwise. */
  nodes: NodeSample[]
}

/** A part of a machine with a memory controller of its own. */
export interface NodeSample {
  node: number
  /** `0-15,64-79`; empty: memory alone. */
  cpuList: string
  totalBytes: number | null
  freeBytes: number | null
  /** Given back when needed: page cache and reclaimable slab. */
  cacheBytes: number | null
}

export type DiskKind = 'nvme' | 'ssd' | 'hdd' | 'virtual' | 'removable' | 'unknown'

/** A whole disk with its counters since boot. Source: Documentation/admin-guide/iostats.rst of the kernel. */
export interface DiskSample {
  id: string
  model: string | null
  /** Version of its firmware. */
  firmware: string | null
  kind: DiskKind
  sizeBytes: number | null
  readBytes: number
  writeBytes: number
  reads: number | null
  writes: number | null
  /** Time that finished requests took, summed over requests; wraps at 2^32 on Linux, as the next four do. */
  readMs: number | null
  writeMs: number | null
  /** Time with at least one request under way. */
  busyMs: number | null
  /** `busyMs` weighted with the number of requests under way. */
  queueMs: number | null
  temperatureCelsius: number | null
  /** Asked on a slow clock; null: not asked yet, or this system has no way. */
  health: DriveHealth | null
  partitions: string[]
}

export interface FilesystemSample {
  mount: string
  device: string
  /** `id` of the disk beneath. */
  disk: string | null
  type: string
  totalBytes: number | null
  freeBytes: number | null
  /** Free to ordinary users. */
  availableBytes: number | null
  inodesTotal: number | null
  inodesFree: number | null
  readOnly: boolean
  /** Age of the figures when they are old; null when fresh. */
  staleMs: number | null
  /** null when fresh. */
  staleReason: StaleReason | null
}

export type NetworkKind = 'ethernet' | 'wifi' | 'loopback' | 'virtual' | 'tunnel' | 'unknown'

export interface NetworkSample {
  id: string
  kind: NetworkKind
  /** Its bytes belong in the sum of the machine: physical interfaces where there are any, so nothing counts twice. */
  counted: boolean
  up: boolean | null
  linkBitsPerSecond: number | null
  /** Of Wi-Fi; null where the driver tells none. */
  signalDbm: number | null
  mac: string | null
  addresses: string[]
  recvBytes: number
  sentBytes: number
  recvPackets: number | null
  sentPackets: number | null
  errors: number
  drops: number
}

/** Share of time in which work waited, percent. Source: Documentation/accounting/psi.rst of the kernel. */
export interface Stall {
  avg10: number
  avg60: number
  avg300: number
}
export interface PressureSample {
  some: Stall | null
  full: Stall | null
}

export interface SensorSample {
  /** Chip and input, stable while the machine runs. */
  id: string
  chip: string
  label: string | null
  kind: 'temperature' | 'fan' | 'power' | 'voltage'
  /** Celsius, RPM, watts or volts by kind. */
  value: number | null
  high: number | null
  critical: number | null
}

export interface PowerSample {
  onAc: boolean | null
  battery: BatterySample | null
  /** Energy the CPU packages took, and when it was read; two of them make watts. Source: RAPL. */
  packageEnergy: EnergySample | null
}

export interface EnergySample {
  microjoules: number
  /** The counter restarts at zero after this. */
  wrapsAtMicrojoules: number
  monotonicMs: number
}

export interface BatterySample {
  percent: number | null
  status: string | null
  watts: number | null
  secondsLeft: number | null
  healthPercent: number | null
  /** How often it was charged. */
  cycles: number | null
}
