import type { UnknownReason } from '@taskmanager/contracts'
import type { GpuProcessSample } from './gpu.ts'
import { bytesAt } from './nvml-bytes.ts'
import { reasonOf } from './nvml-codes.ts'
import { NVML, type NvmlCall, type NvmlDevice, type NvmlLibrary } from './nvml-library.ts'

/** Newest first, with the least size of a row. A driver that does not know a call is asked the next for good. */
const LISTS: readonly (readonly (readonly [call: NvmlCall, rowBytes: number])[])[] = [
  [
    ['computeV3', 24],
    ['computeV2', 24],
    ['computeV1', 16],
  ],
  [
    ['graphicsV3', 24],
    ['graphicsV2', 24],
    ['graphicsV1', 16],
  ],
  [
    ['mpsV3', 24],
    ['mpsV2', 24],
    ['mpsV1', 16],
  ],
]
/** Some drivers of the 535 series fill in rows of 32 bytes by the third call; later ones are back at 24. */
const LARGEST_ROW = 32
/** nvmlProcessUtilizationSample_t: 0 pid, 8 time in µs, 16 SM, 20 memory, 24 encoder, 28 decoder percent. */
const SAMPLE_BYTES = 32
/** Room for more than the driver says there are. */
const SLACK = 8
const MOST = 4096
/** They may come faster than that once or twice. */
const ATTEMPTS = 4
/** Shows how far a row was written. */
const UNTOUCHED = 0xa5

/** Percent of a card that count as nothing to do. */
const QUIET = 5
/** The driver samples once a second. */
const SAMPLE_LASTS_MS = 2500

interface Sample {
  atUs: bigint
  percent: number
  encoder: number
  decoder: number
}
interface Rows {
  code: number
  rows: Buffer[]
}

/** Users of one card. Pids are those of the host, also inside a container. */
export class NvmlProcesses {
  readonly #nvml: NvmlLibrary
  readonly #device: NvmlDevice
  /** Which call of each list this driver has. */
  readonly #version = LISTS.map(() => 0)
  readonly #room = new Map<NvmlCall, number>()
  #lastSeenUs = 0n
  #lastUsage: Map<number, Sample> | null = null
  #lastUsageAtMs = 0

  constructor(nvml: NvmlLibrary, device: NvmlDevice) {
    this.#nvml = nvml
    this.#device = device
  }

  /**
   * A process in several lists is one process: its memory counts once. `reason`: no list is to be had.
   * @param cardPercent how busy the card is in all
   */
  async read(
    nowMs: number,
    cardPercent: number | null,
  ): Promise<{ users: GpuProcessSample[]; reason: UnknownReason | null }> {
    const memory = new Map<number, number | null>()
    let reason: UnknownReason | null = null
    let isKnown = false
    for (const at of LISTS.keys()) {
      const { code, rows } = await this.#list(at)
      if (code === NVML.success) isKnown = true
      else reason ??= reasonOf(code)
      for (const row of rows) {
        const pid = row.readUInt32LE(0)
        memory.set(pid, larger(memory.get(pid) ?? null, bytesAt(row, 8)))
      }
    }
    if (!isKnown) return { users: [], reason }
    if (memory.size === 0) return { users: [], reason: null }
    const usage = await this.#usageNow(nowMs, (cardPercent ?? 100) > QUIET)
    const users = Array.from(memory, ([pid, memoryBytes]) => {
      const sample = usage === null ? null : (usage.get(pid) ?? IDLE)
      return {
        pid,
        usagePercent: sample?.percent ?? null,
        memoryBytes,
        engine: null,
        encoderPercent: sample?.encoder ?? null,
        decoderPercent: sample?.decoder ?? null,
      }
    })
    return { users, reason: null }
  }

  async #list(at: number): Promise<Rows> {
    const versions = LISTS[at] as (typeof LISTS)[number]
    for (;;) {
      const version = versions[this.#version[at] as number]
      if (version === undefined) return { code: NVML.notSupported, rows: [] }
      const [call, rowBytes] = version
      const answer = await this.#rows(call, rowBytes, LARGEST_ROW, (into, count) =>
        this.#call(call, count, into),
      )
      const isUnknownCall =
        answer.code === NVML.functionNotFound || answer.code === NVML.argumentVersionMismatch
      if (!isUnknownCall) return answer
      this.#version[at] = (this.#version[at] as number) + 1
    }
  }

  /**
   * `null`: not known. When the card works and nobody has a sample, the last ones hold for a while; then somebody does
   * what the driver does not sample, such as copying, and who that is it does not tell.
   */
  async #usageNow(nowMs: number, isBusy: boolean): Promise<Map<number, Sample> | null> {
    const usage = await this.#usage()
    if (usage === null || !isBusy) return usage
    if (usage.size > 0) {
      this.#lastUsage = usage
      this.#lastUsageAtMs = nowMs
      return usage
    }
    return nowMs - this.#lastUsageAtMs < SAMPLE_LASTS_MS ? this.#lastUsage : null
  }

  /** Newest sample by pid since the last call; null where the driver has none at all. */
  async #usage(): Promise<Map<number, Sample> | null> {
    const call = 'processUtilization'
    const { code, rows } = await this.#rows(call, SAMPLE_BYTES, SAMPLE_BYTES, (into, count) =>
      this.#call(call, into, count, this.#lastSeenUs),
    )
    if (code !== NVML.success && code !== NVML.notFound) return null
    const newest = new Map<number, Sample>()
    for (const row of rows) {
      const pid = row.readUInt32LE(0)
      const atUs = row.readBigUInt64LE(8)
      if (atUs > this.#lastSeenUs) this.#lastSeenUs = atUs
      const before = newest.get(pid)
      if (before !== undefined && atUs < before.atUs) continue
      const percent = (offset: number) => Math.min(100, row.readUInt32LE(offset))
      newest.set(pid, { atUs, percent: percent(16), encoder: percent(24), decoder: percent(28) })
    }
    return newest
  }

  #call(name: NvmlCall, ...args: unknown[]): Promise<number> {
    return this.#nvml.call(name, this.#device, ...args) ?? Promise.resolve(NVML.functionNotFound)
  }

  /** Asks with as much room as did last time, and with more until it does. */
  async #rows(
    name: NvmlCall,
    rowBytes: number,
    largestRow: number,
    ask: (rows: Buffer, count: Buffer) => Promise<number>,
  ): Promise<Rows> {
    const count = Buffer.alloc(4)
    let room = this.#room.get(name) ?? SLACK
    for (let attempt = 1; ; attempt++) {
      const bytes = Buffer.alloc(room * largestRow, UNTOUCHED)
      count.writeUInt32LE(room, 0)
      const code = await ask(bytes, count)
      const told = count.readUInt32LE(0)
      if (code === NVML.insufficientSize && attempt < ATTEMPTS) {
        room = Math.min(MOST, told + SLACK * attempt)
        continue
      }
      if (code !== NVML.success) return { code, rows: [] }
      const got = Math.min(room, told)
      this.#room.set(name, room)
      const stride = wasWritten(bytes, got * rowBytes, got * largestRow) ? largestRow : rowBytes
      const rows = Array.from({ length: got }, (_, i) =>
        bytes.subarray(i * stride, i * stride + rowBytes),
      )
      return { code, rows }
    }
  }
}

/** A process on the card without a new sample did nothing there that the driver samples. */
const IDLE: Sample = { atUs: 0n, percent: 0, encoder: 0, decoder: 0 }

const wasWritten = (bytes: Buffer, from: number, to: number): boolean =>
  bytes.subarray(from, to).some((byte) => byte !== UNTOUCHED)

const larger = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b)
