import type { GpuStats } from '@taskmanager/contracts'
import { shareUnit } from '../../lib/common-unit.ts'
import {
  formatBytes,
  formatCelsius,
  formatCount,
  formatHertz,
  formatOf,
  formatPercent,
  formatRate,
  formatWatts,
} from '../../lib/format.ts'
import { isCard, slowedByWords } from '../../lib/gpu-card.ts'
import { type BigFact, BigFacts, FactList } from './panel-frame.tsx'

export function GpuFacts({ gpu }: { gpu: GpuStats }) {
  return (
    <>
      <BigFacts facts={bigFacts(gpu)} />
      <FactList facts={[...workFacts(gpu), ...cardFacts(gpu), ...untold(gpu)]} />
    </>
  )
}

function bigFacts(gpu: GpuStats): BigFact[] {
  const usage = formatPercent(gpu.usage_percent)
  const power =
    gpu.power_watts === null
      ? null
      : gpu.power_limit_watts === null
        ? formatWatts(gpu.power_watts)
        : `${formatCount(gpu.power_watts)} of ${formatWatts(gpu.power_limit_watts)}`
  const fan =
    gpu.fan_percent !== null
      ? formatPercent(gpu.fan_percent)
      : gpu.fan_rpm !== null
        ? `${formatCount(gpu.fan_rpm)} rpm`
        : null
  return [
    {
      name: gpu.usage_is_at_least ? 'In use, at least' : 'In use',
      value: usage,
      tie: { hue: 'gpu', look: '' },
    },
    gpu.memory_total_bytes === null && (gpu.shared_memory_used_bytes !== null || !isCard(gpu))
      ? { name: 'Shared memory', value: formatBytes(gpu.shared_memory_used_bytes) }
      : { name: 'Memory', value: formatOf(gpu.memory_used_bytes, gpu.memory_total_bytes) },
    ...fact('Temperature', degrees(gpu.temperature_celsius)),
    ...fact('Power', power).map((one) => ({
      ...one,
      tie: { hue: 'power', look: '' as const },
    })),
    ...fact('Fan', fan),
  ]
}

const fact = (name: string, value: string | null): BigFact[] =>
  value === null ? [] : [{ name, value }]

/** Left out where it is not told. */
const degrees = (celsius: number | null): string | null =>
  celsius === null ? null : formatCelsius(celsius)

type Fact = readonly [string, string | null]

function workFacts(gpu: GpuStats): Fact[] {
  const memory = gpu.memory_total_bytes !== null
  return [
    [isCard(gpu) ? 'Core clock' : 'Clock', coreClock(gpu)],
    ['Memory clock', clock(gpu.memory_clock_mhz, gpu.memory_clock_max_mhz)],
    ['Awake', gpu.awake_percent === null ? null : formatPercent(gpu.awake_percent)],
    ['PCIe', pcie(gpu)],
    ['PCIe in', traffic(gpu.pcie_recv_bytes_per_second)],
    ['PCIe out', traffic(gpu.pcie_sent_bytes_per_second)],
    ['Slowed by', slowedByWords(gpu)],
    ['Throttles at', degrees(gpu.slowdown_celsius)],
    ['Hotspot', degrees(gpu.hotspot_celsius)],
    ['Memory is at', degrees(gpu.memory_celsius)],
    [
      'Memory bus',
      gpu.memory_controller_percent === null ? null : formatPercent(gpu.memory_controller_percent),
    ],
    [
      'Reserved',
      gpu.memory_reserved_bytes === null ? null : formatBytes(gpu.memory_reserved_bytes),
    ],
    [
      'Shared memory',
      memory && gpu.shared_memory_used_bytes !== null
        ? formatOf(gpu.shared_memory_used_bytes, gpu.shared_memory_total_bytes)
        : null,
    ],
    ['Encoder', engine(gpu.encoder_percent)],
    ['Decoder', engine(gpu.decoder_percent)],
    ['Performance', gpu.performance_state],
  ]
}

