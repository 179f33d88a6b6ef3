import { hostname, release, type } from 'node:os'
import type { OwnCost } from '@taskmanager/contracts'
import { driveVerdict, type MachineReading } from '@taskmanager/metrics'
import type { DriveFacts } from '@taskmanager/platform'
import type { MetricFamily, MetricSample } from '@taskmanager/service-kit'

/**
 * The machine by the names of OpenTelemetry's semantic conventions for systems, the most wanted first. Counters are
 * those since boot. Never a pid, a command line or another text of a process.
 */
export function machineMetrics(reading: MachineReading, ownCost: OwnCost): MetricFamily[] {
  return [
    {
      name: 'target_info',
      type: 'info',
      help: 'The machine that is told of.',
      samples: [
        {
          labels: {
            host_name: hostname(),
            os_type: type().toLowerCase(),
            os_version: release(),
            service_name: 'taskmgr',
          },
          value: 1,
        },
      ],
    },
    ...cpuFamilies(reading),
    ...memoryFamilies(reading),
    ...diskFamilies(reading),
    ...networkFamilies(reading),
    ...processFamilies(reading),
    ...gpuFamilies(reading),
    ...filesystemFamilies(reading),
    ...sensorFamilies(reading),
    gauge('taskmgr_cost_cpu_ratio', 'CPU of this service, as a share of the whole machine.', [
      { value: ratio(ownCost.cpu_percent) },
    ]),
    gauge('taskmgr_cost_memory_bytes', 'Memory of this service: PSS where the system tells.', [
      { value: ownCost.memory_bytes },
    ]),
  ]
}

function cpuFamilies({ sample, cpu }: MachineReading): MetricFamily[] {
  const { total, ticksPerSecond, loadAverage, cores, temperatureCelsius } = sample.cpu
  const interrupt = total.irq === null ? total.softirq : total.irq + (total.softirq ?? 0)
  const modes = { ...total, interrupt }
  const seconds = (['user', 'nice', 'system', 'idle', 'iowait', 'interrupt', 'steal'] as const).map(
    (mode) => ({
      labels: { cpu_mode: mode },
      value: modes[mode] === null ? null : modes[mode] / ticksPerSecond,
    }),
  )
  const load = (minutes: 1 | 5 | 15, at: 0 | 1 | 2) =>
    gauge(`system_cpu_load_average_${minutes}m`, `Load over ${minutes} minutes.`, [
      { value: loadAverage?.[at] ?? null },
    ])
  return [
    counter('system_cpu_time_seconds_total', 'CPU time of all processors by mode.', seconds),
    gauge('system_cpu_utilization_ratio', 'Busy share of the whole machine, last interval.', [
      { value: ratio(cpu.usagePercent) },
    ]),
    gauge('system_cpu_logical_count', 'Logical CPUs online.', [{ value: cores.length }]),
    load(1, 0),
    load(5, 1),
    load(15, 2),
    gauge('hw_cpu_temperature_celsius', 'Temperature of the package.', [
      { value: temperatureCelsius },
    ]),
  ]
}

function memoryFamilies({ sample }: MachineReading): MetricFamily[] {
  const { memory, pressure } = sample
  const { totalBytes: total, freeBytes: free, buffersBytes: buffers, cachedBytes: cached } = memory
  const used =
    total === null || free === null ? null : total - free - (buffers ?? 0) - (cached ?? 0)
  const swapUsed =
    memory.swapTotalBytes === null || memory.swapFreeBytes === null
      ? null
      : memory.swapTotalBytes - memory.swapFreeBytes
  const stalls = Object.entries(pressure).flatMap(([resource, told]) =>
    (['some', 'full'] as const).map((kind) => ({
      labels: { resource, kind },
      value: ratio(told?.[kind]?.avg10 ?? null),
    })),
  )
  return [
    gauge('system_memory_limit_bytes', 'Memory there is.', [{ value: total }]),
    gauge(
      'system_memory_usage_bytes',
      'Memory by use; all states together are the limit.',
      states('system_memory_state', { used, free, buffers, cached }),
    ),
    gauge('system_memory_linux_available_bytes', 'What programs can get without swapping.', [
      { value: memory.availableBytes },
    ]),
    gauge(
      'system_paging_usage_bytes',
      'Swap space by use.',
      states('system_paging_state', { used: swapUsed, free: memory.swapFreeBytes }),
    ),
    counter(
      'taskmgr_paging_io_bytes_total',
      'Read from swap and written to it.',
      states('system_paging_direction', { in: memory.swapInBytes, out: memory.swapOutBytes }),
    ),
    counter('taskmgr_oom_kills_total', 'Processes ended for lack of memory.', [
      { value: memory.oomKills },
    ]),
    gauge('taskmgr_pressure_stall_ratio', 'Share of the last 10 s in which work waited.', stalls),
  ]
}

