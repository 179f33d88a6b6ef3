import type { AppRow, GpuStats } from '@taskmanager/contracts'
import {
  biggestApps,
  biggestDiskUsers,
  biggestOnGpu,
  biggestOnNetwork,
  withRest,
  type WhoRow,
} from '../../lib/biggest.ts'
import { formatBits, formatBytes, formatPercent, formatRate } from '../../lib/format.ts'
import { graphicsCards, unattributedOf } from '../../lib/gpu-card.ts'
import { sumKnown } from '../../lib/stats-series.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useStats } from '../../stores/live-stats.ts'
import { useNetworkUses } from '../../stores/network-use.ts'
import type { DeviceId } from './use-devices.ts'

export interface Who {
  readonly label: string
  readonly rows: readonly WhoRow[]
  readonly format: (value: number) => string
  /** Said when the list is known and has no row. */
  readonly empty: string
}

const percent1 = (value: number): string => formatPercent(value, 1)
const byCpu = (app: AppRow): number | null => app.cpu_percent
const byMemory = (app: AppRow): number | null => app.memory

/** The five biggest of a device. Pure functions of the two live pictures; rows of other users count as "not permitted". */
export function useWho(device: DeviceId): Who {
  const apps = useProcesses((live) => live.apps)
  const rows = useProcesses((live) => live.rows)
  const known = useProcesses((live) => live.intervalMs !== null)
  const stats = useStats((frame) => frame)
  const network = useNetworkUses(device === 'network')
  const measuring = apps.size === 0 || !known ? '…' : null
  switch (device) {
    case 'cpu':
      return {
        label: 'Most CPU',
        rows: biggestApps(apps.values(), byCpu),
        format: percent1,
        empty: measuring ?? 'Nothing runs.',
      }
    case 'memory':
      return {
        label: 'Most memory',
        rows: biggestApps(apps.values(), byMemory),
        format: formatBytes,
        empty: '…',
      }
    case 'disk':
      return {
        label: 'Most disk traffic',
        rows: biggestDiskUsers([...apps.values()], stats?.disks ?? []),
        format: formatRate,
        empty: measuring ?? 'Nothing reads or writes.',
      }
    case 'network':
      return {
        label: 'Most network traffic',
        rows: network === null ? [] : biggestOnNetwork(network, rows, apps),
        format: formatBits,
        empty: network === null ? '…' : (measuring ?? 'No program sends or receives.'),
      }
    case 'gpu': {
      const gpus = graphicsCards(stats?.gpus ?? [])
      const shares = biggestOnGpu(gpus, rows, apps, byUse)
      const byShare = shares.length > 0
      const users = gpus.flatMap(({ processes }) => processes)
      const used = sumKnown(users, byUse) ?? 0
      const rest = sumKnown(gpus, (gpu) => unattributedOf(gpu).usage)
      return {
        label: byShare ? 'Most GPU' : 'Most GPU memory',
        rows: byShare
          ? withRest(shares, rest === null ? null : used + rest, used, 'unattributed')
          : biggestOnGpu(gpus, rows, apps, byGpuMemory),
        format: byShare ? formatPercent : formatBytes,
        empty: 'No program uses it.',
      }
    }
  }
}

const byUse = (user: GpuStats['processes'][number]): number | null => user.usage_percent
const byGpuMemory = (user: GpuStats['processes'][number]): number | null => user.memory_bytes
