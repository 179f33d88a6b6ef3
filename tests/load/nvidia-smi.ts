import type { GpuSample } from '../../packages/platform/src/gpu/gpu.ts'

/** What `nvidia-smi -q -x` says of one card: `clocks/graphics_clock` to `870 MHz`. */
export type SmiFacts = ReadonlyMap<string, string>

const TAG = /<(\/?)([\w-]+)([^>]*?)(\/?)>([^<]*)/g

/** Who uses the card and how much of its memory: `processes/4321` to `1234 MiB`. */
const PROCESSES = 'processes/'
const PROCESS = `${PROCESSES}process_info/`

/** By PCI address as the kernel writes it. What is of the whole log (driver, CUDA) is of each card. */
export function parseNvidiaSmi(xml: string): Map<string, SmiFacts> {
  const cards = new Map<string, Map<string, string>>()
  const common = new Map<string, string>()
  let facts = common
  const path: string[] = []
  for (const [, isEnd, name = '', attributes = '', isEmpty, text = ''] of xml.matchAll(TAG)) {
    if (isEnd === '/') {
      path.pop()
      if (name === 'gpu') facts = common
      if (name === 'process_info') nameByPid(facts)
      continue
    }
    if (name === 'gpu') {
      const id = /id="0*([\dA-Fa-f]{4,}:[^"]+)"/.exec(attributes)?.[1]?.toLowerCase() ?? ''
      facts = new Map(common)
      cards.set(id, facts)
    }
    if (isEmpty === '/') continue
    path.push(name)
    const from = path.indexOf('gpu')
    if (text.trim() !== '') facts.set(path.slice(from < 0 ? 1 : from + 1).join('/'), text.trim())
  }
  return cards
}

function nameByPid(facts: Map<string, string>) {
  const pid = facts.get(`${PROCESS}pid`)
  if (pid !== undefined) facts.set(PROCESSES + pid, facts.get(`${PROCESS}used_memory`) ?? '')
  for (const path of facts.keys()) if (path.startsWith(PROCESS)) facts.delete(path)
}

interface Comparison {
  readonly name: string
  readonly ours: (gpu: GpuSample) => number | string | boolean | null
  /** Newer names first. */
  readonly theirs: readonly string[]
  /** Does not change while both look at it. */
  readonly isFixed: boolean
}

const MIB = 1024 ** 2
const mib = (bytes: number | null) => (bytes === null ? null : Math.round(bytes / MIB))
const kb = (bytes: number | null) => (bytes === null ? null : Math.round(bytes / 1024))
const onOff = (value: boolean | null) => (value === null ? null : value ? 'Enabled' : 'Disabled')

const fixed = (
  name: string,
  ours: Comparison['ours'],
  ...theirs: readonly string[]
): Comparison => ({ name, ours, theirs, isFixed: true })
const moving = (
  name: string,
  ours: Comparison['ours'],
  ...theirs: readonly string[]
): Comparison => ({ name, ours, theirs, isFixed: false })

