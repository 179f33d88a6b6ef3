import type { MachineCapability } from '../machine-info.ts'
import type { Clock } from '../options.ts'
import type { GpuSample, GpuSource } from './gpu.ts'
import { cString } from './nvml-bytes.ts'
import { GpuLostError, NvmlCard } from './nvml-device.ts'
import { NVML, type NvmlDevice, type NvmlLibrary } from './nvml-library.ts'

const FIRST_RETRY_MS = 2000
const LONGEST_RETRY_MS = 60_000

const SENTENCES: Record<number, string> = {
  [NVML.driverNotLoaded]: 'The NVIDIA driver is installed but not loaded.',
  [NVML.versionMismatch]:
    'The NVIDIA driver was updated while the old one still runs. Restart the computer.',
  [NVML.noPermission]: 'This service may not use the NVIDIA driver.',
}

/**
 * NVIDIA cards through the library of their driver. After a card is lost, or when the driver refuses, the library is
 * shut down and started again, each time after twice the wait, up to a minute.
 */
export class NvmlSource implements GpuSource {
  readonly #load: () => NvmlLibrary
  readonly #clock: Clock
  #nvml: NvmlLibrary | null = null
  #cards: NvmlCard[] | null = null
  #driver: string | null = null
  #problem: string | null = null
  #retryAtMs = 0
  #waitMs = FIRST_RETRY_MS

  /** `load` throws where there is no library. */
  constructor(load: () => NvmlLibrary, clock: Clock) {
    this.#load = load
    this.#clock = clock
  }

  async read(): Promise<GpuSample[]> {
    if (this.#cards === null && !(await this.#start())) return []
    const samples: GpuSample[] = []
    try {
      for (const [at, card] of (this.#cards ?? []).entries()) {
        samples.push(await card.read(`gpu-${at}`, this.#driver))
      }
      return samples
    } catch (error) {
      if (!(error instanceof GpuLostError)) throw error
      await this.#fail('The driver lost the card; it is looked for again.')
      return []
    }
  }

  async #start(): Promise<boolean> {
    if (this.#clock.monotonicMs() < this.#retryAtMs) return false
    const nvml = (this.#nvml ??= this.#tryLoad())
    if (nvml === null) return false
    const code = await (nvml.call('init') ?? NVML.notSupported)
    if (code !== NVML.success) {
      await this.#fail(SENTENCES[code] ?? `The NVIDIA driver refused to start (code ${code}).`)
      return false
    }
    this.#driver = await this.#driverVersion(nvml)
    this.#cards = await this.#findCards(nvml)
    if (this.#cards.length === 0) {
      await this.#fail('The NVIDIA driver has no card.')
      return false
    }
    this.#problem = null
    this.#waitMs = FIRST_RETRY_MS
    return true
  }

  #tryLoad(): NvmlLibrary | null {
    try {
      return this.#load()
    } catch {
      this.#problem = 'The library of the NVIDIA driver (libnvidia-ml) cannot be loaded.'
      this.#retryAtMs = Number.POSITIVE_INFINITY // it does not come while we run
      return null
    }
  }

  async #driverVersion(nvml: NvmlLibrary): Promise<string | null> {
    const text = Buffer.alloc(96)
    const code = await (nvml.call('driverVersion', text, text.length) ?? NVML.notSupported)
    return code === NVML.success ? `NVIDIA ${cString(text) ?? ''}`.trim() : null
  }

  async #findCards(nvml: NvmlLibrary): Promise<NvmlCard[]> {
    const count = Buffer.alloc(4)
    if ((await (nvml.call('count', count) ?? NVML.notSupported)) !== NVML.success) return []
    const cards: NvmlCard[] = []
    for (let index = 0; index < Math.min(64, count.readUInt32LE(0)); index++) {
      const out: [NvmlDevice] = [null]
      const code = await (nvml.call('handle', index, out) ?? NVML.notSupported)
      if (code === NVML.success) cards.push(new NvmlCard(nvml, out[0]))
    }
    return cards
  }

  async #fail(problem: string): Promise<void> {
    this.#problem = problem
    this.#retryAtMs = this.#clock.monotonicMs() + this.#waitMs
    this.#waitMs = Math.min(LONGEST_RETRY_MS, this.#waitMs * 2)
    this.#cards = null
    await this.#nvml?.call('shutdown')
  }

  capability(): MachineCapability {
    return this.#problem === null
      ? { available: true, reason: null }
      : { available: false, reason: this.#problem }
  }

  close(): void {
    if (this.#cards !== null) void this.#nvml?.call('shutdown')
    this.#cards = null
    this.#retryAtMs = Number.POSITIVE_INFINITY
  }
}
