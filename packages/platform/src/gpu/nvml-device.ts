import type { UnknownReason } from '@taskmanager/contracts'
import type { GpuSample } from './gpu.ts'
import { bytesAt, cString } from './nvml-bytes.ts'
import { NVML, type NvmlDevice, type NvmlLibrary } from './nvml-library.ts'
import { NvmlProcesses } from './nvml-processes.ts'

/** The device answered that it is gone; the library has to be started again. */
export class GpuLostError extends Error {
  override name = 'GpuLostError'
}

const GRAPHICS_CLOCK = 0
const MEMORY_CLOCK = 2
const CHIP_SENSOR = 0
/** Size of the structure and 2 << 24. */
const MEMORY_V2_VERSION = 0x0200_0028

/** One card. What a card does not support is asked once and never again. */
export class NvmlCard {
  readonly #nvml: NvmlLibrary
  readonly #device: NvmlDevice
  readonly #processes: NvmlProcesses
  readonly #never = new Set<string>()
  #unknown: Record<string, UnknownReason> = {}
  #fixed: { name: string | null; uuid: string | null } | null = null

  constructor(nvml: NvmlLibrary, device: NvmlDevice) {
    this.#nvml = nvml
    this.#device = device
    this.#processes = new NvmlProcesses(nvml, device)
  }

  /** @throws GpuLostError */
  async read(id: string, driver: string | null): Promise<GpuSample> {
    this.#unknown = {}
    this.#fixed ??= {
      name: await this.#text('name', 'name'),
      uuid: await this.#text('uuid', 'uuid'),
    }
    const usage = await this.#usage()
    const memory = await this.#memory()
    return {
      id,
      vendor: 'nvidia',
      driver,
      ...this.#fixed,
      ...usage,
      ...memory,
      temperatureCelsius: await this.#number('temperature', 'temperature_celsius', CHIP_SENSOR),
      powerWatts: milli(await this.#number('power', 'power_watts')),
      powerLimitWatts: milli(await this.#number('powerLimit', 'power_limit_watts')),
      fanPercent: await this.#number('fan', 'fan_percent'),
      clockMhz: await this.#number('clock', 'clock_mhz', GRAPHICS_CLOCK),
      memoryClockMhz: await this.#number('clock', 'memory_clock_mhz', MEMORY_CLOCK),
      encoderPercent: await this.#coder('encoder', 'encoder_percent'),
      decoderPercent: await this.#coder('decoder', 'decoder_percent'),
      slowedBy: await this.#slowedBy(),
      processes: await this.#processes.read(),
      unknown: this.#unknown,
    }
  }

  /** Whether the call succeeded; else the fields are noted as unknown, with the reason. */
  async #ok(name: string, fields: readonly string[], ...args: unknown[]): Promise<boolean> {
    const key = `${name} ${fields[0]}`
    const answer = this.#never.has(key) ? null : this.#nvml.call(name, this.#device, ...args)
    const code = answer === null ? NVML.notSupported : await answer
    if (code === NVML.success) return true
    if (code === NVML.gpuIsLost) throw new GpuLostError('The driver lost the card.')
    if (code === NVML.notSupported) this.#never.add(key)
    for (const field of fields) this.#unknown[field] = reasonOf(code)
    return false
  }

  async #text(name: string, field: string): Promise<string | null> {
    const text = Buffer.alloc(96)
    if (!(await this.#ok(name, [field], text, text.length))) return null
    return cString(text)
  }

  async #number(name: string, field: string, ...before: number[]): Promise<number | null> {
    const value = Buffer.alloc(4)
    return (await this.#ok(name, [field], ...before, value)) ? value.readUInt32LE(0) : null
  }

  async #coder(name: string, field: string): Promise<number | null> {
    const percent = Buffer.alloc(4)
    return (await this.#ok(name, [field], percent, Buffer.alloc(4)))
      ? percent.readUInt32LE(0)
      : null
  }

  /** nvmlUtilization_t: 0 chip, 4 memory controller (not how full the memory is). */
  async #usage() {
    const rates = Buffer.alloc(8)
    const known = await this.#ok(
      'utilization',
      ['usage_percent', 'memory_controller_percent'],
      rates,
    )
    return {
      usagePercent: known ? rates.readUInt32LE(0) : null,
      memoryControllerPercent: known ? rates.readUInt32LE(4) : null,
    }
  }

  /** nvmlMemory_v2_t (8 total, 32 used) tells what the driver reserves apart; nvmlMemory_t (0 total, 16 used) adds it. */
  async #memory() {
    const v2 = Buffer.alloc(40)
    v2.writeUInt32LE(MEMORY_V2_VERSION, 0)
    if (await this.#ok('memoryV2', ['memory v2'], v2)) {
      return { memoryTotalBytes: bytesAt(v2, 8), memoryUsedBytes: bytesAt(v2, 32) }
    }
    delete this.#unknown['memory v2'] // the older call may still know
    const v1 = Buffer.alloc(24)
    const known = await this.#ok('memory', ['memory_used_bytes', 'memory_total_bytes'], v1)
    return {
      memoryTotalBytes: known ? bytesAt(v1, 0) : null,
      memoryUsedBytes: known ? bytesAt(v1, 16) : null,
    }
  }

  async #slowedBy(): Promise<string[] | null> {
    const reasons = Buffer.alloc(8)
    return (await this.#ok('slowdown', ['slowed_by'], reasons))
      ? slowdownWords(reasons.readBigUInt64LE(0))
      : null
  }
}

/** Bits of nvmlClocksEventReason*. Being idle and following the set clocks slow nothing. */
const SLOWDOWN_BITS: readonly [bigint, string][] = [
  [0x4n, 'power limit'],
  [0x8n, 'hardware slowdown'],
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

function reasonOf(code: number): UnknownReason {
  if (code === NVML.notSupported) return 'not_supported'
  return code === NVML.noPermission ? 'not_permitted' : 'failed'
}

const milli = (value: number | null) => (value === null ? null : value / 1000)
