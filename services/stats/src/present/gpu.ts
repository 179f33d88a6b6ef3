import type { GpuStats } from '@taskmanager/contracts'
import type { GpuSample } from '@taskmanager/platform'
import { decimals, percent } from './round.ts'

export function presentGpu(gpu: GpuSample): GpuStats {
  return {
    id: gpu.id,
    name: gpu.name,
    vendor: gpu.vendor,
    driver: gpu.driver,
    uuid: gpu.uuid,
    usage_percent: percent(gpu.usagePercent),
    memory_used_bytes: gpu.memoryUsedBytes,
    memory_total_bytes: gpu.memoryTotalBytes,
    memory_controller_percent: percent(gpu.memoryControllerPercent),
    temperature_celsius: decimals(gpu.temperatureCelsius, 1),
    power_watts: decimals(gpu.powerWatts, 1),
    power_limit_watts: decimals(gpu.powerLimitWatts, 1),
    fan_percent: decimals(gpu.fanPercent, 1),
    clock_mhz: gpu.clockMhz,
    memory_clock_mhz: gpu.memoryClockMhz,
    encoder_percent: gpu.encoderPercent,
    decoder_percent: gpu.decoderPercent,
    slowed_by: gpu.slowedBy,
    processes: gpu.processes.map((process) => ({
      pid: process.pid,
      usage_percent: process.usagePercent,
      memory_bytes: process.memoryBytes,
    })),
    unknown: gpu.unknown,
  }
}

/** The seed's four figures over all cards: the busiest, the memory of all, the hottest. */
export function sumGpus(gpus: readonly GpuSample[]) {
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
