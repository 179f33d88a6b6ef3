import type { GpuStats } from '@taskmanager/contracts'
import { sumKnown } from './stats-series.ts'

/** Why there is no figure of a program on a card. */
export const NOT_TOLD = 'not told by the driver just now'

/** A second one of its sort has a number: `GPU 1` of `gpu-1`, `NPU` of the only `npu-0`. */
export const gpuName = (id: string, several: boolean): string =>
  (several ? id.replace('-', ' ') : id.replace(/-.*/, '')).toUpperCase()

/** Neural processors have pages of their own and are in no sum. A service of an older version names no sort. */
export const graphicsCards = (gpus: readonly GpuStats[]): GpuStats[] => gpus.filter(isCard)

export const isCard = ({ kind }: GpuStats): boolean => kind !== 'npu'

/** Load of one sort of engine, 0-100; `null` where the driver does not tell it. */
export function engineOf({ engines }: GpuStats, name: string): number | null {
  return engines.find((engine) => engine.name === name)?.usage_percent ?? null
}

/** `heat and power limit`; `nothing`; `null`: not told. */
export function slowedByWords({ slowed_by: slowed }: GpuStats): string | null {
  if (slowed === null) return null
  return slowed.length === 0 ? 'nothing' : slowed.join(' and ')
}

/**
 * What of a card no program is known to use: driver, display, programs that may not be looked into. Shares are of each
 * program's busiest engine: of several engines their sum may be more than the card, and nothing is left. `null`: the
 * card or its programs are not known, or its load is only what is known of its programs.
 */
export function unattributedOf(gpu: GpuStats): { usage: number | null; memory: number | null } {
  const { usage_percent: load, memory_used_bytes: used } = gpu
  const usage = sumKnown(gpu.processes, (user) => user.usage_percent)
  const memory = sumKnown(gpu.processes, (user) => user.memory_bytes) ?? 0
  return {
    usage:
      load === null || usage === null || gpu.usage_is_at_least ? null : Math.max(0, load - usage),
    memory: used === null ? null : Math.max(0, used - memory),
  }
}
