import { existsSync } from 'node:fs'
import path from 'node:path'
import { koffiOrNull } from '../ffi.ts'
import type { MachineCapability } from '../machine-info.ts'
import type { PlatformOptions } from '../options.ts'
import { DrmSource } from './drm-cards.ts'
import type { GpuSample, GpuSource } from './gpu.ts'
import { loadNvml, nvmlPath } from './nvml-library.ts'
import { NvmlSource } from './nvml.ts'

/** All cards of all makers, numbered through. */
export class Gpus {
  readonly #sources: GpuSource[]
  readonly #nvidiaProblem: string | null

  constructor(sources: GpuSource[], nvidiaProblem: string | null = null) {
    this.#sources = sources
    this.#nvidiaProblem = nvidiaProblem
  }

  /** A driver is there whose card may be back soon. */
  get hasNvidiaDriver(): boolean {
    return this.#nvidiaProblem === null
  }

  async read(): Promise<GpuSample[]> {
    const cards: GpuSample[] = []
    for (const source of this.#sources) cards.push(...(await source.read()))
    for (const [at, card] of cards.entries()) card.id = `gpu-${at}`
    return cards
  }

  capability(): MachineCapability {
    const answers = this.#sources.map((source) => source.capability())
    if (answers.some(({ available }) => available)) return { available: true, reason: null }
    const reasons = answers.map(({ reason }) => reason)
    return { available: false, reason: [this.#nvidiaProblem, ...reasons].filter(Boolean).join(' ') }
  }

  close(): void {
    for (const source of this.#sources) source.close()
  }
}

/**
 * NVIDIA only where its driver left a trace: loading the foreign function library costs memory that a machine without
 * a card shall not pay.
 */
export function linuxGpus(options: PlatformOptions): Gpus {
  const drm = new DrmSource(options.sysRoot)
  const traces = [
    path.join(options.procRoot, 'driver/nvidia'),
    path.join(options.sysRoot, 'module/nvidia'),
  ]
  if (options.procRoot === '/proc') traces.push('/dev/nvidiactl', '/dev/dxg')
  if (!traces.some((trace) => existsSync(trace)))
    return new Gpus([drm], 'No NVIDIA driver was found.')
  const file = nvmlPath()
  const koffi = koffiOrNull()
  if (koffi === null || file === null) {
    return new Gpus(
      [drm],
      'The NVIDIA driver cannot be asked: the foreign function library (koffi) does not work here.',
    )
  }
  return new Gpus([new NvmlSource(() => loadNvml(koffi, file), options.clock), drm])
}
