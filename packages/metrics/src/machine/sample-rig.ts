/** Samples for tests: a quiet machine of two CPUs, of which each test changes what it is about. */
import type { CoreTimes, CpuTimes, MachineSample } from '@taskmanager/platform'

export const times = (some: Partial<CpuTimes> = {}): CpuTimes => ({
  user: 0,
  nice: 0,
  system: 0,
  idle: 0,
  iowait: 0,
  irq: 0,
  softirq: 0,
  steal: 0,
  guest: 0,
  ...some,
})

export const core = (index: number, some: Partial<CpuTimes> = {}): CoreTimes => ({
  index,
  ...times(some),
})

export function cpu(cores: CoreTimes[], total?: CpuTimes): MachineSample['cpu'] {
  const sum = (mode: keyof CpuTimes) => cores.reduce((all, one) => all + (one[mode] ?? 0), 0)
  const added = times()
  for (const mode of Object.keys(added) as (keyof CpuTimes)[]) added[mode] = sum(mode)
  return {
    ticksPerSecond: 100,
    total: total ?? added,
    cores,
    frequencyMhz: new Map(),
    frequencyMaxMhz: null,
    loadAverage: null,
    temperatureCelsius: null,
    throttleEvents: null,
    contextSwitches: null,
    interrupts: null,
    forks: null,
    processesRunning: null,
    processesBlocked: null,
  }
}

const MEMORY_KEYS = [
  'totalBytes',
  'availableBytes',
  'freeBytes',
  'buffersBytes',
  'cachedBytes',
  'sharedBytes',
  'anonymousBytes',
  'mappedBytes',
  'slabBytes',
  'slabReclaimableBytes',
  'slabUnreclaimableBytes',
  'kernelStackBytes',
  'pageTableBytes',
  'perCpuBytes',
  'vmallocBytes',
  'dirtyBytes',
  'writebackBytes',
  'committedBytes',
  'commitLimitBytes',
  'hugePagesTotal',
  'hugePagesFree',
  'hugePageSizeBytes',
  'swapTotalBytes',
  'swapFreeBytes',
  'swapInBytes',
  'swapOutBytes',
  'zramOriginalBytes',
  'zramCompressedBytes',
  'oomKills',
] as const

export const memory = (some: Partial<MachineSample['memory']> = {}): MachineSample['memory'] => ({
  ...(Object.fromEntries(MEMORY_KEYS.map((key) => [key, null])) as Record<
    (typeof MEMORY_KEYS)[number],
    null
  >),
  nodes: [],
  ...some,
})

export const sample = (monotonicMs: number, some: Partial<MachineSample> = {}): MachineSample => ({
  monotonicMs,
  epochMs: 1_700_000_000_000 + monotonicMs,
  uptimeSeconds: null,
  cpu: cpu([core(0, { idle: monotonicMs / 10 }), core(1, { idle: monotonicMs / 10 })]),
  memory: memory(),
  disks: [],
  diskReadBytes: null,
  diskWriteBytes: null,
  filesystems: [],
  networks: [],
  gpus: [],
  pressure: { cpu: null, memory: null, io: null },
  sensors: [],
  power: { onAc: null, battery: null, packageEnergy: null },
  unknown: {},
  ...some,
})
