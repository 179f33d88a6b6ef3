import {
  API_VERSION,
  type OwnCost,
  type Sensor,
  type SystemStats,
  type UnknownMap,
} from '@taskmanager/contracts'
import type { MachineReading } from '@taskmanager/metrics'
import type { SensorSample } from '@taskmanager/platform'
import { presentCpu } from './cpu.ts'
import { presentGpu, sumGpus } from './gpu.ts'
import { presentMemory } from './memory.ts'
import { decimals, percent, whole } from './round.ts'
import { presentDisk, presentFilesystem, presentNetwork } from './storage.ts'

export interface Frame {
  seq: number
  ownCost: OwnCost
}

/** `GET /api/stats` and each frame of the stream. The seed's keys come first and are spelled as it spelled them. */
export function presentStats(reading: MachineReading, { seq, ownCost }: Frame): SystemStats {
  const { sample, memory, cpu } = reading
  const root = reading.filesystems.find(({ mount }) => mount === '/' || /^C:/i.test(mount))
  const gpus = sumGpus(sample.gpus)
  return {
    cpu_usage: percent(cpu.usagePercent),
    memory_total: sample.memory.totalBytes,
    memory_used: memory.usedBytes,
    memory_percent: percent(memory.usedPercent),
    disk_total: root?.totalBytes ?? null,
    disk_used: root?.usedBytes ?? null,
    disk_percent: percent(root?.usedPercent ?? null),
    disk_read: sample.diskReadBytes,
    disk_write: sample.diskWriteBytes,
    network_sent: reading.networkSentBytes,
    network_recv: reading.networkRecvBytes,
    gpu_usage: percent(gpus.usage),
    gpu_memory_used: gpus.memoryUsed,
    gpu_memory_total: gpus.memoryTotal,
    gpu_temperature: decimals(gpus.temperature, 1),
    type: 'stats',
    api_version: API_VERSION,
    seq,
    sampled_at_ms: Math.round(sample.epochMs),
    interval_ms: decimals(reading.intervalMs, 1),
    gap: reading.gap,
    uptime_seconds: whole(sample.uptimeSeconds),
    cpu: presentCpu(reading),
    memory: presentMemory(reading),
    disks: reading.disks.map(presentDisk),
    filesystems: reading.filesystems.map(presentFilesystem),
    networks: reading.networks.map(presentNetwork),
    gpus: sample.gpus.map(presentGpu),
    pressure: sample.pressure,
    sensors: sample.sensors.map(presentSensor),
    power: presentPower(reading),
    own_cost: ownCost,
    unknown: unknownOf(reading, root === undefined),
  }
}

function presentSensor(sensor: SensorSample): Sensor {
  const { id, chip, label, kind, value, high, critical } = sensor
  return { id, chip, label, kind, value: decimals(value, 3), high, critical }
}

function presentPower({ sample, packageWatts }: MachineReading): SystemStats['power'] {
  const { onAc, battery, packageEnergy } = sample.power
  if (battery === null && packageEnergy === null && onAc === null) return null
  return {
    on_ac: onAc,
    battery_percent: decimals(battery?.percent ?? null, 1),
    battery_status: battery?.status ?? null,
    battery_watts: decimals(battery?.watts ?? null, 2),
    battery_seconds_left: whole(battery?.secondsLeft ?? null),
    battery_health_percent: decimals(battery?.healthPercent ?? null, 1),
    battery_cycles: whole(battery?.cycles ?? null),
    package_watts: decimals(packageWatts, 2),
  }
}

const GPU_KEYS = ['gpu_usage', 'gpu_memory_used', 'gpu_memory_total', 'gpu_temperature'] as const

/** The reason of every key of the seed that is null, and of the blocks that are empty for a reason. */
function unknownOf(reading: MachineReading, noRoot: boolean): UnknownMap {
  const unknown: UnknownMap = { ...reading.sample.unknown }
  if (reading.intervalMs === null) unknown['cpu_usage'] = 'first_sample'
  else if (reading.cpu.usagePercent === null) unknown['cpu_usage'] = 'failed'
  if (noRoot)
    for (const key of ['disk_total', 'disk_used', 'disk_percent']) unknown[key] = 'not_reported'
  if (reading.sample.diskReadBytes === null) {
    for (const key of ['disk_read', 'disk_write'])
      unknown[key] = unknown['disks'] ?? 'not_supported'
  }
  if (reading.networkRecvBytes === null) {
    for (const key of ['network_sent', 'network_recv']) unknown[key] = 'not_reported'
  }
  const gpus = sumGpus(reading.sample.gpus)
  const values = [gpus.usage, gpus.memoryUsed, gpus.memoryTotal, gpus.temperature]
  const hasCard = reading.sample.gpus.some(({ kind }) => kind === 'gpu')
  const untold = hasCard ? 'not_reported' : 'not_supported'
  for (const [at, key] of GPU_KEYS.entries()) {
    if (values[at] === null) unknown[key] = unknown['gpus'] ?? untold
  }
  return unknown
}
