import type { UnknownReason } from '@taskmanager/contracts'
import {
  type GpuFigures,
  type GpuSample,
  GPU_WIRE_NAMES,
  noFigures,
  PROCESSES,
  reasonsFor,
} from './gpu.ts'
import { bytesAt, cString } from './nvml-bytes.ts'
import { isCardLost, isDriverGone, isForEver, reasonOf } from './nvml-codes.ts'
import { NVML, type NvmlCall, type NvmlDevice, type NvmlLibrary } from './nvml-library.ts'
import { NvmlProcesses } from './nvml-processes.ts'
import { type NumberReading, NUMBERS, type Pace, slowdownWords } from './nvml-readings.ts'

/** The device answered that it is gone. */
export class GpuLostError extends Error {
  override name = 'GpuLostError'
}
/** The driver behind the library went away or was exchanged: nothing works before the library is started again. */
export class NvmlGoneError extends Error {
  override name = 'NvmlGoneError'
  readonly code: number
  constructor(code: number) {
    super(`The NVIDIA driver went away (code ${code}).`)
    this.code = code
  }
}

/** What is the same for all cards of one start of the library. */
export interface NvmlVersions {
  driver: string | null
  nvml: string | null
  cuda: string | null
}

const CHIP_SENSOR = 0
/** Size of the structure and version << 24. */
const MEMORY_V2_VERSION = 0x0200_0028
const TEMPERATURE_V1_VERSION = 0x0100_000c
/** Processes at every second reading of a tick a second long: asking an H200 takes 2.5 ms of CPU, most of a reading. */
const EVERY_MS = { processes: 1500, slow: 5000, rare: 10_000 } as const
/** nvmlPstates_t: 0 to 15; 32 is "unknown". */
const LAST_STATE = 15

/** One card. What it does not support is asked once and never again; the rest each at its own pace. */
export class NvmlCard {
  readonly #nvml: NvmlLibrary
  readonly #device: NvmlDevice
  readonly #processes: NvmlProcesses
  readonly #never = new Set<string>()
  /** Calls of pace `once` that were answered. */
  readonly #settled = new Set<string>()
  #figures: GpuFigures = noFigures()
  #unknown: Record<string, UnknownReason> = {}
  #identity: { name: string | null; uuid: string | null; busId: string | null } | null = null
  #users: Awaited<ReturnType<NvmlProcesses['read']>> = { users: [], reason: null }
  readonly #doneAtMs = new Map<keyof typeof EVERY_MS, number>()

  constructor(nvml: NvmlLibrary, device: NvmlDevice) {
    this.#nvml = nvml
    this.#device = device
    this.#processes = new NvmlProcesses(nvml, device)
  }

  /** @throws GpuLostError, NvmlGoneError */
  async read(nowMs: number, versions: NvmlVersions): Promise<GpuSample> {
    await this.#identify()
    await this.#usage()
    await this.#memory()
    await this.#temperature()
    await this.#numbers('tick')
    await this.#coder('encoder', 'encoderPercent')
    await this.#coder('decoder', 'decoderPercent')
    await this.#slowedBy()
    if (this.#isDue('processes', nowMs)) {
      this.#users = await this.#processes.read(nowMs, this.#figures.usagePercent)
    }
    if (this.#isDue('slow', nowMs)) await this.#readSlow()
    if (this.#isDue('rare', nowMs)) await this.#readRare()
    const { users, reason } = this.#users
    const unknown = reasonsFor(this.#figures, 'not_supported', this.#unknown)
    if (reason !== null) unknown[PROCESSES] = reason
    return this.#sample(versions, {
      ...this.#figures,
      problem: null,
      processes: users,
      unknown,
    })
  }

  /** The card as it is shown while it does not answer. */
  silent(versions: NvmlVersions, problem: string, reason: UnknownReason): GpuSample {
    const figures = noFigures()
    const unknown = { ...reasonsFor(figures, reason), [PROCESSES]: reason }
    return this.#sample(versions, { ...figures, problem, processes: [], unknown })
  }

  #sample(
    versions: NvmlVersions,
    now: GpuFigures & Pick<GpuSample, 'problem' | 'processes' | 'unknown'>,
  ): GpuSample {
    const { name, uuid, busId } = this.#identity ?? { name: null, uuid: null, busId: null }
    return {
      id: '',
      kind: 'gpu',
      name,
      vendor: 'nvidia',
      driver: versions.driver,
      uuid,
      busId,
      source: 'nvml',
      libraryVersion: versions.nvml,
      cudaVersion: versions.cuda,
      usageIsAtLeast: false,
      engines: [],
      hasHiddenUsers: false,
      ...now,
    }
  }

