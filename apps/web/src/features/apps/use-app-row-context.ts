import { useMemo } from 'react'
import { useDiskScale, useNetworkScale } from '../../components/grid/use-machine-totals.ts'
import { useStore } from '../../lib/create-store.ts'
import { endings as endingStore } from '../../stores/endings.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useStats } from '../../stores/live-stats.ts'
import { usePreference } from '../../stores/preferences.ts'
import type { AppColumn } from './app-columns.ts'
import type { BesideApps } from './app-figures.ts'
import type { AppRowContext } from './app-row.tsx'

/** What all rows of one picture share. */
export function useAppRowContext(columns: readonly AppColumn[], beside: BesideApps): AppRowContext {
  const diskScale = useDiskScale()
  const networkScale = useNetworkScale()
  const sampledAtMs = useProcesses((live) => live.sampledAtMs ?? 0)
  const cpuCount = useProcesses((live) => live.logicalCpuCount ?? 1)
  const memoryTotal = useStats((stats) => stats?.memory_total ?? null)
  const gpuMemoryTotal = useStats((stats) => stats?.gpu_memory_total ?? null)
  const endings = useStore(endingStore, (all) => all)
  const cpuScale = usePreference('cpuScale')
  return useMemo(
    () => ({
      columns,
      diskScale,
      networkScale,
      ...beside,
      seq: sampledAtMs,
      nowMs: sampledAtMs,
      cpuFactor: cpuScale === 'core' ? cpuCount : 1,
      cpuCount,
      memoryTotal,
      gpuMemoryTotal,
      endings,
    }),
    [
      columns,
      diskScale,
      networkScale,
      beside,
      sampledAtMs,
      cpuScale,
      cpuCount,
      memoryTotal,
      gpuMemoryTotal,
      endings,
    ],
  )
}
