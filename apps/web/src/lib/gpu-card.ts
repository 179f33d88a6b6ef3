import type { GpuStats } from '@taskmanager/contracts'

/** A second card has a number: `GPU 1` of `gpu-1`. */
export const gpuName = (id: string, several: boolean): string =>
  several ? id.replace('gpu-', 'GPU ') : 'GPU'

/** Load of one sort of engine, 0-100; `null` where the driver does not tell it. */
export function engineOf({ engines }: GpuStats, name: string): number | null {
  return engines.find((engine) => engine.name === name)?.usage_percent ?? null
}

/** `heat and power limit`; `nothing`; `null`: not told. */
export function slowedByWords({ slowed_by: slowed }: GpuStats): string | null {
  if (slowed === null) return null
  return slowed.length === 0 ? 'nothing' : slowed.join(' and ')
}
