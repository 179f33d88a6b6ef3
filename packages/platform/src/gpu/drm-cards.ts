import path from 'node:path'
import type { UnknownReason } from '@taskmanager/contracts'
import { list, readLines, readNumber, readText } from '../linux/sysfs.ts'
import type { MachineCapability } from '../machine-info.ts'
import type { PlatformOptions } from '../options.ts'
import { readAmd, readAmdSlowly } from './drm-amd.ts'
import { DrmClients, type DrmUse } from './drm-clients.ts'
import { celsius, type DrmPlace, type Figures, placeOf, readPcie, scaled } from './drm-files.ts'
import { IntelCard } from './drm-intel.ts'
import {
  type GpuFigures,
  type GpuSample,
  type GpuSource,
  noFigures,
  PROCESSES,
  reasonsFor,
} from './gpu.ts'
import { readPciName } from './pci-names.ts'

const VENDORS: Readonly<Record<string, GpuSample['vendor']>> = {
  '0x1002': 'amd',
  '0x8086': 'intel',
  '0x10de': 'nvidia',
}
/** Other drivers that tell of their clients or their sensors. What only draws a screen is no graphics card here. */
const OTHER_DRIVERS = new Set([
  'nouveau',
  'msm',
  'msm_dpu',
  'panfrost',
  'panthor',
  'v3d',
  'etnaviv',
  'lima',
  'asahi',
])
const SLOW_EVERY_MS = 5000

/** AMD, Intel and other cards by the files of their kernel drivers, and by those of the programs that use them. */
export class DrmSource implements GpuSource {
  readonly #options: PlatformOptions
  readonly #clients: DrmClients
  #cards = new Map<string, DrmCard>()

  constructor(options: PlatformOptions) {
    this.#options = options
    this.#clients = new DrmClients(options.procRoot, () => options.clock.monotonicMs())
  }

  async read(): Promise<GpuSample[]> {
    const cards = await this.#findCards()
    if (cards.length === 0) return []
    const asleep = new Set<string>()
    for (const card of cards) if (await card.isAsleep()) asleep.add(card.busId ?? card.path)
    await this.#clients.read(asleep)
    const samples: GpuSample[] = []
    for (const card of cards) {
      const isAsleep = asleep.has(card.busId ?? card.path)
      samples.push(await card.read(this.#options.clock.monotonicMs(), this.#clients, isAsleep))
    }
    return samples
  }

  /** Cards come and go: those that are there now, the known ones with what is known of them. */
  async #findCards(): Promise<DrmCard[]> {
    const folder = path.join(this.#options.sysRoot, 'class/drm')
    const found = new Map<string, DrmCard>()
    for (const name of (await list(folder)).filter((entry) => /^card\d+$/.test(entry))) {
      const card = path.join(folder, name)
      const uevent = await readLines(path.join(card, 'device/uevent'))
      const key = `${name} ${uevent}`
      const known = this.#cards.get(key) ?? (await this.#newCard(card, uevent))
      if (known !== null) found.set(key, known)
    }
    this.#cards = found
    return [...found.values()]
  }

  async #newCard(card: string, uevent: string): Promise<DrmCard | null> {
    const vendorId = (await readText(path.join(card, 'device/vendor'))) ?? ''
    const driver = ueventOf(uevent, 'DRIVER')
    const isOther = driver !== null && OTHER_DRIVERS.has(driver)
    const vendor = VENDORS[vendorId] ?? 'other'
    if (vendor !== 'amd' && vendor !== 'intel' && !isOther) return null
    const place = await placeOf(card)
    return new DrmCard(place, {
      vendor,
      driver,
      busId: ueventOf(uevent, 'PCI_SLOT_NAME'),
      name: await this.#nameOf(place, vendorId, vendor, driver),
      uuid: await readText(path.join(place.device, 'unique_id')),
    })
  }

  /** The driver has no name for most cards; the number still tells two of them apart. */
  async #nameOf(
    { device }: DrmPlace,
    vendorId: string,
    vendor: GpuSample['vendor'],
    driver: string | null,
  ): Promise<string | null> {
    const told = await readText(path.join(device, 'product_name'))
    if (told !== null) return told
    const id = (await readText(path.join(device, 'device')))?.replace(/^0x/, '')
    if (id === undefined) return driver
    // A recorded machine has no list of names: it would be this one's.
    const isReal = this.#options.procRoot === '/proc'
    const known = isReal ? await readPciName(vendorId.replace(/^0x/, ''), id) : null
    const maker = { amd: 'AMD', intel: 'Intel', nvidia: 'NVIDIA', apple: 'Apple', other: '' }[
      vendor
    ]
    return `${maker} ${known ?? `graphics [${id}]`}`.trim()
  }

