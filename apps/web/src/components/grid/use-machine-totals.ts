import { useMemo } from 'react'
import type { SystemStats } from '@taskmanager/contracts'
import {
  cellMib,
  cellNetwork,
  cellPercent,
  cellRate,
  formatBits,
  formatBytes,
  formatCount,
  formatPercent,
} from '../../lib/format.ts'
import { gpuName, graphicsCards, unattributedOf } from '../../lib/gpu-card.ts'
import type { NetworkUses } from '../../lib/network-use.ts'
import { countedDisks, countedNetworks, sumKnown } from '../../lib/stats-series.ts'
import { programsPercent } from '../../lib/programs-percent.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { statsHistory, useStats } from '../../stores/live-stats.ts'
import { useNetworkUses } from '../../stores/network-use.ts'
import type { HeaderTotal, HeaderTotals } from './grid-column.ts'

/** Tints of rates: what the device carries in the ten minutes before; least full scale, bytes per second. */
const RATES = {
  disk: { keys: ['disk.read', 'disk.write'], least: 10e6 },
  network: { keys: ['net.recv', 'net.sent'], least: 10e6 / 8 },
} as const
const WINDOW_MS = 10 * 60_000

/** Full scale of the disk tint, bytes per second: what the disks seldom go beyond. */
export function useDiskScale(): number {
  return useStats((stats) => rateScaleAt('disk', stats?.sampled_at_ms ?? 0))
}

/** The same of the network. */
export function useNetworkScale(): number {
  return useStats((stats) => rateScaleAt('network', stats?.sampled_at_ms ?? 0))
}

/** Totals of the machine (port 8000); how the rows add up to them (port 8001) is in the hint. */
export function useMachineTotals(): HeaderTotals {
  const stats = useStats((frame) => frame)
  const threads = useProcesses((live) => live.totals?.thread_count ?? null)
  const processes = useProcesses((live) => live.totals?.process_count ?? null)
  const accounting = useProcesses((live) => live.accounting)
  const diskScale = useDiskScale()
  const networkScale = useNetworkScale()
  const uses = useNetworkUses(false)
  return useMemo(() => {
    const disks = countedDisks(stats?.disks ?? [])
    const read = sumKnown(disks, (disk) => disk.read_bytes_per_second)
    const write = sumKnown(disks, (disk) => disk.write_bytes_per_second)
    const cpu = stats?.cpu_usage ?? null
    const share = (value: number | null, scale: number) => (value === null ? null : value / scale)
    const sum =
      accounting === null
        ? ''
        : [
            ['programs', programsPercent(accounting)],
            ['kernel threads', accounting.kernel_percent],
            ['short-lived', accounting.ended_percent],
            ['interrupts', accounting.irq_percent],
            ['given to others', accounting.steal_percent],
            ['unattributed', accounting.unattributed_percent],
          ]
            .filter(([, value]) => value !== null && value !== 0)
            .map(([name, value]) => `${name} ${formatPercent(value as number, 1)}`)
            .join(', ')
    return {
      cpu: {
        text: cpu === null ? '…' : cellPercent(cpu),
        ...(cpu !== null && { unit: '%' }),
        share: share(cpu, 100),
        ...(sum !== '' && { hint: sum }),
      },
      memory: {
        text: stats?.memory_percent == null ? '…' : formatCount(stats.memory_percent),
        ...(stats?.memory_percent != null && { unit: '%' }),
        share: share(stats?.memory_percent ?? null, 100),
        hint: 'used = total − available',
      },
      disk: diskTotal(read, write, diskScale),
      read: { text: read === null ? '…' : cellRate(read), share: share(read, diskScale) },
      write: { text: write === null ? '…' : cellRate(write), share: share(write, diskScale) },
      network: networkTotal(stats, uses, networkScale),
      gpu: gpuTotal(stats),
      'gpu-memory': gpuMemoryTotal(stats),
      threads: { text: threads === null ? '…' : formatCount(threads), share: null },
      processes: { text: processes === null ? '…' : formatCount(processes), share: null },
    }
  }, [stats, threads, processes, accounting, diskScale, networkScale, uses])
}

