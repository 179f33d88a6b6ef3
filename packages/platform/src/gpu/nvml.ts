import type { MachineCapability } from '../machine-info.ts'
import type { Clock } from '../options.ts'
import type { GpuSample, GpuSource } from './gpu.ts'
import { cString } from './nvml-bytes.ts'
import { GpuLostError, NvmlCard, NvmlGoneError, type NvmlVersions } from './nvml-device.ts'
import { NVML, type NvmlCall, type NvmlDevice, type NvmlLibrary } from './nvml-library.ts'

const FIRST_RETRY_MS = 2000
const LONGEST_RETRY_MS = 60_000
const LOOK_FOR_CARDS_EVERY_MS = 10_000
const MOST_CARDS = 64

const SENTENCES: Record<number, string> = {
  [NVML.driverNotLoaded]: 'The NVIDIA driver is installed but not loaded.',
  [NVML.versionMismatch]:
    'The NVIDIA driver was updated while the old one still runs. Restart the computer.',
  [NVML.noPermission]: 'This service may not use the NVIDIA driver.',
}
/** With nothing to do for so long, a card that may sleep is left alone: asking it keeps it awake. */
const IDLE_FOR_MS = 30_000
/** Long enough to fall asleep; a driver takes some seconds. */
const LEFT_ALONE_MS = 20_000
const ASLEEP = 'The card sleeps, as nothing uses it; reading it would wake it.'
const LEFT_ALONE = 'The card has nothing to do and is left alone for a while, so that it may sleep.'
const LOST = 'The driver lost the card; it is looked for again.'

interface HeldCard {
  card: NvmlCard
  isLost: boolean
}

export interface NvmlWorld {
  /** Throws where there is no library. */
  load: () => NvmlLibrary
  clock: Clock
  /** Changes when a card comes or goes; null where this cannot be told without the library. */
  present?: () => Promise<string | null>
  /** Whether the cards sleep, or may. None: there are no such cards, or the kernel does not tell. */
  sleep?: () => Promise<CardSleep>
}

/** `may`: each is allowed to fall asleep by itself (`power/control` is `auto`), as those of laptops are. */
export type CardSleep = 'asleep' | 'may' | 'awake'

/**
 * NVIDIA cards through the library of their driver. After a card is lost, or comes, or when the driver refuses, the
 * library is shut down and started again; after a failure each time after twice the wait, up to a minute. A lost card
 * is shown as such meanwhile, and the others go on. Where cards may sleep, they are let to: the library is shut down
 * while they do, since a laptop that never lets its card sleep has half the time on its battery.
 */
export class NvmlSource implements GpuSource {
  readonly #world: NvmlWorld
  #nvml: NvmlLibrary | null = null
  #cards: HeldCard[] | null = null
  #versions: NvmlVersions = { driver: null, nvml: null, cuda: null }
  #problem: string | null = null
  #retryAtMs = 0
  #waitMs = FIRST_RETRY_MS
  #present: string | null = null
  #lookAtMs = 0
  #closed = false
  #busyAtMs = 0
  /** What is shown while the library is shut down to let the cards sleep. */
  #resting: GpuSample[] = []

  constructor(world: NvmlWorld) {
    this.#world = world
  }

