import type { DiskStats, SystemStats } from '@taskmanager/contracts'
import type { IconName } from '../../components/icon.tsx'
import type { PlotSeries } from '../../components/plot.tsx'
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
import { pairWords, shareUnit } from '../../lib/common-unit.ts'
import { shortVerdict } from '../../lib/drive-words.ts'
import { gpuName, graphicsCards, isCard } from '../../lib/gpu-card.ts'
import { countedDisks, countedNetworks, mainNetwork, sumKnown } from '../../lib/stats-series.ts'
import { useStats } from '../../stores/live-stats.ts'

export type DeviceId = 'cpu' | 'memory' | 'disk' | 'network' | 'gpu'

/** A line, and what the card of a second calls it. */
export interface NamedSeries extends PlotSeries {
  readonly name: string
}

/** A device column of the Overview, ready to draw. `'…'` while the first interval runs. */
export interface Device {
  readonly id: DeviceId
  readonly name: string
  readonly icon: IconName
  readonly hue: string
  /** One extra fact at the right of the name. */
  readonly extra: string
  readonly value: string
  readonly sub: string
  /** Value and detail where there is little room; else those above. */
  readonly narrow?: { readonly value: string; readonly sub: string }
  readonly series: readonly NamedSeries[]
  /** Fixed top of the axis, or `null` for a rate. */
  readonly maximum: number | null
  readonly formatMaximum: (value: number) => string
  readonly href: string
}

const FIRST = '…'

const SERIES: Record<Exclude<DeviceId, 'gpu'>, readonly NamedSeries[]> = {
  cpu: [
    { key: 'cpu', name: 'CPU', hue: '--cpu', style: 'line' },
    { key: 'cpu.kernel', name: 'of it kernel', hue: '--cpu', style: 'area' },
  ],
  memory: [
    { key: 'memory', name: 'in use', hue: '--mem', style: 'line' },
    { key: 'swap', name: 'swap', hue: '--mem', style: 'dash' },
  ],
  disk: [
    { key: 'disk.read', name: 'read', hue: '--disk', style: 'line' },
    { key: 'disk.write', name: 'write', hue: '--disk', style: 'dash' },
  ],
  network: [
    { key: 'net.recv', name: 'down', hue: '--net', style: 'line' },
    { key: 'net.sent', name: 'up', hue: '--net', style: 'dash' },
  ],
}

const percent = (value: number): string => formatPercent(value)

export function useDevices(): readonly Device[] {
  const stats = useStats((frame) => frame)
  if (stats === null) return PLACEHOLDERS
  return [cpuDevice(stats), memoryDevice(stats), diskDevice(stats), networkDevice(stats)].concat(
    stats.gpus.some(isCard) ? [gpuDevice(stats)] : [],
  )
}

/** Before the first frame: the columns are there, with nothing claimed. */
const PLACEHOLDERS: readonly Device[] = (
  [
    ['cpu', 'CPU', 'cpu', 'cpu', '/performance/cpu'],
    ['memory', 'Memory', 'memory', 'mem', '/performance/memory'],
    ['disk', 'Disk', 'disk', 'disk', '/performance/cpu'],
    ['network', 'Network', 'network', 'net', '/performance/cpu'],
  ] as const
).map(([id, name, icon, hue, href]) => ({
  id,
  name,
  icon,
  hue,
  href,
  extra: '',
  value: FIRST,
  sub: '',
  series: SERIES[id],
  maximum: 100,
  formatMaximum: () => '',
}))

function cpuDevice({ cpu_usage: usage, cpu }: SystemStats): Device {
  const speed =
    cpu.frequency_mhz === null
      ? null
      : cpu.frequency_max_mhz === null
        ? formatHertz(cpu.frequency_mhz * 1e6)
        : formatOfHertz(cpu.frequency_mhz, cpu.frequency_max_mhz)
  const load = cpu.load_average === null ? null : `load ${cpu.load_average[0].toFixed(1)}`
  return {
    id: 'cpu',
    name: 'CPU',
    icon: 'cpu',
    hue: 'cpu',
    extra:
      cpu.temperature_celsius === null
        ? `${cpu.logical_count} threads`
        : formatCelsius(cpu.temperature_celsius),
    value: usage === null ? FIRST : formatPercent(usage),
    sub: join(speed, load),
    series: SERIES.cpu,
    maximum: 100,
    formatMaximum: percent,
    href: '/performance/cpu',
  }
}

function formatOfHertz(mhz: number, maximumMhz: number): string {
  const [now, most] = shareUnit([formatHertz(mhz * 1e6), formatHertz(maximumMhz * 1e6)])
  return `${now} of ${most}`
}

