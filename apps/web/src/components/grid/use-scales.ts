import { useProcesses } from '../../stores/live-processes.ts'
import { useStats } from '../../stores/live-stats.ts'
import { usePreference } from '../../stores/preferences.ts'

/** What the figures of a list are written and drawn by. */
export interface Scales {
  /** Factor from share of the machine to the scale that is chosen. */
  readonly cpuFactor: number
  /** Bytes; `null`: not known. */
  readonly memoryTotal: number | null
  /** Of the newest sample. */
  readonly nowMs: number
}

export function useScales(): Scales {
  const cpuCount = useProcesses((live) => live.logicalCpuCount ?? 1)
  const nowMs = useProcesses((live) => live.sampledAtMs ?? 0)
  const memoryTotal = useStats((stats) => stats?.memory_total ?? null)
  const cpuScale = usePreference('cpuScale')
  return { cpuFactor: cpuScale === 'core' ? cpuCount : 1, memoryTotal, nowMs }
}
