import type { GpuStats } from '@taskmanager/contracts'
import { graphicsCards } from './gpu-card.ts'

/** What one process uses of the graphics cards. */
export interface GpuUse {
  /** Share of a card, 0-100, summed over the cards; `null`: no driver told. */
  readonly percent: number | null
  /** Card memory, bytes. */
  readonly memory: number | null
}

/** Who uses the graphics cards, as far as their drivers tell. */
export interface GpuUses {
  readonly byPid: ReadonlyMap<number, GpuUse>
  /** Processes of others may not be looked into: who is not named may use a card all the same. */
  readonly isPartial: boolean
}

const IDLE: GpuUse = { percent: 0, memory: 0 }
const UNKNOWN_USE: GpuUse = { percent: null, memory: null }

/** Whether the driver of a card here tells who uses it; only then is a process that is not named at 0. */
export const tellsUsers = (gpus: readonly GpuStats[]): boolean =>
  graphicsCards(gpus).some(isTelling)

// What is lost for a moment, or failed once, takes no columns away.
const isTelling = ({ unknown }: GpuStats): boolean =>
  unknown['processes'] !== 'not_supported' && unknown['processes'] !== 'not_permitted'

/**
 * What the processes of a row use together; who is not named uses nothing.
 * @param unknown of the row: who may look behind its descriptors may also read its disk traffic
 */
export function gpuUseOf(
  { byPid, isPartial }: GpuUses,
  pids: readonly number[],
  unknown: Readonly<Record<string, string>>,
): GpuUse {
  let sum: GpuUse | null = null
  for (const pid of pids) {
    const use = byPid.get(pid)
    if (use !== undefined) sum = sum === null ? use : plus(sum, use)
  }
  if (sum !== null) return sum
  const isHidden = isPartial && unknown['read_bytes_per_second'] === 'not_permitted'
  return isHidden ? UNKNOWN_USE : IDLE
}

export function gpuUses(all: readonly GpuStats[]): GpuUses {
  const gpus = graphicsCards(all)
  const byPid = new Map<number, GpuUse>()
  for (const { processes } of gpus) {
    for (const { pid, usage_percent: percent, memory_bytes: memory } of processes) {
      const before = byPid.get(pid)
      const use = { percent, memory }
      byPid.set(pid, before === undefined ? use : plus(before, use))
    }
  }
  return { byPid, isPartial: gpus.some((gpu) => gpu.processes_hidden) }
}

const plus = (a: GpuUse, b: GpuUse): GpuUse => ({
  percent: add(a.percent, b.percent),
  memory: add(a.memory, b.memory),
})

const add = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : a + b
