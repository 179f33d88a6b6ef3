import type { GpuFigures } from './gpu.ts'
import type { NvmlCall } from './nvml-library.ts'

type NumberField = {
  [Field in keyof GpuFigures]: GpuFigures[Field] extends number | null ? Field : never
}[keyof GpuFigures]

/**
 * - `tick`: at each reading
 * - `slow`: every few seconds, since it changes rarely or the driver takes its time
 * - `rare`: more rarely still, since the driver works for it: 4 ms of CPU for the energy of an H200
 * - `once`: until it is known; it does not change while the driver is loaded
 */
export type Pace = 'tick' | 'slow' | 'rare' | 'once'

/** A call that fills in one number. */
export interface NumberReading {
  field: NumberField
  call: NvmlCall
  pace: Pace
  /** Arguments between the device and the number. */
  before?: readonly number[]
  /** 64 bits; else 32. */
  wide?: true
  /** So many of the driver's unit are one of ours. */
  per?: number
}

const GRAPHICS = 0
const MEMORY = 2
const VIDEO = 3
const SHUTDOWN = 0
const SLOWDOWN = 1
const SENT = 0
const RECEIVED = 1
const CORRECTED = 0
const UNCORRECTED = 1
/** Since the driver was loaded; 1 would be since the card was made. */
const VOLATILE = 0
const MILLI = 1000
const KIB = 1 / 1024

/** Units: nvml.h tells mW, mJ, MHz, KB/s. Asking for PCIe traffic takes the driver 20 ms each. */
export const NUMBERS: readonly NumberReading[] = [
  { field: 'powerWatts', call: 'power', pace: 'tick', per: MILLI },
  { field: 'fanPercent', call: 'fan', pace: 'tick' },
  { field: 'clockMhz', call: 'clock', pace: 'tick', before: [GRAPHICS] },
  { field: 'memoryClockMhz', call: 'clock', pace: 'tick', before: [MEMORY] },
  { field: 'powerLimitWatts', call: 'powerLimit', pace: 'slow', per: MILLI },
  { field: 'energyJoules', call: 'energy', pace: 'rare', wide: true, per: MILLI },
  { field: 'videoClockMhz', call: 'clock', pace: 'slow', before: [VIDEO] },
  { field: 'pcieGeneration', call: 'pcieGeneration', pace: 'slow' },
  { field: 'pcieWidth', call: 'pcieWidth', pace: 'slow' },
  {
    field: 'pcieRecvBytesPerSecond',
    call: 'pcieTraffic',
    pace: 'slow',
    before: [RECEIVED],
    per: KIB,
  },
  {
    field: 'pcieSentBytesPerSecond',
    call: 'pcieTraffic',
    pace: 'slow',
    before: [SENT],
    per: KIB,
  },
  {
    field: 'eccCorrected',
    call: 'eccErrors',
    pace: 'slow',
    before: [CORRECTED, VOLATILE],
    wide: true,
  },
  {
    field: 'eccUncorrected',
    call: 'eccErrors',
    pace: 'slow',
    before: [UNCORRECTED, VOLATILE],
    wide: true,
  },
  { field: 'slowdownCelsius', call: 'threshold', pace: 'once', before: [SLOWDOWN] },
  { field: 'shutdownCelsius', call: 'threshold', pace: 'once', before: [SHUTDOWN] },
  { field: 'clockMaxMhz', call: 'clockMax', pace: 'once', before: [GRAPHICS] },
  { field: 'memoryClockMaxMhz', call: 'clockMax', pace: 'once', before: [MEMORY] },
  { field: 'pcieGenerationMax', call: 'pcieGenerationMax', pace: 'once' },
  { field: 'pcieWidthMax', call: 'pcieWidthMax', pace: 'once' },
]

/** Bits of nvmlClocksEventReason*. Being idle and following the set clocks slow nothing. */
const SLOWDOWN_BITS: readonly [bigint, string][] = [
  [0x4n, 'power limit'],
  [0x8n, 'hardware slowdown'],
  [0x10n, 'sync boost'],
  [0x20n, 'heat'],
  [0x40n, 'heat (hardware)'],
  [0x80n, 'power supply'],
]

export function slowdownWords(bits: bigint): string[] {
  const words = SLOWDOWN_BITS.filter(([bit]) => (bits & bit) !== 0n).map(([, word]) => word)
  // The hardware bit only sums up heat and supply where one of them is set.
  const cause = (bits & 0xc0n) !== 0n
  return words.filter((word) => word !== 'hardware slowdown' || !cause)
}
