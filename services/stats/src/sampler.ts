import { readMachine, type MachineReading } from '@taskmanager/metrics'
import type { MachineProvider } from '@taskmanager/platform'

/** After the first sample, which has no interval, so that a client has figures within half a second. */
const SECOND_SAMPLE_AFTER_MS = 250

export interface Tick {
  seq: number
  reading: MachineReading
  /** Cost of the sample alone. */
  cpuMs: number
  wallMs: number
}

export interface MachineSamplerOptions {
  provider: MachineProvider
  /** Called after each sample; what it throws is told to `onError` as well. */
  onTick: (tick: Tick) => void
  /** A sample failed; the loop goes on. */
  onError: (error: unknown) => void
  intervalMs: number
}

/**
 * The one loop that reads the machine. It never overlaps with itself, and no request starts it: a request waits for a
 * tick at most before there has been one.
 */
export class MachineSampler {
  readonly #options: MachineSamplerOptions
  #intervalMs: number
  /** What was asked for when the sample under way was ordered: a wish that came later makes no gap. */
  #askedMs = SECOND_SAMPLE_AFTER_MS
  #previous: MachineReading | undefined
  #seq = 0
  #timer: NodeJS.Timeout | null = null
  #startedAtMs = 0
  #running: Promise<void> | null = null
  #stopped = true

  constructor(options: MachineSamplerOptions) {
    this.#options = options
    this.#intervalMs = options.intervalMs
  }

  start(): void {
    this.#stopped = false
    this.#run()
  }

  /** A faster viewer is served from now on, not after the slow interval has run out. */
  setInterval(intervalMs: number): void {
    this.#intervalMs = intervalMs
    if (this.#timer !== null && this.#seq >= 2)
      this.#schedule(intervalMs - sinceMs(this.#startedAtMs))
  }

  #run(): void {
    this.#timer = null
    if (this.#stopped || this.#running !== null) return
    this.#startedAtMs = performance.now()
    this.#running = this.#tick().finally(() => {
      this.#running = null
      if (this.#stopped) return
      this.#askedMs = this.#seq < 2 ? SECOND_SAMPLE_AFTER_MS : this.#intervalMs
      this.#schedule(this.#askedMs - sinceMs(this.#startedAtMs))
    })
  }

  #schedule(inMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#run(), Math.max(0, inMs))
  }

  async #tick(): Promise<void> {
    const askedMs = this.#askedMs
    const cpuBefore = process.cpuUsage()
    try {
      const sample = await this.#options.provider.sample()
      const reading = readMachine(sample, { askedMs, previous: this.#previous })
      const { user, system } = process.cpuUsage(cpuBefore)
      this.#previous = reading
      this.#seq += 1
      const wallMs = sinceMs(this.#startedAtMs)
      this.#options.onTick({ seq: this.#seq, reading, cpuMs: (user + system) / 1000, wallMs })
    } catch (error) {
      this.#options.onError(error)
    }
  }

  /** Ends the loop; resolves when no sample is under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    await this.#running
  }
}

const sinceMs = (startedAtMs: number) => performance.now() - startedAtMs
