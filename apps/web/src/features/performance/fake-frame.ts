import type { CpuStats, GpuStats, SystemStats } from '@taskmanager/contracts'

const GIB = 1024 ** 3
let second = 0

/** A frame of a made-up machine for component tests; each is a second after the one before. */
export function fakeFrame(change: Partial<SystemStats> = {}): SystemStats {
  second += 1
  return {
    type: 'stats',
    api_version: 1,
    seq: second,
    sampled_at_ms: 1_790_000_000_000 + second * 1000,
    interval_ms: 1000,
    gap: false,
    uptime_seconds: 533_520,
    cpu_usage: 23,
    memory_total: 32 * GIB,
    memory_used: 14.6 * GIB,
    memory_percent: 45.6,
    gpu_usage: null,
    cpu: fakeCpu(8),
    memory: { swap_total_bytes: 0, swap_used_bytes: 0 },
    disks: [],
    filesystems: [],
    networks: [],
    gpus: [],
    pressure: { cpu: null, memory: null, io: null },
    power: null,
    own_cost: {},
    unknown: {},
    ...change,
  } as unknown as SystemStats
}

/** Cores with 0, 1, 2 … percent, unless told otherwise. */
export function fakeCpu(
  count: number,
  usage: (index: number) => number | null = (index) => index,
): CpuStats {
  return {
    usage_percent: 23,
    kernel_percent: 4.6,
    modes: { user: 18, nice: 0, irq: 0.1, softirq: 0.2, steal: 0, iowait: 0 },
    cores: Array.from({ length: count }, (_, index) => ({
      index,
      usage_percent: usage(index),
      kernel_percent: 1,
      frequency_mhz: null,
    })),
    logical_count: count,
    frequency_mhz: 3840,
    frequency_max_mhz: 4700,
    load_average: [3.12, 2.8, 2.41],
    temperature_celsius: 61,
    throttled: false,
    context_switches_per_second: 18_400,
    forks_per_second: 10,
  } as unknown as CpuStats
}

export function fakeGpu(change: Partial<GpuStats> = {}): GpuStats {
  return {
    id: 'gpu-0',
    kind: 'gpu',
    name: 'NVIDIA GeForce RTX 3070',
    vendor: 'nvidia',
    driver: '550.90.07',
    uuid: null,
    bus_id: '0000:01:00.0',
    source: 'nvml',
    library_version: 'NVML 12.550.90.07',
    cuda_version: '12.4',
    problem: null,
    usage_percent: 12,
    usage_is_at_least: false,
    engines: [],
    memory_free_bytes: 5.5 * GIB,
    memory_reserved_bytes: 0.25 * GIB,
    shared_memory_used_bytes: null,
    shared_memory_total_bytes: null,
    hotspot_celsius: null,
    memory_celsius: null,
    slowdown_celsius: 93,
    shutdown_celsius: 98,
    power_limit_min_watts: 100,
    power_limit_max_watts: 240,
    energy_joules: null,
    fan_rpm: null,
    clock_max_mhz: 1965,
    memory_clock_max_mhz: 7001,
    video_clock_mhz: 790,
    performance_state: 'P5',
    awake_percent: null,
    pcie_generation: 2,
    pcie_generation_max: 4,
    pcie_width: 16,
    pcie_width_max: 16,
    pcie_recv_bytes_per_second: 84e6,
    pcie_sent_bytes_per_second: 12e6,
    ecc_enabled: null,
    ecc_corrected: null,
    ecc_uncorrected: null,
    mig_enabled: null,
    memory_used_bytes: 2.25 * GIB,
    memory_total_bytes: 8 * GIB,
    memory_controller_percent: 3,
    temperature_celsius: 48,
    power_watts: 58,
    power_limit_watts: 220,
    fan_percent: 31,
    clock_mhz: 870,
    memory_clock_mhz: 6800,
    encoder_percent: 0,
    decoder_percent: 24,
    slowed_by: [],
    processes: [],
    processes_hidden: false,
    unknown: {},
    ...change,
  }
}