  async read(): Promise<GpuSample[]> {
    const sleep = (await this.#world.sleep?.()) ?? 'awake'
    if (sleep === 'asleep') return this.#rest(ASLEEP)
    if (this.#cards !== null) await this.#restartIfDue()
    if (this.#cards === null && !(await this.#start())) return this.#resting
    const samples: GpuSample[] = []
    for (const held of this.#cards ?? []) {
      try {
        samples.push(await this.#readCard(held))
      } catch (error) {
        if (!(error instanceof NvmlGoneError)) throw error
        await this.#fail(sentenceOf(error.code))
        return []
      }
    }
    // Only what was read without a loss ends the growing of the wait.
    if (this.#cards?.every(({ isLost }) => !isLost) === true) this.#waitMs = FIRST_RETRY_MS
    if (sleep !== 'may' || samples.some(isBusy)) this.#busyAtMs = this.#now()
    if (this.#now() - this.#busyAtMs >= IDLE_FOR_MS) {
      await this.#rest(LEFT_ALONE)
      this.#retryAtMs = this.#now() + LEFT_ALONE_MS
    }
    return samples
  }

  /** Lets the cards be. */
  async #rest(problem: string): Promise<GpuSample[]> {
    if (this.#cards !== null) {
      this.#resting = this.#cards.map(({ card }) =>
        card.silent(this.#versions, problem, 'not_reported'),
      )
      this.#cards = null
      await this.#nvml?.call('shutdown')
    }
    this.#retryAtMs = 0 // when it is awake, somebody woke it
    this.#problem = problem
    for (const card of this.#resting) card.problem = problem
    return this.#resting
  }

  async #readCard(held: HeldCard): Promise<GpuSample> {
    if (held.isLost) return held.card.silent(this.#versions, LOST, 'gone')
    try {
      return await held.card.read(this.#now(), this.#versions)
    } catch (error) {
      if (!(error instanceof GpuLostError)) throw error
      held.isLost = true
      this.#problem = LOST
      this.#waitForRetry()
      return held.card.silent(this.#versions, LOST, 'gone')
    }
  }

  /** A lost card, or another number of them: only a new start of the library sees what is there now. */
  async #restartIfDue() {
    const now = this.#now()
    let isDue = this.#cards?.some(({ isLost }) => isLost) === true && now >= this.#retryAtMs
    if (now >= this.#lookAtMs) {
      this.#lookAtMs = now + LOOK_FOR_CARDS_EVERY_MS
      const present = await this.#whatIsPresent()
      if (present !== this.#present) isDue = true
      this.#present = present
    }
    if (!isDue) return
    this.#cards = null
    this.#retryAtMs = 0
    await this.#nvml?.call('shutdown')
  }

  async #whatIsPresent(): Promise<string | null> {
    return (await this.#world.present?.()) ?? null
  }

  async #start(): Promise<boolean> {
    if (this.#closed || this.#now() < this.#retryAtMs) return false
    const nvml = (this.#nvml ??= this.#tryLoad())
    if (nvml === null) return false
    const code = await (nvml.call('init') ?? NVML.notSupported)
    if (code !== NVML.success) {
      await this.#fail(sentenceOf(code))
      return false
    }
    this.#versions = {
      driver: await text(nvml, 'driverVersion', (version) => `NVIDIA ${version}`),
      nvml: await text(nvml, 'nvmlVersion', (version) => `NVML ${version}`),
      cuda: await cudaVersion(nvml),
    }
    this.#present = await this.#whatIsPresent()
    this.#lookAtMs = this.#now() + LOOK_FOR_CARDS_EVERY_MS
    const cards = await findCards(nvml)
    if (cards.length === 0) {
      await this.#fail('The NVIDIA driver has no card.')
      return false
    }
    this.#cards = cards.map((card) => ({ card, isLost: false }))
    this.#resting = []
    this.#busyAtMs = this.#now()
    this.#problem = null
    return true
  }

  #tryLoad(): NvmlLibrary | null {
    try {
      return this.#world.load()
    } catch {
      this.#problem = 'The library of the NVIDIA driver (libnvidia-ml) cannot be loaded.'
      this.#retryAtMs = this.#now() + LONGEST_RETRY_MS // it may be installed while we run
      return null
    }
  }

  async #fail(problem: string): Promise<void> {
    this.#problem = problem
    this.#waitForRetry()
    this.#cards = null
    this.#resting = []
    await this.#nvml?.call('shutdown')
  }

  #waitForRetry() {
    this.#retryAtMs = this.#now() + this.#waitMs
    this.#waitMs = Math.min(LONGEST_RETRY_MS, this.#waitMs * 2)
  }

  #now(): number {
    return this.#world.clock.monotonicMs()
  }

  capability(): MachineCapability {
    const isAvailable =
      this.#problem === null ||
      this.#resting.length > 0 ||
      this.#cards?.some(({ isLost }) => !isLost) === true
    return { available: isAvailable, reason: isAvailable ? null : this.#problem }
  }

  close(): void {
    if (this.#cards !== null) void this.#nvml?.call('shutdown')
    this.#cards = null
    this.#closed = true
  }
}

async function findCards(nvml: NvmlLibrary): Promise<NvmlCard[]> {
  const count = Buffer.alloc(4)
  if ((await (nvml.call('count', count) ?? NVML.notSupported)) !== NVML.success) return []
  const cards: NvmlCard[] = []
  for (let index = 0; index < Math.min(MOST_CARDS, count.readUInt32LE(0)); index++) {
    const out: [NvmlDevice] = [null]
    const code = await (nvml.call('handle', index, out) ?? NVML.notSupported)
    if (code === NVML.success) cards.push(new NvmlCard(nvml, out[0]))
  }
  return cards
}

async function text(
  nvml: NvmlLibrary,
  call: NvmlCall,
  say: (version: string) => string,
): Promise<string | null> {
  const bytes = Buffer.alloc(96)
  const code = await (nvml.call(call, bytes, bytes.length) ?? NVML.notSupported)
  const version = code === NVML.success ? cString(bytes) : null
  return version === null ? null : say(version)
}

/** 12040 is 12.4. */
async function cudaVersion(nvml: NvmlLibrary): Promise<string | null> {
  const bytes = Buffer.alloc(4)
  const code = await (nvml.call('cudaVersion', bytes) ?? NVML.notSupported)
  const version = bytes.readInt32LE(0)
  if (code !== NVML.success || version <= 0) return null
  return `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`
}

/** It does something, or does not tell whether. */
const isBusy = ({ usagePercent, encoderPercent, decoderPercent }: GpuSample): boolean =>
  usagePercent === null || usagePercent + (encoderPercent ?? 0) + (decoderPercent ?? 0) > 0

const sentenceOf = (code: number): string =>
  SENTENCES[code] ?? `The NVIDIA driver refused to start (code ${code}).`