  /** Notes that it is done now, where it is due. */
  #isDue(what: keyof typeof EVERY_MS, nowMs: number): boolean {
    const doneAtMs = this.#doneAtMs.get(what)
    if (doneAtMs !== undefined && nowMs - doneAtMs < EVERY_MS[what]) return false
    this.#doneAtMs.set(what, nowMs)
    return true
  }

  async #readSlow() {
    await this.#numbers('once')
    await this.#numbers('slow')
    await this.#performanceState()
  }

  async #readRare() {
    await this.#numbers('rare')
    await this.#powerLimits()
    this.#figures.eccEnabled = await this.#mode('ecc', 'eccEnabled')
    this.#figures.migEnabled = await this.#mode('mig', 'migEnabled')
  }

  async #identify() {
    this.#identity ??= {
      name: await this.#text('name'),
      uuid: await this.#text('uuid'),
      busId: await this.#busId(),
    }
  }

  /** nvmlPciInfo_t: 36 address as text; before its third version only the 16 bytes at 0. Both are upper case. */
  async #busId(): Promise<string | null> {
    const info = Buffer.alloc(68)
    if (await this.#ok('pciV3', [], info)) return kernelBusId(cString(info.subarray(36)))
    return (await this.#ok('pci', [], info)) ? kernelBusId(cString(info.subarray(0, 16))) : null
  }

  /** Whether the call succeeded; else why not is noted for the fields. */
  async #ok(
    name: NvmlCall,
    fields: readonly (keyof GpuFigures)[],
    ...args: unknown[]
  ): Promise<boolean> {
    const key = `${name} ${fields[0] ?? ''}`
    const answer = this.#never.has(key) ? null : this.#nvml.call(name, this.#device, ...args)
    const code = answer === null ? NVML.notSupported : await answer
    if (code === NVML.success) return true
    if (isCardLost(code)) throw new GpuLostError('The driver lost the card.')
    if (isDriverGone(code)) throw new NvmlGoneError(code)
    if (isForEver(code)) this.#never.add(key)
    for (const field of fields) this.#unknown[GPU_WIRE_NAMES[field]] = reasonOf(code)
    return false
  }

  async #text(name: 'name' | 'uuid'): Promise<string | null> {
    const text = Buffer.alloc(96)
    return (await this.#ok(name, [], text, text.length)) ? cString(text) : null
  }

  async #numbers(pace: Pace) {
    for (const reading of NUMBERS) {
      if (reading.pace !== pace || this.#settled.has(reading.field)) continue
      const value = await this.#number(reading)
      this.#figures[reading.field] = value
      if (pace === 'once' && value !== null) this.#settled.add(reading.field)
    }
  }

  async #number({ field, call, before = [], wide, per = 1 }: NumberReading) {
    const value = Buffer.alloc(8)
    if (!(await this.#ok(call, [field], ...before, value))) return null
    return (wide === true ? Number(value.readBigUInt64LE(0)) : value.readUInt32LE(0)) / per
  }

  async #coder(call: 'encoder' | 'decoder', field: 'encoderPercent' | 'decoderPercent') {
    const percent = Buffer.alloc(4)
    const known = await this.#ok(call, [field], percent, Buffer.alloc(4))
    this.#figures[field] = known ? percent.readUInt32LE(0) : null
  }

  /** nvmlUtilization_t: 0 chip, 4 memory controller (not how full the memory is). */
  async #usage() {
    const rates = Buffer.alloc(8)
    const known = await this.#ok('utilization', ['usagePercent', 'memoryControllerPercent'], rates)
    this.#figures.usagePercent = known ? rates.readUInt32LE(0) : null
    this.#figures.memoryControllerPercent = known ? rates.readUInt32LE(4) : null
  }

  /** nvmlMemory_v2_t: 8 total, 16 reserved, 24 free, 32 used. nvmlMemory_t: 0 total, 8 free, 16 used with the reserved. */
  async #memory() {
    const figures = this.#figures
    const v2 = Buffer.alloc(40)
    v2.writeUInt32LE(MEMORY_V2_VERSION, 0)
    if (await this.#ok('memoryV2', ['memoryReservedBytes'], v2)) {
      figures.memoryTotalBytes = bytesAt(v2, 8)
      figures.memoryReservedBytes = bytesAt(v2, 16)
      figures.memoryFreeBytes = bytesAt(v2, 24)
      figures.memoryUsedBytes = bytesAt(v2, 32)
      return
    }
    const v1 = Buffer.alloc(24)
    const known = await this.#ok(
      'memory',
      ['memoryUsedBytes', 'memoryTotalBytes', 'memoryFreeBytes'],
      v1,
    )
    figures.memoryReservedBytes = null
    figures.memoryTotalBytes = known ? bytesAt(v1, 0) : null
    figures.memoryFreeBytes = known ? bytesAt(v1, 8) : null
    figures.memoryUsedBytes = known ? bytesAt(v1, 16) : null
  }

  /** nvmlTemperature_t, where a driver dropped the older call: 0 version, 4 sensor, 8 degrees. */
  async #temperature() {
    const celsius = Buffer.alloc(4)
    if (await this.#ok('temperature', ['temperatureCelsius'], CHIP_SENSOR, celsius)) {
      this.#figures.temperatureCelsius = celsius.readInt32LE(0)
      return
    }
    const reason = this.#unknown[GPU_WIRE_NAMES.temperatureCelsius] as UnknownReason
    const v1 = Buffer.alloc(12)
    v1.writeUInt32LE(TEMPERATURE_V1_VERSION, 0)
    const known = await this.#ok('temperatureV', ['temperatureCelsius'], v1)
    this.#figures.temperatureCelsius = known ? v1.readInt32LE(8) : null
    // What the call that every driver has said is the better reason.
    if (!known) this.#unknown[GPU_WIRE_NAMES.temperatureCelsius] = reason
  }

  async #powerLimits() {
    const [least, most] = [Buffer.alloc(4), Buffer.alloc(4)]
    const fields = ['powerLimitMinWatts', 'powerLimitMaxWatts'] as const
    const known = await this.#ok('powerLimits', fields, least, most)
    this.#figures.powerLimitMinWatts = known ? least.readUInt32LE(0) / 1000 : null
    this.#figures.powerLimitMaxWatts = known ? most.readUInt32LE(0) / 1000 : null
  }

  async #performanceState() {
    const state = Buffer.alloc(4)
    const known = await this.#ok('performanceState', ['performanceState'], state)
    const value = state.readUInt32LE(0)
    this.#figures.performanceState = known && value <= LAST_STATE ? `P${value}` : null
    if (known) this.#unknown[GPU_WIRE_NAMES.performanceState] = 'not_reported'
  }

  /** Whether a mode is on, as opposed to what it will be after a restart. */
  async #mode(call: 'ecc' | 'mig', field: 'eccEnabled' | 'migEnabled'): Promise<boolean | null> {
    const current = Buffer.alloc(4)
    return (await this.#ok(call, [field], current, Buffer.alloc(4)))
      ? current.readUInt32LE(0) === 1
      : null
  }

  async #slowedBy() {
    const reasons = Buffer.alloc(8)
    this.#figures.slowedBy = (await this.#ok('slowdown', ['slowedBy'], reasons))
      ? slowdownWords(reasons.readBigUInt64LE(0))
      : null
  }
}

/** NVML writes `00000000:01:00.0`, the kernel `0000:01:00.0`. */
function kernelBusId(text: string | null): string | null {
  return text === null ? null : text.toLowerCase().replace(/^0+(?=[\da-f]{4,}:)/, '')
}
