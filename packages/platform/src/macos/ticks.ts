import type { MacLibrary } from './lib-system.ts'
import { systemNumber } from './system-values.ts'

/** Ticks a second on Apple silicon; Intel has nanoseconds. */
const TICKS_PER_SECOND = { arm64: 24_000_000, x64: 1_000_000_000 }

/**
 * Nanoseconds of a tick of CPU time. Not by mach_timebase_info: under Rosetta it answers for Intel while the counters
 * are those of Apple silicon.
 */
export function nsPerTick(library: MacLibrary): number {
  const told = systemNumber(library, 'hw.tbfrequency') ?? 0
  const usual = process.arch === 'x64' ? TICKS_PER_SECOND.x64 : TICKS_PER_SECOND.arm64
  return 1e9 / (told > 0 ? told : usual)
}