  capability(): MachineCapability {
    return this.#cards.size > 0
      ? { available: true, reason: null }
      : { available: false, reason: 'No AMD or Intel graphics card was found.' }
  }

  close(): void {
    this.#cards.clear()
    this.#clients.close()
  }
}

const ueventOf = (uevent: string, key: string): string | null =>
  new RegExp(`^${key}=(.+)$`, 'm').exec(uevent)?.[1] ?? null

type Identity = Pick<GpuSample, 'vendor' | 'driver' | 'busId' | 'name' | 'uuid'>

class DrmCard {
  readonly #place: DrmPlace
  readonly #identity: Identity
  readonly #intel: IntelCard | null
  #slow: Figures = {}
  #slowAtMs = Number.NEGATIVE_INFINITY

  constructor(place: DrmPlace, identity: Identity) {
    this.#place = place
    this.#identity = identity
    this.#intel = identity.vendor === 'intel' ? new IntelCard(place, identity.driver) : null
  }

  get busId(): string | null {
    return this.#identity.busId
  }
  get path(): string {
    return this.#place.card
  }

  /** Reading a suspended card would wake it, for nothing but to say that it sleeps. */
  async isAsleep(): Promise<boolean> {
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
    const figures = { ...noFigures(), ...this.#slow, ...(await this.#readNow(nowMs)) }
    const isOwnLoad = figures.usagePercent === null
    const known = isOwnLoad ? addUse(figures, use, clients) : {}
    const sample = this.#sample({
      ...users,
      figures,
      reasons: reasonsFor(figures, 'not_supported', known),
      problem: null,
    })
    sample.usageIsAtLeast = isOwnLoad && figures.usagePercent !== null && clients.hasHidden
    return sample
  }

  #readNow(nowMs: number): Promise<Figures> {
    if (this.#intel !== null) return this.#intel.read(nowMs)
    return this.#identity.vendor === 'amd' ? readAmd(this.#place) : readOther(this.#place)
  }

  #readSlowly(): Promise<Figures> {
    if (this.#intel !== null) return this.#intel.readSlowly()
    return this.#identity.vendor === 'amd' ? readAmdSlowly(this.#place) : readPcie(this.#place)
  }

  #sample(now: {
    figures: GpuFigures
    use: DrmUse
    clients: DrmClients
    reasons: Record<string, UnknownReason>
    problem: string | null
  }): GpuSample {
    const { figures, use, clients, reasons, problem } = now
    const isUntold = clients.isUntold || (use.processes.length > 0 && !use.isCounted)
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

const engineOf = ({ engines }: DrmUse, word: string): number | null =>
  engines.find(({ name }) => name === word)?.usagePercent ?? null

/** What the driver does not tell of the card is at least what its programs do. Answers why the load is not known. */
function addUse(
  figures: GpuFigures,
  use: DrmUse,
  { hasHidden, isUntold }: DrmClients,
): Record<string, UnknownReason> {
  figures.usagePercent = use.usagePercent
  figures.memoryUsedBytes ??= figures.memoryTotalBytes === null ? null : use.cardBytes
  figures.sharedMemoryUsedBytes ??= use.sharedBytes
  if (figures.usagePercent !== null) return {}
  if (use.isCounted) return { usage_percent: 'first_sample' }
  if (use.processes.length > 0 || isUntold) return { usage_percent: 'not_supported' }
  if (hasHidden) return { usage_percent: 'not_permitted' }
  figures.usagePercent = 0 // every process was looked at, and none has it open
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
