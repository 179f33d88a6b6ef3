import path from 'node:path'
import { list, readLines, readText } from '../linux/sysfs.ts'
import type { MachineCapability } from '../machine-info.ts'
import type { PlatformOptions } from '../options.ts'
import { DrmCard } from './drm-card.ts'
import { DrmClients } from './drm-clients.ts'
import { type DrmPlace, placeOf } from './drm-files.ts'
import { NPU_DRIVERS } from './drm-npu.ts'
import type { GpuSample, GpuSource } from './gpu.ts'
import { readPciName } from './pci-names.ts'

const VENDORS: Readonly<Record<string, GpuSample['vendor']>> = {
  '0x1002': 'amd',
  '0x1022': 'amd',
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
/** Where the kernel lists the devices of each sort. */
const CLASSES = [
  { kind: 'gpu', folder: 'class/drm', device: /^card\d+$/ },
  { kind: 'npu', folder: 'class/accel', device: /^accel\d+$/ },
] as const

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
    const found = new Map<string, DrmCard>()
    for (const { kind, folder, device } of CLASSES) {
      const place = path.join(this.#options.sysRoot, folder)
      for (const name of (await list(place)).filter((entry) => device.test(entry))) {
        const card = path.join(place, name)
        const uevent = await readLines(path.join(card, 'device/uevent'))
        const key = `${name} ${uevent}`
        const known = this.#cards.get(key) ?? (await this.#newCard(kind, card, uevent))
        if (known !== null) found.set(key, known)
      }
    }
    this.#cards = found
    return [...found.values()]
  }

  async #newCard(kind: GpuSample['kind'], card: string, uevent: string): Promise<DrmCard | null> {
    const vendorId = (await readText(path.join(card, 'device/vendor'))) ?? ''
    const driver = ueventOf(uevent, 'DRIVER')
    const vendor = VENDORS[vendorId] ?? 'other'
    const isMakers = kind === 'gpu' && (vendor === 'amd' || vendor === 'intel')
    const drivers = kind === 'gpu' ? OTHER_DRIVERS : NPU_DRIVERS
    if (!isMakers && (driver === null || !drivers.has(driver))) return null
    const place = await placeOf(card)
    return new DrmCard(place, {
      kind,
      vendor,
      driver,
      busId: ueventOf(uevent, 'PCI_SLOT_NAME'),
      name: await this.#nameOf(place, vendorId, { kind, vendor, driver }),
      uuid: await readText(path.join(place.device, 'unique_id')),
    })
  }

  /** The driver has no name for most cards; the number still tells two of them apart. */
  async #nameOf(
    { device }: DrmPlace,
    vendorId: string,
    { kind, vendor, driver }: Pick<GpuSample, 'kind' | 'vendor' | 'driver'>,
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
    // amdxdna has its own word for the model in `vbnv`.
    const own = kind === 'npu' ? await readText(path.join(device, 'vbnv')) : null
    return `${maker} ${known ?? own ?? `${kind === 'npu' ? 'NPU' : 'graphics'} [${id}]`}`.trim()
  }

  capability(): MachineCapability {
    return [...this.#cards.values()].some(({ kind }) => kind === 'gpu')
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
