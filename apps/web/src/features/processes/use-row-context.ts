import { useMemo } from 'react'
import type { AskedIndex } from '../../lib/asked-index.ts'
import type { NetworkUses } from '../../lib/network-use.ts'
import type { PortIndex } from '../../lib/port-index.ts'
import { useStore } from '../../lib/create-store.ts'
import { endings as endingStore } from '../../stores/endings.ts'
import { liveProcesses, useProcesses } from '../../stores/live-processes.ts'
import { useStats } from '../../stores/live-stats.ts'
import { usePreference } from '../../stores/preferences.ts'
import type { Column } from './columns.ts'
import type { RowContext } from './process-row.tsx'

/** A new row is marked so long. */
const NEW_MARK_MS = 1500
const NONE: ReadonlySet<string> = new Set()

interface RowContextInput {
  /** Of the picture that is drawn. */
  readonly sampledAtMs: number
  readonly columns: readonly Column[]
  readonly diskScale: number
  readonly networkScale: number
  readonly network: NetworkUses | null
  readonly tree: boolean
  readonly isPhone: boolean
  readonly ports: PortIndex | null
  readonly asked: AskedIndex | null
  readonly askedPorts: readonly number[]
}

/** What all rows of one picture share, and which of them are new. */
export function useRowContext(input: RowContextInput): {
  context: RowContext
  newKeys: ReadonlySet<string>
} {
  const { sampledAtMs } = input
  const cpuCount = useProcesses((live) => live.logicalCpuCount ?? 1)
  const memoryTotal = useStats((stats) => stats?.memory_total ?? null)
  const gpuMemoryTotal = useStats((stats) => stats?.gpu_memory_total ?? null)
  const endings = useStore(endingStore, (all) => all)
  const cpuScale = usePreference('cpuScale')
  const newKeys = useMemo(() => {
    const isNew = (at: number) => sampledAtMs - at < NEW_MARK_MS
    // Read when the picture is drawn: it is the picture of that sample that they are new in.
    const { addedAt } = liveProcesses.get()
    const keys = [...addedAt].filter(([, at]) => isNew(at)).map(([key]) => key)
    return keys.length === 0 ? NONE : new Set(keys)
  }, [sampledAtMs])
  const { networkScale, network } = input
  const { columns, diskScale, tree, isPhone, ports, asked, askedPorts } = input
  // The rows draw anew only when this does: it holds nothing that moves between samples.
  const context = useMemo<RowContext>(
    () => ({
      columns,
      diskScale,
      networkScale,
      network,
      tree,
      isPhone,
      ports: askedPorts.length === 0 ? null : ports,
      asked,
      askedPorts,
      endings,
      seq: sampledAtMs,
      nowMs: sampledAtMs,
      cpuFactor: cpuScale === 'core' ? cpuCount : 1,
      cpuCount,
      memoryTotal,
      gpuMemoryTotal,
    }),
    [
      columns,
      diskScale,
      networkScale,
      network,
      tree,
      isPhone,
      ports,
      asked,
      askedPorts,
      endings,
      sampledAtMs,
      cpuScale,
      cpuCount,
      memoryTotal,
      gpuMemoryTotal,
    ],
  )
  return { context, newKeys }
}
