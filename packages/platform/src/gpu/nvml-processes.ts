import type { GpuProcessSample } from './gpu.ts'
import { bytesAt } from './nvml-bytes.ts'
import { NVML, type NvmlDevice, type NvmlLibrary } from './nvml-library.ts'

/** nvmlProcessInfo_t: 0 pid, 8 bytes used. */
const PROCESS_BYTES = 24
/** nvmlProcessUtilizationSample_t: 0 pid, 8 time in µs, 16 SM percent. */
const UTILIZATION_BYTES = 32
/** Processes that may come between asking how many there are and asking for them. */
const SLACK = 8
const MOST = 4096

/** Users of one card. Pids are those of the host, also inside a container. */
export class NvmlProcesses {
  readonly #nvml: NvmlLibrary
  readonly #device: NvmlDevice
  #lastSeenUs = 0n

  constructor(nvml: NvmlLibrary, device: NvmlDevice) {
    this.#nvml = nvml
    this.#device = device
  }

  /** Empty where the driver does not tell. A process in both lists is one process: its memory counts once. */
  async read(): Promise<GpuProcessSample[]> {
    const memory = new Map<number, number | null>()
    for (const list of ['computeProcesses', 'graphicsProcesses']) {
      const rows = await this.#list(PROCESS_BYTES, (into, count) => this.#call(list, count, into))
      for (const row of rows) {
        const pid = row.readUInt32LE(0)
        const bytes = bytesAt(row, 8)
        const known = memory.get(pid) ?? null
        memory.set(
          pid,
          known === null || bytes === null ? (known ?? bytes) : Math.max(known, bytes),
        )
      }
    }
    if (memory.size === 0) return []
    const usage = await this.#usage()
    return Array.from(memory, ([pid, memoryBytes]) => ({
      pid,
      // No new sample of a process that is on the card: it did nothing there.
      usagePercent: usage === null ? null : (usage.get(pid) ?? 0),
      memoryBytes,
    }))
  }

  /** Newest sample by pid since the last call; null where the driver has none at all. */
  async #usage(): Promise<Map<number, number> | null> {
    let supported = true
    const rows = await this.#list(UTILIZATION_BYTES, async (into, count) => {
      const code = await this.#call('processUtilization', into, count, this.#lastSeenUs)
      if (code !== NVML.success && code !== NVML.insufficientSize && code !== NVML.notFound)
        supported = false
      return code
    })
    if (!supported) return null
    const newest = new Map<number, { atUs: bigint; percent: number }>()
    for (const row of rows) {
      const pid = row.readUInt32LE(0)
      const atUs = row.readBigUInt64LE(8)
      if (atUs > this.#lastSeenUs) this.#lastSeenUs = atUs
      const before = newest.get(pid)
      if (before === undefined || atUs >= before.atUs)
        newest.set(pid, { atUs, percent: row.readUInt32LE(16) })
    }
    return new Map(Array.from(newest, ([pid, { percent }]) => [pid, Math.min(100, percent)]))
  }

  #call(name: string, ...args: unknown[]): Promise<number> {
    return this.#nvml.call(name, this.#device, ...args) ?? Promise.resolve(NVML.notSupported)
  }

  /** First asks how many there are, then for so many and some more. */
  async #list(
    rowBytes: number,
    ask: (rows: Buffer | null, count: Buffer) => Promise<number>,
  ): Promise<Buffer[]> {
    const count = Buffer.alloc(4)
    if ((await ask(null, count)) !== NVML.insufficientSize) return []
    const room = Math.min(MOST, count.readUInt32LE(0) + SLACK)
    const rows = Buffer.alloc(room * rowBytes)
    count.writeUInt32LE(room, 0)
    if ((await ask(rows, count)) !== NVML.success) return []
    const got = Math.min(room, count.readUInt32LE(0))
    return Array.from({ length: got }, (_, at) => rows.subarray(at * rowBytes, (at + 1) * rowBytes))
  }
}
