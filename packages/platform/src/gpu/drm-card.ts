import path from 'node:path'
import type { UnknownReason } from '@taskmanager/contracts'
import { list, readNumber, readText } from '../linux/sysfs.ts'
import { readAmd, readAmdSlowly } from './drm-amd.ts'
import type { DrmClients, DrmUse } from './drm-clients.ts'
import {
  type CardReading,
  celsius,
  type DrmPlace,
  type Figures,
  readPcie,
  scaled,
} from './drm-files.ts'
import { IntelCard } from './drm-intel.ts'
import { IntelNpu } from './drm-npu.ts'
import { type GpuFigures, type GpuSample, noFigures, PROCESSES, reasonsFor } from './gpu.ts'

const SLOW_EVERY_MS = 5000

/** What does not change about a card. */
export type Identity = Pick<GpuSample, 'kind' | 'vendor' | 'driver' | 'busId' | 'name' | 'uuid'>

/** One device of the DRM or the accel class, by the files of its driver. */
export class DrmCard {
  readonly #place: DrmPlace
  readonly #identity: Identity
  readonly #intel: IntelCard | null
  readonly #intelNpu: IntelNpu | null
  #slow: Figures = {}
  #slowAtMs = Number.NEGATIVE_INFINITY

  constructor(place: DrmPlace, identity: Identity) {
    this.#place = place
    this.#identity = identity
    const { kind, vendor, driver } = identity
    this.#intel = kind === 'gpu' && vendor === 'intel' ? new IntelCard(place, driver) : null
    this.#intelNpu = driver === 'intel_vpu' ? new IntelNpu(place.device) : null
  }

  get kind(): GpuSample['kind'] {
    return this.#identity.kind
  }
  get busId(): string | null {
    return this.#identity.busId
  }
  get path(): string {
    return this.#place.card
  }

  /**
   * Reading a suspended card would wake it, for nothing but to say that it sleeps. What is read of a neural processor
   * its driver counts itself, which wakes nothing.
   */
  async isAsleep(): Promise<boolean> {
    if (this.kind === 'npu') return false
    return (await readText(path.join(this.#place.device, 'power/runtime_status'))) === 'suspended'
  }

  async read(nowMs: number, clients: DrmClients, isAsleep: boolean): Promise<GpuSample> {
    const use = clients.useOf(this.#identity)
    const users = { use, clients }
    if (isAsleep) {
      const figures = noFigures()
      const problem = 'The card sleeps, as nothing uses it; reading it would wake it.'
      const reasons = reasonsFor(figures, 'not_reported')
      return this.#sample({ ...users, figures, reasons, problem })
    }
    if (nowMs - this.#slowAtMs >= SLOW_EVERY_MS) {
      this.#slowAtMs = nowMs
      this.#slow = await this.#readSlowly()
    }
    const { figures: now, unknown } = await this.#readNow(nowMs)
    const figures = { ...noFigures(), ...this.#slow, ...now }
    const isOwnLoad = figures.usagePercent === null && unknown['usage_percent'] === undefined
    const isUntold = clients.isUntold(this.kind)
    const known = isOwnLoad ? addUse(figures, use, { hasHidden: clients.hasHidden, isUntold }) : {}
    const sample = this.#sample({
      ...users,
      figures,
      reasons: reasonsFor(figures, 'not_supported', { ...unknown, ...known }),
      problem: null,
    })
    sample.usageIsAtLeast = isOwnLoad && figures.usagePercent !== null && clients.hasHidden
    return sample
  }

  async #readNow(nowMs: number): Promise<CardReading> {
    if (this.#intelNpu !== null) return await this.#intelNpu.read(nowMs)
    if (this.kind === 'npu') return { figures: {}, unknown: {} }
    if (this.#intel !== null) return told(await this.#intel.read(nowMs))
    return told(await (this.#identity.vendor === 'amd' ? readAmd : readOther)(this.#place))
  }

  async #readSlowly(): Promise<Figures> {
    if (this.kind === 'npu') return {} // it is part of the processor: its link says nothing, and asking may wake it
    if (this.#intel !== null) return await this.#intel.readSlowly()
    return await (this.#identity.vendor === 'amd' ? readAmdSlowly : readPcie)(this.#place)
  }

  #sample(now: {
    figures: GpuFigures
    use: DrmUse
    clients: DrmClients
    reasons: Record<string, UnknownReason>
    problem: string | null
  }): GpuSample {
    const { figures, use, clients, reasons, problem } = now
    // A graphics card without engines tells nothing of its programs that is worth a column; an NPU tells at least which.
    const isNameless = this.kind === 'gpu' && use.processes.length > 0 && !use.isCounted
    const isUntold = clients.isUntold(this.kind) || isNameless
    return {
      id: '',
      ...this.#identity,
      source: 'sysfs',
      libraryVersion: null,
      cudaVersion: null,
      problem,
      usageIsAtLeast: false,
      engines: use.engines,
      processes: use.processes,
      hasHiddenUsers: clients.hasHidden,
      ...figures,
      encoderPercent: figures.encoderPercent ?? engineOf(use, 'encode'),
      decoderPercent: figures.decoderPercent ?? engineOf(use, 'decode'),
      unknown: isUntold ? { ...reasons, [PROCESSES]: 'not_supported' } : reasons,
    }
  }
}

const told = (figures: Figures): CardReading => ({ figures, unknown: {} })

const engineOf = ({ engines }: DrmUse, word: string): number | null =>
  engines.find(({ name }) => name === word)?.usagePercent ?? null

/** What the driver does not tell of the card is at least what its programs do. Answers why the load is not known. */
function addUse(
  figures: GpuFigures,
  use: DrmUse,
  { hasHidden, isUntold }: { hasHidden: boolean; isUntold: boolean },
): Record<string, UnknownReason> {
  figures.usagePercent = use.usagePercent
  figures.memoryUsedBytes ??= figures.memoryTotalBytes === null ? null : use.cardBytes
  figures.sharedMemoryUsedBytes ??= use.sharedBytes
  if (figures.usagePercent !== null) return {}
  if (use.isCounted) return { usage_percent: 'first_sample' }
  if (use.processes.length > 0 || isUntold) return { usage_percent: 'not_supported' }
  if (hasHidden) return { usage_percent: 'not_permitted' }
  figures.usagePercent = 0 // every process was looked at, and none has it open
  if (figures.memoryTotalBytes === null) figures.sharedMemoryUsedBytes ??= 0
  return {}
}

/** Sensors and clock where the driver has them in the common places. Source: hwmon and devfreq of the kernel. */
async function readOther(place: DrmPlace): Promise<Figures> {
  const sensor = (name: string) => readNumber(path.join(place.hwmon, name))
  const folder = path.join(place.device, 'devfreq')
  const devfreq = path.join(folder, (await list(folder))[0] ?? 'none')
  const pwm = await sensor('pwm1')
  return {
    temperatureCelsius: await celsius(place, 'temp1_input'),
    slowdownCelsius: await celsius(place, 'temp1_crit'),
    powerWatts: scaled((await sensor('power1_average')) ?? (await sensor('power1_input')), 1e6),
    fanRpm: await sensor('fan1_input'),
    fanPercent: pwm === null ? null : (pwm / 255) * 100,
    clockMhz: scaled(await readNumber(path.join(devfreq, 'cur_freq')), 1e6),
    clockMaxMhz: scaled(await readNumber(path.join(devfreq, 'max_freq')), 1e6),
  }
}
