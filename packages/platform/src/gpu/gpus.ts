import { existsSync } from 'node:fs'
import path from 'node:path'
import { koffiOrNull } from '../ffi.ts'
import { list, readText } from '../linux/sysfs.ts'
import type { MachineCapability } from '../machine-info.ts'
import type { PlatformOptions } from '../options.ts'
import { DrmSource } from './drm-cards.ts'
import type { GpuSample, GpuSource } from './gpu.ts'
import { loadNvml, nvmlPath } from './nvml-library.ts'
import { type CardSleep, NvmlSource } from './nvml.ts'

/** All cards of all makers, graphics cards first. A card keeps its number for as long as this service runs. */
export class Gpus {
  readonly #sources: GpuSource[]
  readonly #nvidiaProblem: string | null
  readonly #numbers = { gpu: new Map<string, number>(), npu: new Map<string, number>() }

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
    for (const [at, card] of cards.entries()) card.id = `${card.kind}-${this.#numberOf(card, at)}`
    const are = (kind: GpuSample['kind']) => cards.filter((card) => card.kind === kind)
    return [...are('gpu'), ...are('npu')]
  }

  #numberOf({ kind, uuid, busId }: GpuSample, at: number): number {
    const numbers = this.#numbers[kind]
    const key = busId ?? uuid ?? `at ${at}`
    const number = numbers.get(key) ?? numbers.size
    numbers.set(key, number)
    return number
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
  const { procRoot, sysRoot, clock } = options
  const drm = new DrmSource(options)
  const traces = [path.join(procRoot, 'driver/nvidia'), path.join(sysRoot, 'module/nvidia')]
  if (procRoot === '/proc') traces.push('/dev/nvidiactl', '/dev/dxg')
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
  const present = async () => (await list(path.join(procRoot, 'driver/nvidia/gpus'))).join(' ')
  const sleep = () => sleepOf(sysRoot)
  const nvml = new NvmlSource({ load: () => loadNvml(koffi, file), clock, present, sleep })
  return new Gpus([nvml, drm])
}

/** Cards of NVIDIA's own driver. Source: power/runtime_pm.rst, sysfs-devices-power of the kernel. */
export async function sleepOf(sysRoot: string): Promise<CardSleep> {
  const driver = path.join(sysRoot, 'bus/pci/drivers/nvidia')
  const cards = (await list(driver)).filter((name) => /^[\da-f]{4,}:/.test(name))
  const of = (file: string) =>
    Promise.all(cards.map((card) => readText(path.join(driver, card, 'power', file))))
  if (cards.length === 0) return 'awake'
  if ((await of('runtime_status')).every((status) => status === 'suspended')) return 'asleep'
  return (await of('control')).every((control) => control === 'auto') ? 'may' : 'awake'
}