function cardFacts(gpu: GpuStats): Fact[] {
  return [
    ['ECC', ecc(gpu)],
    ['Instances (MIG)', gpu.mig_enabled === true ? 'on: no load of the whole card' : null],
    ['Driver', gpu.driver],
    ['CUDA', gpu.cuda_version],
    ['Read through', readThrough(gpu)],
    ['Bus address', gpu.bus_id],
  ]
}

function readThrough({ source, library_version }: GpuStats): string {
  if (source === 'nvml') return library_version ?? 'NVML'
  if (source === 'iokit') return 'IOKit of macOS'
  return source === 'pdh' ? 'performance counters of Windows' : source
}

type Word = readonly [key: string, word: string]

/** A neural processor is a part of the processor, which has the sensors. */
const CORE_OF_NPU: readonly Word[] = [
  ['usage_percent', 'load'],
  ['shared_memory_used_bytes', 'memory'],
  ['clock_mhz', 'clock'],
  ['processes', 'who uses it'],
]
const CORE: readonly Word[] = [
  ['usage_percent', 'load'],
  ['memory_used_bytes', 'memory'],
  ['temperature_celsius', 'temperature'],
  ['power_watts', 'power'],
  ['processes', 'who uses it'],
]

/** What everybody expects of a card, and this one does not say: apart from what is zero, and from what is forbidden. */
function untold(gpu: GpuStats): Fact[] {
  if (gpu.problem !== null) return []
  const because = (reason: string) => {
    const words = (isCard(gpu) ? CORE : CORE_OF_NPU).filter(
      ([key]) => gpu.unknown[key] === reason && !isShared(gpu, key),
    )
    return words.length === 0 ? null : words.map(([, word]) => word).join(', ')
  }
  return [
    ['Not reported', because('not_supported')],
    ['Needs permission', because('not_permitted')],
  ]
}

/** A card without memory of its own has none to report. */
const isShared = (gpu: GpuStats, key: string): boolean =>
  key === 'memory_used_bytes' && gpu.shared_memory_used_bytes !== null

/** A clock that stands still is not 0 of so many. */
function coreClock({ clock_mhz: now, clock_max_mhz: most, unknown }: GpuStats): string | null {
  if (now !== null || most === null || unknown['clock_mhz'] !== 'not_reported')
    return clock(now, most)
  return `asleep, at most ${formatHertz(most * 1e6)}`
}

/** In one unit: `870 of 1,965 MHz`, `6.80 of 7.00 GHz`. */
function clock(mhz: number | null, most: number | null): string | null {
  if (mhz === null) return null
  if (most === null) return formatHertz(mhz * 1e6)
  if (mhz < 1000) return `${formatCount(mhz)} of ${formatCount(most)} MHz`
  return shareUnit([formatHertz(mhz * 1e6), formatHertz(most * 1e6)]).join(' of ')
}

/** `4.0 × 16`; what the link could be where it is less now, as it is while the card rests. */
function pcie(gpu: GpuStats): string | null {
  const { pcie_generation: generation, pcie_width: width } = gpu
  if (generation === null || width === null) return null
  const link = (gen: number, lanes: number) => `${gen}.0 × ${lanes}`
  const now = link(generation, width)
  const most = link(gpu.pcie_generation_max ?? generation, gpu.pcie_width_max ?? width)
  return now === most ? now : `${now} of ${most}`
}

const traffic = (bytesPerSecond: number | null): string | null =>
  bytesPerSecond === null ? null : formatRate(bytesPerSecond)

function ecc({ ecc_enabled: isOn, ecc_corrected: corrected, ecc_uncorrected: lost }: GpuStats) {
  if (isOn === null) return null
  if (!isOn) return 'off'
  if (corrected === null || lost === null) return 'on'
  if (corrected === 0 && lost === 0) return 'on, no errors'
  return `on, ${formatCount(corrected)} corrected, ${formatCount(lost)} not`
}

function engine(percent: number | null): string | null {
  if (percent === null) return null
  return percent === 0 ? 'idle' : formatPercent(percent)
}
