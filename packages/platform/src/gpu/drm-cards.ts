import path from 'node:path'
import type { UnknownReason } from '@taskmanager/contracts'
import { list, readLines, readNumber, readText } from '../linux/sysfs.ts'
import type { MachineCapability } from '../machine-info.ts'
import type { GpuSample, GpuSource } from './gpu.ts'

const AMD = '0x1002'
const INTEL = '0x8086'

/** AMD and Intel cards by the files of their kernel drivers. Source: gpu/amdgpu/thermal.rst, sysfs-driver-intel-i915-hwmon. */
export class DrmSource implements GpuSource {
  readonly #sysRoot: string
  #found = false

  constructor(sysRoot: string) {
    this.#sysRoot = sysRoot
  }

  async read(): Promise<GpuSample[]> {
    const folder = path.join(this.#sysRoot, 'class/drm')
    const cards: GpuSample[] = []
    for (const card of (await list(folder)).filter((name) => /^card\d+$/.test(name))) {
      const device = path.join(folder, card, 'device')
      const vendor = await readText(path.join(device, 'vendor'))
      if (vendor !== AMD && vendor !== INTEL) continue
      cards.push(await readCard(path.join(folder, card), device, vendor, cards.length))
    }
    this.#found = cards.length > 0
    return cards
  }

  capability(): MachineCapability {
    return this.#found
      ? { available: true, reason: null }
      : { available: false, reason: 'No AMD or Intel graphics card was found.' }
  }

  close(): void {
    this.#found = false
  }
}

async function readCard(
  card: string,
  device: string,
  vendor: string,
  at: number,
): Promise<GpuSample> {
  // Reading a suspended card would wake it, for nothing but to say that it sleeps.
  const asleep = (await readText(path.join(device, 'power/runtime_status'))) === 'suspended'
  const figures = asleep
    ? noFigures()
    : vendor === AMD
      ? await readAmd(device)
      : await readIntel(card, device)
  const driver = /^DRIVER=(.+)$/m.exec(await readLines(path.join(device, 'uevent')))?.[1] ?? null
  const name =
    (await readText(path.join(device, 'product_name'))) ?? (await pciName(device, vendor))
  const fields = {
    id: `gpu-${at}`,
    name,
    driver,
    uuid: await readText(path.join(device, 'unique_id')),
  }
  const reason: UnknownReason = asleep ? 'not_reported' : 'not_supported'
  const unknown = Object.fromEntries(
    Object.entries(WIRE_NAMES)
      .filter(([field]) => figures[field as keyof Figures] === null)
      .map(([, wire]) => [wire, reason]),
  )
  return { ...fields, vendor: vendor === AMD ? 'amd' : 'intel', ...figures, processes: [], unknown }
}

const WIRE_NAMES = {
  usagePercent: 'usage_percent',
  memoryUsedBytes: 'memory_used_bytes',
  memoryTotalBytes: 'memory_total_bytes',
  memoryControllerPercent: 'memory_controller_percent',
  temperatureCelsius: 'temperature_celsius',
  powerWatts: 'power_watts',
  powerLimitWatts: 'power_limit_watts',
  fanPercent: 'fan_percent',
  clockMhz: 'clock_mhz',
  memoryClockMhz: 'memory_clock_mhz',
  encoderPercent: 'encoder_percent',
  decoderPercent: 'decoder_percent',
  slowedBy: 'slowed_by',
} as const
type Figures = Pick<GpuSample, keyof typeof WIRE_NAMES>

const noFigures = (): Figures =>
  Object.fromEntries(Object.keys(WIRE_NAMES).map((field) => [field, null])) as Figures

/** The driver has no name for most cards; the number still tells two of them apart. */
async function pciName(device: string, vendor: string): Promise<string | null> {
  const id = (await readText(path.join(device, 'device')))?.replace(/^0x/, '')
  return id === undefined ? null : `${vendor === AMD ? 'AMD' : 'Intel'} graphics [${id}]`
}

async function hwmonOf(device: string): Promise<string> {
  const folder = path.join(device, 'hwmon')
  return path.join(folder, (await list(folder))[0] ?? 'none')
}

async function readAmd(device: string): Promise<Figures> {
  const hwmon = await hwmonOf(device)
  const own = (name: string) => readNumber(path.join(device, name))
  const sensor = (name: string) => readNumber(path.join(hwmon, name))
  const pwm = await sensor('pwm1')
  return {
    ...noFigures(),
    usagePercent: percent(await own('gpu_busy_percent')),
    memoryControllerPercent: percent(await own('mem_busy_percent')),
    memoryUsedBytes: await own('mem_info_vram_used'),
    memoryTotalBytes: await own('mem_info_vram_total'),
    temperatureCelsius: scaled(await sensor('temp1_input'), 1e3),
    powerWatts: scaled((await sensor('power1_average')) ?? (await sensor('power1_input')), 1e6),
    powerLimitWatts: scaled(await sensor('power1_cap'), 1e6),
    fanPercent: pwm === null ? null : (pwm / 255) * 100,
    clockMhz: scaled(await sensor('freq1_input'), 1e6),
    memoryClockMhz: scaled(await sensor('freq2_input'), 1e6),
  }
}

/** Intel tells the clock; load only through descriptors of the programs that use the card. */
async function readIntel(card: string, device: string): Promise<Figures> {
  const hwmon = await hwmonOf(device)
  const clock =
    (await readNumber(path.join(card, 'gt/gt0/rps_act_freq_mhz'))) ??
    (await readNumber(path.join(device, 'tile0/gt0/freq0/act_freq')))
  return {
    ...noFigures(),
    clockMhz: clock,
    temperatureCelsius: scaled(await readNumber(path.join(hwmon, 'temp1_input')), 1e3),
    powerLimitWatts: scaled(await readNumber(path.join(hwmon, 'power1_max')), 1e6),
  }
}

const scaled = (value: number | null, divisor: number) => (value === null ? null : value / divisor)
const percent = (value: number | null) => (value === null || value > 100 ? null : value)