function diskFamilies({ disks }: MachineReading): MetricFamily[] {
  const both = (id: string, read: number | null, write: number | null): MetricSample[] => [
    { labels: { system_device: id, disk_io_direction: 'read' }, value: read },
    { labels: { system_device: id, disk_io_direction: 'write' }, value: write },
  ]
  return [
    counter(
      'system_disk_io_bytes_total',
      'Bytes read and written.',
      disks.flatMap(({ id, readBytes, writeBytes }) => both(id, readBytes, writeBytes)),
    ),
    counter(
      'system_disk_operations_total',
      'Finished requests.',
      disks.flatMap(({ id, reads, writes }) => both(id, reads, writes)),
    ),
    counter(
      'system_disk_io_time_seconds_total',
      'Time with at least one request under way.',
      disks.map(({ id, busyMs }) => ({
        labels: { system_device: id },
        value: busyMs === null ? null : busyMs / 1000,
      })),
    ),
    gauge(
      'hw_status',
      'Which verdict the own figures of a drive come to: 1 for that one.',
      disks.flatMap(({ id, health }) =>
        health?.facts == null ? [] : driveStates(id, health.facts),
      ),
    ),
  ]
}

const HW_STATES = { good: 'ok', warning: 'degraded', failing: 'failed' } as const

function driveStates(id: string, facts: DriveFacts): MetricSample[] {
  const { verdict } = driveVerdict(facts)
  return Object.entries(HW_STATES).map(([name, state]) => ({
    labels: { hw_id: id, hw_type: 'physical_disk', hw_state: state },
    value: Number(name === verdict),
  }))
}

function networkFamilies({ networks }: MachineReading): MetricFamily[] {
  const real = networks.filter(({ kind }) => kind !== 'loopback')
  const of = (id: string) => ({ network_interface_name: id })
  return [
    counter(
      'system_network_io_bytes_total',
      'Bytes received and sent.',
      real.flatMap(({ id, recvBytes, sentBytes }) => [
        { labels: { ...of(id), network_io_direction: 'receive' }, value: recvBytes },
        { labels: { ...of(id), network_io_direction: 'transmit' }, value: sentBytes },
      ]),
    ),
    counter(
      'system_network_errors_total',
      'Errors, both directions.',
      real.map(({ id, errors }) => ({ labels: of(id), value: errors })),
    ),
    counter(
      'system_network_packet_dropped_total',
      'Packets dropped, both directions.',
      real.map(({ id, drops }) => ({ labels: of(id), value: drops })),
    ),
  ]
}

function processFamilies({ sample }: MachineReading): MetricFamily[] {
  const { processesRunning: running, processesBlocked: blocked, forks } = sample.cpu
  return [
    gauge(
      'system_process_count',
      'Processes that run or wait for a disk.',
      states('process_state', { running, blocked }),
    ),
    counter('system_process_created_total', 'Processes and threads begun.', [{ value: forks }]),
  ]
}

function gpuFamilies({ sample }: MachineReading): MetricFamily[] {
  const each = (read: (gpu: MachineReading['sample']['gpus'][number]) => number | null) =>
    sample.gpus.map((gpu) => ({ labels: { hw_id: gpu.id, hw_type: gpu.kind }, value: read(gpu) }))
  return [
    gauge(
      'hw_gpu_utilization_ratio',
      'Busy share of the card.',
      each(({ usagePercent }) => ratio(usagePercent)),
    ),
    gauge(
      'hw_gpu_memory_usage_bytes',
      'Memory of the card in use.',
      each(({ memoryUsedBytes }) => memoryUsedBytes),
    ),
    gauge(
      'hw_gpu_memory_limit_bytes',
      'Memory of the card.',
      each(({ memoryTotalBytes }) => memoryTotalBytes),
    ),
    gauge(
      'hw_power_watts',
      'Power drawn.',
      each(({ powerWatts }) => powerWatts),
    ),
  ]
}

function filesystemFamilies({ filesystems }: MachineReading): MetricFamily[] {
  return [
    gauge(
      'system_filesystem_usage_bytes',
      'Space by use; reserved is free to the system only.',
      filesystems.flatMap(({ mount, type: kind, totalBytes, freeBytes, availableBytes }) => {
        const labels = { system_filesystem_mountpoint: mount, system_filesystem_type: kind }
        const known = totalBytes !== null && freeBytes !== null
        return states(
          'system_filesystem_state',
          {
            used: known ? totalBytes - freeBytes : null,
            free: availableBytes,
            reserved: known && availableBytes !== null ? freeBytes - availableBytes : null,
          },
          labels,
        )
      }),
    ),
  ]
}

function sensorFamilies({ sample }: MachineReading): MetricFamily[] {
  const of = (kind: 'temperature' | 'fan') =>
    sample.sensors
      .filter((sensor) => sensor.kind === kind)
      .map(({ id, value }) => ({ labels: { hw_id: id, hw_type: kind }, value }))
  return [
    gauge('hw_temperature_celsius', 'Sensors.', of('temperature')),
    gauge('hw_fan_speed_rpm', 'Fans.', of('fan')),
  ]
}

const gauge = (name: string, help: string, samples: MetricSample[]): MetricFamily => ({
  name,
  type: 'gauge',
  help,
  samples,
})
const counter = (name: string, help: string, samples: MetricSample[]): MetricFamily => ({
  name,
  type: 'counter',
  help,
  samples,
})

const states = (
  label: string,
  values: Readonly<Record<string, number | null>>,
  labels: Readonly<Record<string, string>> = {},
): MetricSample[] =>
  Object.entries(values).map(([state, value]) => ({ labels: { ...labels, [label]: state }, value }))

const ratio = (percent: number | null): number | null => (percent === null ? null : percent / 100)