function memoryDevice(stats: SystemStats): Device {
  const { memory } = stats
  const swap = memory.swap_total_bytes
  return {
    id: 'memory',
    name: 'Memory',
    icon: 'memory',
    hue: 'mem',
    extra: formatPercent(stats.memory_percent),
    value: formatOf(stats.memory_used, stats.memory_total),
    sub:
      swap === null
        ? ''
        : swap === 0
          ? 'no swap'
          : `swap ${formatOf(memory.swap_used_bytes, swap)}`,
    narrow: {
      value: formatBytes(stats.memory_used),
      sub: `of ${formatBytes(stats.memory_total)}${swap === null || swap === 0 ? '' : ` · swap ${formatBytes(memory.swap_used_bytes)}`}`,
    },
    series: SERIES.memory,
    maximum: stats.memory_total ?? 1,
    formatMaximum: formatBytes,
    href: '/performance/memory',
  }
}

function diskDevice(stats: SystemStats): Device {
  const disks = countedDisks(stats.disks)
  const read = sumKnown(disks, (disk) => disk.read_bytes_per_second)
  const write = sumKnown(disks, (disk) => disk.write_bytes_per_second)
  const [ailing] = disks
    .filter(({ health }) => shortVerdict(health) === 'failing')
    .map(({ id }) => id)
  const busiest = disks.toSorted((a, b) => busyOf(b) - busyOf(a))[0]
  const first = read === null && write === null
  return {
    id: 'disk',
    name: 'Disk',
    icon: 'disk',
    hue: 'disk',
    extra:
      ailing === undefined
        ? disks.length === 1
          ? (disks[0]?.id ?? '')
          : `${disks.length} drives`
        : `${ailing} is failing`,
    value: first ? (disks.length === 0 ? '—' : FIRST) : formatRate((read ?? 0) + (write ?? 0)),
    sub: first
      ? ''
      : join(
          ...pairWords(formatRate, ['read', read], ['write', write]),
          busiest?.busy_percent == null ? null : `busy ${formatPercent(busiest.busy_percent)}`,
        ),
    series: SERIES.disk,
    maximum: null,
    formatMaximum: formatRate,
    href: busiest === undefined ? '/performance/cpu' : `/performance/disk-${ailing ?? busiest.id}`,
  }
}

function busyOf(disk: DiskStats): number {
  return disk.busy_percent ?? -1
}

function networkDevice(stats: SystemStats): Device {
  const outside = countedNetworks(stats.networks)
  const recv = sumKnown(outside, (net) => net.recv_bytes_per_second)
  const sent = sumKnown(outside, (net) => net.sent_bytes_per_second)
  const main = mainNetwork(stats.networks)
  const first = recv === null && sent === null
  return {
    id: 'network',
    name: 'Network',
    icon: 'network',
    hue: 'net',
    extra: main?.id ?? 'not connected',
    value: first ? (outside.length === 0 ? '—' : FIRST) : formatBits((recv ?? 0) + (sent ?? 0)),
    sub: first
      ? ''
      : join(
          ...pairWords(formatBits, ['down', recv], ['up', sent]),
          main?.link_bits_per_second == null
            ? null
            : `link ${formatLink(main.link_bits_per_second)}`,
        ),
    series: SERIES.network,
    maximum: null,
    formatMaximum: formatBits,
    href: main === undefined ? '/performance/cpu' : `/performance/net-${main.id}`,
  }
}

const wattsOf = (watts: number | null) => (watts === null ? null : formatWatts(watts))

/** A card has no room for more; the page of the device has the reasons. */
const slowedShort = (reasons: readonly string[]): string =>
  reasons.includes('heat') ? 'slowed by heat' : 'slowed'

function gpuDevice(stats: SystemStats): Device {
  const gpus = graphicsCards(stats.gpus)
  const busiest = gpus.toSorted((a, b) => (b.usage_percent ?? -1) - (a.usage_percent ?? -1))[0]
  const watts = sumKnown(gpus, (gpu) => gpu.power_watts)
  const memory =
    stats.gpu_memory_total === null
      ? null
      : `VRAM ${formatOf(stats.gpu_memory_used, stats.gpu_memory_total)}`
  const slowed = gpus.flatMap((gpu) => gpu.slowed_by ?? [])
  return {
    id: 'gpu',
    name: 'GPU',
    icon: 'gpu',
    hue: 'gpu',
    extra:
      gpus.length > 1
        ? `${gpus.length} cards`
        : busiest?.temperature_celsius == null
          ? ''
          : formatCelsius(busiest.temperature_celsius),
    value: stats.gpu_usage === null ? '—' : formatPercent(stats.gpu_usage),
    sub: join(memory, slowed.length === 0 ? wattsOf(watts) : slowedShort(slowed)),
    series: gpus.map(({ id }, index) => ({
      key: `${id}.usage`,
      name: gpuName(id, gpus.length > 1),
      hue: '--gpu',
      style: index === 0 ? 'line' : 'dash',
    })),
    maximum: 100,
    formatMaximum: percent,
    href: `/performance/${busiest?.id ?? 'gpu-0'}`,
  }
}

function join(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(' · ')
}
