import type { GpuStats } from '@taskmanager/contracts'
import type { GpuSample } from '@taskmanager/platform'
import { decimals, percent } from './round.ts'

export function presentGpu(gpu: GpuSample): GpuStats {
  return {
    id: gpu.id,
    kind: gpu.kind,
    name: gpu.name,
    vendor: gpu.vendor,
    driver: gpu.driver,
    uuid: gpu.uuid,
    bus_id: gpu.busId,
    source: gpu.source,
    library_version: gpu.libraryVersion,
    cuda_version: gpu.cudaVersion,
    problem: gpu.problem,
    usage_percent: percent(gpu.usagePercent),
    usage_is_at_least: gpu.usageIsAtLeast,
    engines: gpu.engines.map(({ name, usagePercent }) => ({
      name,
      usage_percent: decimals(usagePercent, 2) ?? 0,
    })),
    memory_used_bytes: gpu.memoryUsedBytes,
    memory_total_bytes: gpu.memoryTotalBytes,
    memory_free_bytes: gpu.memoryFreeBytes,
    memory_reserved_bytes: gpu.memoryReservedBytes,
    shared_memory_used_bytes: gpu.sharedMemoryUsedBytes,
    shared_memory_total_bytes: gpu.sharedMemoryTotalBytes,
    memory_controller_percent: percent(gpu.memoryControllerPercent),
    temperature_celsius: decimals(gpu.temperatureCelsius, 1),
    hotspot_celsius: decimals(gpu.hotspotCelsius, 1),
    memory_celsius: decimals(gpu.memoryCelsius, 1),
    slowdown_celsius: decimals(gpu.slowdownCelsius, 1),
    shutdown_celsius: decimals(gpu.shutdownCelsius, 1),
    power_watts: decimals(gpu.powerWatts, 1),
    power_limit_watts: decimals(gpu.powerLimitWatts, 1),
    power_limit_min_watts: decimals(gpu.powerLimitMinWatts, 1),
    power_limit_max_watts: decimals(gpu.powerLimitMaxWatts, 1),
    energy_joules: decimals(gpu.energyJoules, 1),
    fan_percent: decimals(gpu.fanPercent, 1),
    fan_rpm: gpu.fanRpm,
    clock_mhz: decimals(gpu.clockMhz, 0),
    clock_max_mhz: decimals(gpu.clockMaxMhz, 0),
    memory_clock_mhz: decimals(gpu.memoryClockMhz, 0),
    memory_clock_max_mhz: decimals(gpu.memoryClockMaxMhz, 0),
    video_clock_mhz: decimals(gpu.videoClockMhz, 0),
    performance_state: gpu.performanceState,
    encoder_percent: percent(gpu.encoderPercent),
    decoder_percent: percent(gpu.decoderPercent),
    awake_percent: percent(gpu.awakePercent),
    slowed_by: gpu.slowedBy,
    pcie_generation: gpu.pcieGeneration,
    pcie_generation_max: gpu.pcieGenerationMax,
    pcie_width: gpu.pcieWidth,
    pcie_width_max: gpu.pcieWidthMax,
    pcie_recv_bytes_per_second: gpu.pcieRecvBytesPerSecond,
    pcie_sent_bytes_per_second: gpu.pcieSentBytesPerSecond,
    ecc_enabled: gpu.eccEnabled,
    ecc_corrected: gpu.eccCorrected,
    ecc_uncorrected: gpu.eccUncorrected,
    mig_enabled: gpu.migEnabled,
    processes: gpu.processes.map((process) => ({
      pid: process.pid,
      usage_percent: percent(process.usagePercent),
      memory_bytes: process.memoryBytes,
      engine: process.engine,
      encoder_percent: percent(process.encoderPercent),
      decoder_percent: percent(process.decoderPercent),
    })),
    processes_hidden: gpu.hasHiddenUsers,
    unknown: gpu.unknown,
  }
}

/** The seed's four figures over all graphics cards: the busiest, the memory of all, the hottest. */
export function sumGpus(cards: readonly GpuSample[]) {
  const gpus = cards.filter(({ kind }) => kind === 'gpu')
  return {
    usage: over(gpus, (gpu) => gpu.usagePercent, Math.max),
    memoryUsed: over(gpus, (gpu) => gpu.memoryUsedBytes, add),
    memoryTotal: over(gpus, (gpu) => gpu.memoryTotalBytes, add),
    temperature: over(gpus, (gpu) => gpu.temperatureCelsius, Math.max),
  }
}

const add = (a: number, b: number) => a + b

/** Over the cards that tell; null when none does. */
function over(
  gpus: readonly GpuSample[],
  of: (gpu: GpuSample) => number | null,
  join: (a: number, b: number) => number,
): number | null {
  const known = gpus.map(of).filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((a, b) => join(a, b))
}
