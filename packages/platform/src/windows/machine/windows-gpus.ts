import { existsSync } from 'node:fs'
import { koffiOrNull } from '../../ffi.ts'
import { Gpus } from '../../gpu/gpus.ts'
import {
  GPU_WIRE_NAMES,
  type GpuFigures,
  type GpuSample,
  type GpuSource,
  PROCESSES,
} from '../../gpu/gpu.ts'
import { loadNvml, nvmlPath } from '../../gpu/nvml-library.ts'
import { NvmlSource } from '../../gpu/nvml.ts'
import type { MachineCapability } from '../../machine-info.ts'
import type { Clock } from '../../options.ts'
import { openCounters } from './counter-query.ts'
import { CounterGpus } from './counter-gpus.ts'
import { readAdapters } from './gpu-adapters.ts'
import { windowsRegistry } from '../registry.ts'

/** NVIDIA's library where its driver is installed, and the performance counters for all cards. */
export function windowsGpus(clock: Clock): Gpus {
  const registry = windowsRegistry()
  const counters = new CounterGpus({
    open: openCounters,
    adapters: () => (registry === null ? new Map() : readAdapters(registry)),
  })
  const [file, koffi] = [nvmlPath('win32'), koffiOrNull()]
  if (file === null || koffi === null || !existsSync(file))
    return new Gpus([counters], 'No NVIDIA driver was found.')
  const nvml = new NvmlSource({ load: () => loadNvml(koffi, file), clock })
  return new Gpus([new JoinedGpus(nvml, counters)])
}

/** Both tell of the same NVIDIA cards: the library of sensors and clocks, the counters of what each program does. */
export class JoinedGpus implements GpuSource {
  readonly #library: GpuSource
  readonly #counters: GpuSource

  constructor(library: GpuSource, counters: GpuSource) {
    this.#library = library
    this.#counters = counters
  }

  async read(): Promise<GpuSample[]> {
    const told = await this.#library.read()
    try {
      return joinCards(told, await this.#counters.read())
    } catch (error) {
      // What the library tells is true without the counters; only their absence alone is a failure.
      if (told.length === 0) throw error
      return told
    }
  }

  capability(): MachineCapability {
    const counters = this.#counters.capability()
    return counters.available ? counters : this.#library.capability()
  }

  close(): void {
    this.#library.close()
    this.#counters.close()
  }
}

/**
 * The counters know no PCI address, so cards of one maker are paired in their order, and only where both sources have
 * as many; else what the library tells of them stands alone.
 */
export function joinCards(told: readonly GpuSample[], counted: readonly GpuSample[]): GpuSample[] {
  const twins = counted.filter(({ vendor }) => vendor === 'nvidia')
  const others = counted.filter(({ vendor }) => vendor !== 'nvidia')
  if (told.length === 0) return [...counted]
  if (told.length !== twins.length) return [...told, ...others]
  return [...told.map((card, at) => joinCard(card, twins[at] as GpuSample)), ...others]
}

/** What the library leaves open comes from the counters, as do the programs, of which it knows little under Windows. */
function joinCard(card: GpuSample, counted: GpuSample): GpuSample {
  const joined: GpuSample = { ...card, engines: counted.engines, unknown: { ...card.unknown } }
  const figures: Partial<Record<keyof GpuFigures, unknown>> = joined
  for (const [field, name] of Object.entries(GPU_WIRE_NAMES) as [keyof GpuFigures, string][]) {
    if (card[field] !== null || counted[field] === null) continue
    figures[field] = counted[field]
    delete joined.unknown[name]
  }
  if (counted.unknown[PROCESSES] !== undefined) return joined
  joined.processes = counted.processes
  delete joined.unknown[PROCESSES]
  return joined
}
