import type { MachineSample } from '@taskmanager/platform'

/** A counter by its place: `disks.sda.readBytes`. */
export type CounterValues = ReadonlyMap<string, number>

const DISK = [
  'readBytes',
  'writeBytes',
  'reads',
  'writes',
  'readMs',
  'writeMs',
  'busyMs',
  'queueMs',
] as const
const NETWORK = ['recvBytes', 'sentBytes', 'recvPackets', 'sentPackets'] as const
const CPU = ['contextSwitches', 'interrupts', 'forks'] as const
const MEMORY = ['swapInBytes', 'swapOutBytes'] as const

/**
 * Values that counters had before they fell back, of those that have not been so high again. A counter that restarts
 * (a device comes anew) grows from there. One that was wrong for a single sample jumps back to where it was, and that
 * jump is no growth: a terabyte in a second.
 */
export function peaksAfter(
  peaks: CounterValues,
  before: MachineSample | undefined,
  next: MachineSample,
): CounterValues {
  const after = new Map<string, number>()
  if (before === undefined) return after
  const values = countersOf(next)
  for (const [key, value] of countersOf(before)) {
    const now = values.get(key)
    const peak = Math.max(peaks.get(key) ?? 0, now !== undefined && now < value ? value : 0)
    if (peak > 0 && (now === undefined || now < peak)) after.set(key, peak)
  }
  return after
}

/** The sample to compare with: counters that jump back to their peak in `next` are put above any value. */
export function comparable(
  peaks: CounterValues,
  before: MachineSample | undefined,
  next: MachineSample,
): MachineSample | undefined {
  if (before === undefined || peaks.size === 0) return before
  const values = countersOf(next)
  const jumped = new Set(
    Array.from(peaks).flatMap(([key, peak]) => ((values.get(key) ?? 0) >= peak ? [key] : [])),
  )
  if (jumped.size === 0) return before
  const masked = <T extends object>(place: string, part: T, keys: readonly string[]): T => ({
    ...part,
    ...Object.fromEntries(
      keys.filter((key) => jumped.has(`${place}.${key}`)).map((key) => [key, Infinity]),
    ),
  })
  return {
    ...before,
    cpu: masked('cpu', before.cpu, CPU),
    memory: masked('memory', before.memory, MEMORY),
    disks: before.disks.map((disk) => masked(`disks.${disk.id}`, disk, DISK)),
    networks: before.networks.map((network) => masked(`networks.${network.id}`, network, NETWORK)),
  }
}

function countersOf({ cpu, memory, disks, networks }: MachineSample): Map<string, number> {
  const values = new Map<string, number>()
  const take = <K extends string>(
    place: string,
    part: Record<K, number | null>,
    keys: readonly K[],
  ) => {
    for (const key of keys) if (part[key] !== null) values.set(`${place}.${key}`, part[key])
  }
  take('cpu', cpu, CPU)
  take('memory', memory, MEMORY)
  for (const disk of disks) take(`disks.${disk.id}`, disk, DISK)
  for (const network of networks) take(`networks.${network.id}`, network, NETWORK)
  return values
}