const COMPARISONS: readonly Comparison[] = [
  fixed('name', ({ name }) => name, 'product_name'),
  fixed('uuid', ({ uuid }) => uuid, 'uuid'),
  fixed('driver', ({ driver }) => driver?.replace('NVIDIA ', '') ?? null, 'driver_version'),
  fixed('CUDA', ({ cudaVersion }) => cudaVersion, 'cuda_version'),
  fixed('memory, MiB', (gpu) => mib(gpu.memoryTotalBytes), 'fb_memory_usage/total'),
  fixed('reserved, MiB', (gpu) => mib(gpu.memoryReservedBytes), 'fb_memory_usage/reserved'),
  fixed('slows at, C', (gpu) => gpu.slowdownCelsius, 'temperature/gpu_temp_slow_threshold'),
  fixed('turns off at, C', (gpu) => gpu.shutdownCelsius, 'temperature/gpu_temp_max_threshold'),
  fixed(
    'power limit, W',
    (gpu) => gpu.powerLimitWatts,
    'gpu_power_readings/current_power_limit',
    'power_readings/enforced_power_limit',
  ),
  fixed(
    'largest limit, W',
    (gpu) => gpu.powerLimitMaxWatts,
    'gpu_power_readings/max_power_limit',
    'power_readings/max_power_limit',
  ),
  fixed('largest clock, MHz', (gpu) => gpu.clockMaxMhz, 'max_clocks/graphics_clock'),
  fixed('largest memory clock, MHz', (gpu) => gpu.memoryClockMaxMhz, 'max_clocks/mem_clock'),
  fixed(
    'PCIe, most',
    (gpu) => gpu.pcieGenerationMax,
    'pci/pci_gpu_link_info/pcie_gen/max_link_gen',
  ),
  fixed(
    'lanes, most',
    (gpu) => gpu.pcieWidthMax,
    'pci/pci_gpu_link_info/link_widths/max_link_width',
  ),
  fixed('ECC', (gpu) => onOff(gpu.eccEnabled), 'ecc_mode/current_ecc'),
  fixed('MIG', (gpu) => onOff(gpu.migEnabled), 'mig_mode/current_mig'),
  moving('in use, %', (gpu) => gpu.usagePercent, 'utilization/gpu_util'),
  moving('memory bus, %', (gpu) => gpu.memoryControllerPercent, 'utilization/memory_util'),
  moving('encoder, %', (gpu) => gpu.encoderPercent, 'utilization/encoder_util'),
  moving('decoder, %', (gpu) => gpu.decoderPercent, 'utilization/decoder_util'),
  moving('memory used, MiB', (gpu) => mib(gpu.memoryUsedBytes), 'fb_memory_usage/used'),
  moving('memory free, MiB', (gpu) => mib(gpu.memoryFreeBytes), 'fb_memory_usage/free'),
  moving('temperature, C', (gpu) => gpu.temperatureCelsius, 'temperature/gpu_temp'),
  moving(
    'power, W',
    (gpu) => gpu.powerWatts,
    'gpu_power_readings/average_power_draw',
    'gpu_power_readings/power_draw',
    'power_readings/power_draw',
  ),
  moving('fan, %', (gpu) => gpu.fanPercent, 'fan_speed'),
  moving('clock, MHz', (gpu) => gpu.clockMhz, 'clocks/graphics_clock'),
  moving('memory clock, MHz', (gpu) => gpu.memoryClockMhz, 'clocks/mem_clock'),
  moving('video clock, MHz', (gpu) => gpu.videoClockMhz, 'clocks/video_clock'),
  moving('state', (gpu) => gpu.performanceState, 'performance_state'),
  moving(
    'PCIe now',
    (gpu) => gpu.pcieGeneration,
    'pci/pci_gpu_link_info/pcie_gen/current_link_gen',
  ),
  moving(
    'lanes now',
    (gpu) => gpu.pcieWidth,
    'pci/pci_gpu_link_info/link_widths/current_link_width',
  ),
  moving('to the card, KB/s', (gpu) => kb(gpu.pcieRecvBytesPerSecond), 'pci/rx_util'),
  moving('from the card, KB/s', (gpu) => kb(gpu.pcieSentBytesPerSecond), 'pci/tx_util'),
]

export interface Compared {
  readonly name: string
  readonly ours: string
  readonly theirs: string
  /** `null`: it moves between two looks, or nvidia-smi does not tell it. */
  readonly isSame: boolean | null
}

/** Each figure that at least one of us tells, and each process that at least one of us saw on the card. */
export function compareWithSmi(gpu: GpuSample, facts: SmiFacts): Compared[] {
  const processes = new Set(gpu.processes.map(({ pid }) => `${PROCESSES}${pid}`))
  for (const path of facts.keys()) if (path.startsWith(PROCESSES)) processes.add(path)
  return [...COMPARISONS, ...Array.from(processes, memoryOf)].flatMap(
    ({ name, ours, theirs, isFixed }) => {
      const value = ours(gpu)
      const told = theirs.map((path) => facts.get(path)).find((text) => text !== undefined)
      const known = told === undefined || told === 'N/A' || told.startsWith('[') ? null : told
      if (value === null && known === null) return []
      const isSame = isFixed && known !== null ? isEqual(value, known) : null
      return [{ name, ours: String(value ?? '–'), theirs: known ?? '–', isSame }]
    },
  )
}

function memoryOf(path: string): Comparison {
  const pid = Number(path.slice(PROCESSES.length))
  const ours = ({ processes }: GpuSample) =>
    mib(processes.find((process) => process.pid === pid)?.memoryBytes ?? null)
  return moving(`memory of ${pid}, MiB`, ours, path)
}

function isEqual(ours: number | string | boolean | null, theirs: string): boolean {
  if (ours === null) return false
  if (typeof ours !== 'number') return String(ours) === theirs
  // It prints whole MiB and hundredths of a watt.
  return Math.abs(ours - Number.parseFloat(theirs)) <= 1
}
