import {
  noFigures,
  PROCESSES,
  reasonsFor,
  type GpuEngineSample,
  type GpuSample,
} from '../../gpu/gpu.ts'
import { cleanName } from '../../text/clean.ts'
import { textEnd } from '../bytes.ts'
import {
  isDictionary,
  numberIn,
  type PropertyDictionary,
  type PropertyValue,
} from '../property-lists/property-value.ts'
import type { IoKit, RegistryEntry } from './io-kit.ts'

/** Graphics cards as their drivers tell of them; null: the registry is not to be had. */
export function readMacGpus(kit: IoKit): GpuSample[] | null {
  const cards = kit.each('IOAccelerator', cardOf)?.filter((card) => card !== null) ?? null
  return cards?.map((card, index) => Object.assign(card, { id: `gpu-${index}` })) ?? null
}

/** null: it tells nothing of its load, as one that only drives a display. */
function cardOf(entry: RegistryEntry): GpuSample | null {
  const statistics = entry.property('PerformanceStatistics')
  if (!isDictionary(statistics)) return null
  const name = nameOf(entry.property('model') ?? entry.above('model'))
  const figure = (...keys: readonly string[]) => {
    for (const key of keys) {
      const value = numberIn(statistics, key)
      if (value !== null && value >= 0) return value
    }
    return null
  }
  const vendor = vendorOf(name)
  const figures = {
    ...noFigures(),
    usagePercent: percentOf(figure('Device Utilization %', 'GPU Activity(%)')),
    // A card with memory of its own tells it; that of Apple silicon is the computer's.
    memoryUsedBytes: figure('vramUsedBytes'),
    sharedMemoryUsedBytes: figure('In use system memory', 'gartUsedBytes'),
    temperatureCelsius: figure('Temperature(C)'),
    powerWatts: figure('Total Power(W)'),
    fanPercent: figure('Fan Speed(%)'),
    fanRpm: figure('Fan Speed(RPM)'),
    clockMhz: figure('Core Clock(MHz)'),
    memoryClockMhz: figure('Memory Clock(MHz)'),
  }
  return {
    id: '',
    kind: 'gpu',
    name,
    vendor,
    driver: null,
    uuid: null,
    busId: null,
    source: 'iokit',
    libraryVersion: null,
    cudaVersion: null,
    problem: null,
    usageIsAtLeast: false,
    engines: enginesOf(statistics),
    processes: [],
    hasHiddenUsers: false,
    ...figures,
    unknown: { ...reasonsFor(figures, 'not_supported'), [PROCESSES]: 'not_supported' },
  }
}

const percentOf = (value: number | null): number | null =>
  value === null ? null : Math.min(100, value)

const ENGINES = [
  ['renderer', 'Renderer Utilization %'],
  ['tiler', 'Tiler Utilization %'],
] as const

const enginesOf = (statistics: PropertyDictionary): GpuEngineSample[] =>
  ENGINES.flatMap(([name, key]) => {
    const usagePercent = numberIn(statistics, key)
    return usagePercent === null || usagePercent < 0
      ? []
      : [{ name, usagePercent: Math.min(100, usagePercent) }]
  })

/** A text on Apple silicon, bytes with a NUL on Intel. */
function nameOf(model: PropertyValue | null): string | null {
  const name = Buffer.isBuffer(model)
    ? cleanName(model.subarray(0, textEnd(model, 0, model.length)))
    : typeof model === 'string'
      ? cleanName(model)
      : ''
  return name.trim() === '' ? null : name.trim()
}

function vendorOf(name: string | null): GpuSample['vendor'] {
  const [, word] = /\b(apple|amd|radeon|intel|nvidia|geforce)\b/i.exec(name ?? '') ?? []
  const maker = word?.toLowerCase()
  if (maker === 'radeon') return 'amd'
  if (maker === 'geforce') return 'nvidia'
  return maker === 'apple' || maker === 'amd' || maker === 'intel' || maker === 'nvidia'
    ? maker
    : 'other'
}
