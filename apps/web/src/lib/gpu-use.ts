import type { GpuStats } from '@taskmanager/contracts'

/** What one process uses of the graphics cards. */
export interface GpuUse {
  /** Share of a card, 0-100, summed over the cards; `null`: no driver told. */
  readonly percent: number | null
  /** Card memory, bytes. */
  readonly memory: number | null
}

/** Whether a driver here tells who uses its card; only then is a process that is not named at 0. */
export const tellsUsers = (gpus: readonly GpuStats[]): boolean =>
  gpus.some(({ vendor, processes }) => vendor === 'nvidia' || processes.length > 0)

/** One line on what no list here can show, and why. */
export function absentFigures(hasUsers: boolean, hasGpu: boolean): string {
  const gpu = hasGpu ? 'GPU: the driver does not tell who uses it.' : 'GPU: no card is seen.'
  const network = 'Network: the system does not count it per process.'
  return hasUsers ? network : `${network} ${gpu}`
}

/** By pid. */
export function gpuUses(gpus: readonly GpuStats[]): ReadonlyMap<number, GpuUse> {
  const uses = new Map<number, GpuUse>()
  for (const { processes } of gpus) {
    for (const { pid, usage_percent: percent, memory_bytes: memory } of processes) {
      const before = uses.get(pid)
      uses.set(pid, {
        percent: add(before?.percent ?? null, percent),
        memory: add(before?.memory ?? null, memory),
      })
    }
  }
  return uses
}

const add = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : a + b