function diskTotal(read: number | null, write: number | null, scale: number): HeaderTotal {
  if (read === null && write === null) return { text: '…', share: null }
  const both = (read ?? 0) + (write ?? 0)
  return { text: cellRate(both), share: both / scale }
}

/** What the interfaces carry; the hint has it as the sum of the programs and the rest. */
function networkTotal(
  stats: SystemStats | null,
  uses: NetworkUses | null,
  scale: number,
): HeaderTotal {
  const counted = countedNetworks(stats?.networks ?? [])
  const recv = sumKnown(counted, (net) => net.recv_bytes_per_second)
  const sent = sumKnown(counted, (net) => net.sent_bytes_per_second)
  if (recv === null && sent === null) return { text: '…', share: null }
  const both = (recv ?? 0) + (sent ?? 0)
  const hint = uses === null ? null : networkParts(uses)
  return { text: cellNetwork(both), share: both / scale, ...(hint !== null && { hint }) }
}

function networkParts({ interfaces, unheld, rest, isPartial }: NetworkUses): string | null {
  if (interfaces === null || rest === null) return null
  const [hidden, other] = isPartial ? [unheld, rest] : [0, rest + unheld]
  return [
    `programs ${formatBits(Math.max(0, interfaces - unheld - rest))}`,
    ...(hidden > 0 ? [`not permitted ${formatBits(hidden)}`] : []),
    `unattributed ${formatBits(other)} (headers, UDP, containers, closed connections)`,
  ].join(', ')
}

/** Of the busiest card; the hint has each card as the sum of its programs and the rest. */
function gpuTotal(stats: SystemStats | null): HeaderTotal {
  const usage = stats?.gpu_usage ?? null
  if (stats === null || usage === null) return { text: '…', share: null }
  const gpus = graphicsCards(stats.gpus)
  const parts = gpus.map((gpu) => {
    const known = sumKnown(gpu.processes, (user) => user.usage_percent)
    const { usage: rest } = unattributedOf(gpu)
    if (known === null || rest === null) return null
    const sum = `programs ${formatPercent(known)}, unattributed ${formatPercent(rest)}`
    return gpus.length > 1 ? `${gpuName(gpu.id, true)}: ${sum}` : sum
  })
  const hint = parts.filter((part) => part !== null).join('; ')
  return {
    text: formatCount(Math.round(usage)),
    unit: '%',
    share: usage / 100,
    ...(hint !== '' && { hint }),
  }
}

function gpuMemoryTotal(stats: SystemStats | null): HeaderTotal {
  const [used, total] = [stats?.gpu_memory_used ?? null, stats?.gpu_memory_total ?? null]
  if (stats === null || used === null || total === null || total === 0) {
    return { text: '…', share: null }
  }
  const rest = sumKnown(graphicsCards(stats.gpus), (gpu) => unattributedOf(gpu).memory) ?? 0
  return {
    text: cellMib(used),
    share: used / total,
    hint: `programs ${formatBytes(used - rest)}, unattributed ${formatBytes(rest)}`,
  }
}

type Rate = keyof typeof RATES

const newest: Record<Rate, { untilMs: number; scale: number }> = {
  disk: { untilMs: -1, scale: RATES.disk.least },
  network: { untilMs: -1, scale: RATES.network.least },
}

/** 99th percentile of what was carried in the ten minutes before; asked for several times in a sample. */
function rateScaleAt(rate: Rate, untilMs: number): number {
  if (newest[rate].untilMs !== untilMs)
    newest[rate] = { untilMs, scale: percentile99(rate, untilMs) }
  return newest[rate].scale
}

function percentile99(rate: Rate, untilMs: number): number {
  const { keys, least } = RATES[rate]
  const { values } = statsHistory.window(keys, untilMs - WINDOW_MS, untilMs)
  const known = values.flat().filter((value) => value !== null)
  const sorted = Float64Array.from(known).toSorted()
  return Math.max(least, sorted[Math.floor(sorted.length * 0.99)] ?? 0)
}
