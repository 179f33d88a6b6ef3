import type { Power, SystemStats } from '@taskmanager/contracts'
import type { PlotSeries } from '../../components/plot.tsx'
import { pairWords } from '../../lib/common-unit.ts'
import { shortVerdict } from '../../lib/drive-words.ts'
import { gpuName } from '../../lib/gpu-card.ts'
import { countedNetworks } from '../../lib/stats-series.ts'
import {
  formatBits,
  formatBytes,
  formatCelsius,
  formatHertz,
  formatLink,
  formatOf,
  formatPercent,
  formatRate,
  formatWatts,
} from '../../lib/format.ts'

/** One entry of the device rail. `maximum` null: a rate with its own soft maximum. */
export interface DeviceEntry {
  readonly id: string
  readonly name: string
  readonly hue: string
  readonly fact: string
  readonly value: string
  /** What is wrong with it, in two words. */
  readonly trouble?: string | null
  readonly series: readonly PlotSeries[]
  readonly maximum: number | null
}

/** Devices of this machine in the order of the rail; their ids are those of the address. */
export function deviceList(stats: SystemStats | null): DeviceEntry[] {
  const { cpu } = stats ?? {}
  const entries: DeviceEntry[] = [
    {
      id: 'cpu',
      name: 'CPU',
      hue: 'cpu',
      fact: cpu?.temperature_celsius == null ? '' : formatCelsius(cpu.temperature_celsius),
      value: join(
        formatMaybe(stats?.cpu_usage, formatPercent),
        cpu?.frequency_mhz == null ? null : formatHertz(cpu.frequency_mhz * 1e6),
      ),
      series: [line('cpu', 'cpu'), { key: 'cpu.kernel', hue: '--cpu', style: 'area' }],
      maximum: 100,
    },
    {
      id: 'memory',
      name: 'Memory',
      hue: 'mem',
      fact: formatMaybe(stats?.memory_percent, formatPercent),
      value: stats === null ? '…' : formatOf(stats.memory_used, stats.memory_total),
      series: [line('memory', 'mem')],
      maximum: stats?.memory_total ?? 1,
    },
  ]
  if (stats === null) return entries
  for (const disk of stats.disks) {
    const [read, write] = [disk.read_bytes_per_second, disk.write_bytes_per_second]
    entries.push({
      id: `disk-${disk.id}`,
      name: disk.id,
      hue: 'disk',
      fact: disk.model ?? (disk.size_bytes === null ? disk.kind : formatBytes(disk.size_bytes)),
      trouble: shortVerdict(disk.health),
      value: read === null ? '…' : pairWords(formatRate, ['R', read], ['W', write]).join(' · '),
      series: [line(`disk.${disk.id}.read`, 'disk'), dash(`disk.${disk.id}.write`, 'disk')],
      maximum: null,
    })
  }
  for (const net of inOrder(stats.networks)) {
    const [recv, sent] = [net.recv_bytes_per_second, net.sent_bytes_per_second]
    entries.push({
      id: `net-${net.id}`,
      name: net.id,
      hue: 'net',
      fact:
        net.link_bits_per_second === null
          ? NET_WORDS[net.kind]
          : formatLink(net.link_bits_per_second),
      value:
        net.up === false
          ? 'idle, not connected'
          : recv === null
            ? '…'
            : pairWords(formatBits, ['D', recv], ['U', sent]).join(' · '),
      series: [line(`net.${net.id}.recv`, 'net'), dash(`net.${net.id}.sent`, 'net')],
      maximum: null,
    })
  }
  for (const gpu of stats.gpus) {
    const alike = stats.gpus.filter(({ kind }) => kind === gpu.kind)
    entries.push({
      id: gpu.id,
      name: gpuName(gpu.id, alike.length > 1),
      hue: 'gpu',
      fact: gpu.temperature_celsius === null ? '' : formatCelsius(gpu.temperature_celsius),
      value: join(
        formatMaybe(gpu.usage_percent, formatPercent),
        // Without the total, which would be cut off beside it: the page has it.
        formatMaybe(gpu.memory_used_bytes ?? gpu.shared_memory_used_bytes, formatBytes),
      ),
      series: [gpu === alike[0] ? line(`${gpu.id}.usage`, 'gpu') : dash(`${gpu.id}.usage`, 'gpu')],
      maximum: 100,
    })
  }
  if (stats.power != null) entries.push(powerEntry(stats.power))
  return entries
}

function powerEntry(power: Power): DeviceEntry {
  const { package_watts: cpu, battery_percent: charge, battery_watts: battery } = power
  return {
    id: 'power',
    name: 'Power',
    hue: 'power',
    fact: charge === null ? '' : formatPercent(charge),
    value: join(
      cpu === null ? null : `CPU ${formatWatts(cpu)}`,
      battery === null ? null : `battery ${formatWatts(battery)}`,
      power.on_ac === null ? null : power.on_ac ? 'mains' : 'on battery',
    ),
    series: [cpu === null ? line('power.charge', 'power') : line('power.package', 'power')],
    maximum: cpu === null ? 100 : null,
  }
}

/** Those that carry the traffic first, those that only pass it on or are not connected last. */
function inOrder(networks: SystemStats['networks']): SystemStats['networks'] {
  const counted = new Set(countedNetworks(networks))
  return networks
    .filter((net) => net.kind !== 'loopback')
    .toSorted((a, b) => Number(counted.has(b)) - Number(counted.has(a)))
}

const NET_WORDS = {
  ethernet: 'Ethernet',
  wifi: 'Wi-Fi',
  loopback: 'loopback',
  virtual: 'virtual',
  tunnel: 'tunnel',
  unknown: '',
} as const

const line = (key: string, hue: string): PlotSeries => ({ key, hue: `--${hue}`, style: 'line' })
const dash = (key: string, hue: string): PlotSeries => ({ key, hue: `--${hue}`, style: 'dash' })

function formatMaybe(value: number | null | undefined, format: (value: number) => string): string {
  return value == null ? '…' : format(value)
}

function join(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(' · ')
}
