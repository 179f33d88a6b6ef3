import { useMemo } from 'react'
import type { SystemStats } from '@taskmanager/contracts'
import {
  cellMib,
  cellPercent,
  cellRate,
  formatBytes,
  formatCount,
  formatPercent,
} from '../../lib/format.ts'
import { gpuName, unattributedOf } from '../../lib/gpu-card.ts'
import { sumKnown } from '../../lib/stats-series.ts'
import { programsPercent } from '../../lib/programs-percent.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { statsHistory, useStats } from '../../stores/live-stats.ts'
import type { HeaderTotal, HeaderTotals } from './grid-column.ts'

/** Least full scale of the disk tint, bytes per second. */
const LEAST_DISK_SCALE = 10e6
const DISK_WINDOW_MS = 10 * 60_000

/** Full scale of the disk tint, bytes per second: what the disks seldom go beyond. */
export function useDiskScale(): number {
  return useStats((stats) => diskScaleAt(stats?.sampled_at_ms ?? 0))
}

/** Totals of the machine (port 8000); how the rows add up to them (port 8001) is in the hint. */
export function useMachineTotals(): HeaderTotals {
  const stats = useStats((frame) => frame)
  const threads = useProcesses((live) => live.totals?.thread_count ?? null)
  const processes = useProcesses((live) => live.totals?.process_count ?? null)
  const accounting = useProcesses((live) => live.accounting)
  const diskScale = useDiskScale()
  return useMemo(() => {
    const read = stats === null ? null : sumKnown(stats.disks, (disk) => disk.read_bytes_per_second)
    const write =
      stats === null ? null : sumKnown(stats.disks, (disk) => disk.write_bytes_per_second)
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
      gpu: gpuTotal(stats),
      'gpu-memory': gpuMemoryTotal(stats),
      threads: { text: threads === null ? '…' : formatCount(threads), share: null },
      processes: { text: processes === null ? '…' : formatCount(processes), share: null },
    }
  }, [stats, threads, processes, accounting, diskScale])
}

function diskTotal(read: number | null, write: number | null, scale: number): HeaderTotal {
  if (read === null && write === null) return { text: '…', share: null }
  const both = (read ?? 0) + (write ?? 0)
  return { text: cellRate(both), share: both / scale }
}

/** Of the busiest card; the hint has each card as the sum of its programs and the rest. */
function gpuTotal(stats: SystemStats | null): HeaderTotal {
  const usage = stats?.gpu_usage ?? null
  if (stats === null || usage === null) return { text: '…', share: null }
  const parts = stats.gpus.map((gpu) => {
    const known = sumKnown(gpu.processes, (user) => user.usage_percent)
    const { usage: rest } = unattributedOf(gpu)
    if (known === null || rest === null) return null
    const sum = `programs ${formatPercent(known)}, unattributed ${formatPercent(rest)}`
    return stats.gpus.length > 1 ? `${gpuName(gpu.id, true)}: ${sum}` : sum
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
  const rest = sumKnown(stats.gpus, (gpu) => unattributedOf(gpu).memory) ?? 0
  return {
    text: cellMib(used),
    share: used / total,
    hint: `programs ${formatBytes(used - rest)}, unattributed ${formatBytes(rest)}`,
  }
}

let newest = { untilMs: -1, scale: LEAST_DISK_SCALE }

/** 99th percentile of what the disks carried in the ten minutes before; asked for several times in a sample. */
function diskScaleAt(untilMs: number): number {
  if (newest.untilMs !== untilMs) newest = { untilMs, scale: percentile99(untilMs) }
  return newest.scale
}

function percentile99(untilMs: number): number {
  const { values } = statsHistory.window(
    ['disk.read', 'disk.write'],
    untilMs - DISK_WINDOW_MS,
    untilMs,
  )
  const known = values.flat().filter((value) => value !== null)
  const sorted = Float64Array.from(known).toSorted()
  return Math.max(LEAST_DISK_SCALE, sorted[Math.floor(sorted.length * 0.99)] ?? 0)
}
