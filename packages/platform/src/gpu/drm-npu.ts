import path from 'node:path'
import type { UnknownReason } from '@taskmanager/contracts'
import { numberOf, readText } from '../linux/sysfs.ts'
import { type CardReading, Growth } from './drm-files.ts'

/** Drivers of neural processors: the other devices of the accel class are not told apart from those by their class. */
export const NPU_DRIVERS: ReadonlySet<string> = new Set(['intel_vpu', 'amdxdna'])

/** Files of memory answer at once; a driver that holds one back shall not hold up the graphics cards. */
const LATE_MS = 250

/** What a file of the driver says, or why it says nothing. */
export type Told =
  | { readonly value: number; readonly reason: null }
  | { readonly value: null; readonly reason: UnknownReason }

/** Text of a file with one count; null: there is none, as in an older kernel. What is no count has failed. */
export function parseCount(text: string | null): Told {
  if (text === null) return { value: null, reason: 'not_supported' }
  const value = numberOf(text)
  return value === null || value < 0 ? { value: null, reason: 'failed' } : { value, reason: null }
}

const FAILED: CardReading = {
  figures: {},
  unknown: {
    usage_percent: 'failed',
    shared_memory_used_bytes: 'failed',
    clock_mhz: 'failed',
    clock_max_mhz: 'failed',
  },
}

/**
 * intel_vpu: `npu_busy_time_us` (Linux 6.10), `npu_memory_utilization` (bytes, 6.14), the clocks (6.16). Source:
 * drivers/accel/ivpu/ivpu_sysfs.c of the kernel. The driver counts them itself and wakes nothing for them, so they are
 * read while the NPU sleeps, too: it falls asleep between two jobs. Not to be read more often than about once a second.
 */
export class IntelNpu {
  readonly #device: string
  #busy = new Growth()
  #mostMhz: Told = { value: null, reason: 'not_supported' }
  #isHeld = false

  constructor(device: string) {
    this.#device = device
  }

  async read(nowMs: number): Promise<CardReading> {
    if (this.#isHeld) return FAILED
    this.#isHeld = true
    const free = () => {
      this.#isHeld = false
    }
    const reading = this.#readAll(nowMs)
    reading.then(free, free)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, LATE_MS, null)
    })
    const told = await Promise.race([reading, late])
    clearTimeout(timer)
    if (told !== null) return told
    // When it answers at last, its count is of another instant than it was asked at.
    this.#busy = new Growth()
    return FAILED
  }

  async #readAll(nowMs: number): Promise<CardReading> {
    const growth = this.#busy
    const busy = await this.#count('npu_busy_time_us')
    const perSecond = growth.perSecond(busy.value, nowMs)
    const memory = await this.#count('npu_memory_utilization')
    const clock = awake(await this.#count('npu_current_frequency_mhz'))
    if (this.#mostMhz.value === null)
      this.#mostMhz = awake(await this.#count('npu_max_frequency_mhz'))
    const unknown: CardReading['unknown'] = {}
    // Without its count, what its programs do is the next best: no reason yet.
    if (busy.reason === 'failed') unknown['usage_percent'] = 'failed'
    else if (busy.value !== null && perSecond === null) unknown['usage_percent'] = 'first_sample'
    if (memory.reason === 'failed') unknown['shared_memory_used_bytes'] = 'failed'
    if (clock.reason !== null) unknown['clock_mhz'] = clock.reason
    if (this.#mostMhz.reason !== null) unknown['clock_max_mhz'] = this.#mostMhz.reason
    return {
      figures: {
        usagePercent: perSecond === null ? null : Math.min(100, perSecond / 1e4),
        sharedMemoryUsedBytes: memory.value,
        clockMhz: clock.value,
        clockMaxMhz: this.#mostMhz.value,
      },
      unknown,
    }
  }

  async #count(name: string): Promise<Told> {
    return parseCount(await readText(path.join(this.#device, name)))
  }
}

/** The driver says 0 for a clock while the NPU sleeps. */
const awake = (told: Told): Told =>
  told.value === 0 ? { value: null, reason: 'not_reported' } : told
