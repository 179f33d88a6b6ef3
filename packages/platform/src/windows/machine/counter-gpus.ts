import { type GpuSample, type GpuSource, noFigures, PROCESSES, reasonsFor } from '../../gpu/gpu.ts'
import type { MachineCapability } from '../../machine-info.ts'
import type { CounterQuery } from './counter-query.ts'
import type { AdapterFacts } from './gpu-adapters.ts'
import { type AdapterLoad, adapterLoads, GPU_COUNTER_PATHS } from './gpu-counters.ts'

export interface CounterGpuWorld {
  /** null: this Windows has no performance counters. */
  open: (paths: readonly string[]) => CounterQuery | null
  /** By LUID. */
  adapters: () => ReadonlyMap<string, AdapterFacts>
}

const NO_COUNTERS =
  'This Windows has no performance counters of graphics cards; they came with version 1709 and need a driver of WDDM 2.0 or newer.'

const UNREAD =
  'Windows does not let the performance counters of graphics cards be read just now; they are asked again. If it stays so, "lodctr /R" as administrator builds them anew.'

/** Cards of all makers through the performance counters of Windows, which the Task Manager shows as well. */
export class CounterGpus implements GpuSource {
  readonly #world: CounterGpuWorld
  #query: CounterQuery | null = null
  #opened = false
  #hasCounters = false
  #isUnread = false
  #adapters: ReadonlyMap<string, AdapterFacts> = new Map()
  /** By LUID, as soon as an adapter has shown an engine: without a program it shows none. */
  readonly #kinds = new Map<string, GpuSample['kind']>()

  constructor(world: CounterGpuWorld) {
    this.#world = world
  }

  /** @throws when the counters are there and cannot be read: what was read before may still be shown for a while. */
  async read(): Promise<GpuSample[]> {
    if (!this.#opened) {
      this.#opened = true
      this.#query = this.#world.open(GPU_COUNTER_PATHS)
    }
    const collected = (await this.#query?.collect()) ?? { kind: 'ok', value: [] }
    this.#isUnread = collected.kind !== 'ok'
    if (collected.kind !== 'ok')
      throw new Error(`The counters of graphics cards cannot be read (${collected.kind}).`)
    const [engines, processMemory, adapterMemory, adapterSharedMemory] = collected.value
    this.#hasCounters = engines != null
    if (engines == null) return []
    const loads = adapterLoads({
      engines,
      processMemory: processMemory ?? null,
      adapterMemory: adapterMemory ?? null,
      adapterSharedMemory: adapterSharedMemory ?? null,
    })
    // A driver that starts anew (an update, a fault) gives its card another LUID.
    if (loads.some(({ luid }) => !this.#adapters.has(luid))) this.#adapters = this.#world.adapters()
    return loads.flatMap((load) => {
      const facts = this.#adapters.get(load.luid)
      return facts?.isSoftware === true ? [] : [sampleOf(load, facts, this.#kindOf(load, facts))]
    })
  }

  /** An adapter that can compute and nothing else (MCDM): a graphics card has a 3D engine for any of its programs. */
  #kindOf({ luid, engines }: AdapterLoad, facts: AdapterFacts | undefined): GpuSample['kind'] {
    const known = this.#kinds.get(luid)
    if (known === 'gpu' || engines.size === 0) return known ?? 'gpu'
    const computes = [...engines.keys()].every((name) => name === 'compute' || name === 'neural')
    const kind = computes && (facts?.memoryTotalBytes ?? null) === null ? 'npu' : 'gpu'
    this.#kinds.set(luid, kind)
    return kind
  }

  capability(): MachineCapability {
    if (this.#isUnread) return { available: false, reason: UNREAD }
    return this.#hasCounters
      ? { available: true, reason: null }
      : { available: false, reason: NO_COUNTERS }
  }

  close(): void {
    this.#query?.close()
    this.#query = null
  }
}

function sampleOf(
  load: AdapterLoad,
  facts: AdapterFacts | undefined,
  kind: GpuSample['kind'],
): GpuSample {
  const figures = {
    ...noFigures(),
    usagePercent: load.usagePercent,
    memoryUsedBytes: load.memoryUsedBytes,
    memoryTotalBytes: facts?.memoryTotalBytes ?? null,
    sharedMemoryUsedBytes: load.sharedMemoryUsedBytes,
    sharedMemoryTotalBytes: facts?.sharedMemoryTotalBytes ?? null,
    encoderPercent: load.engines.get('encode') ?? null,
    decoderPercent: load.engines.get('decode') ?? null,
  }
  const unknown = reasonsFor(figures, 'not_supported', { usage_percent: 'first_sample' })
  if (load.usagePercent === null) unknown[PROCESSES] = 'first_sample'
  return {
    id: '',
    kind,
    name: facts?.name ?? null,
    vendor: facts?.vendor ?? 'other',
    driver: facts?.driver ?? null,
    uuid: load.luid,
    busId: null,
    source: 'pdh',
    libraryVersion: null,
    cudaVersion: null,
    problem: null,
    usageIsAtLeast: false,
    engines: Array.from(load.engines, ([name, usagePercent]) => ({ name, usagePercent })),
    processes: Array.from(load.processes, ([pid, process]) => ({
      pid,
      usagePercent: process.usagePercent,
      memoryBytes: process.memoryBytes,
      engine: process.engine,
      encoderPercent: process.engines.get('encode') ?? null,
      decoderPercent: process.engines.get('decode') ?? null,
    })),
    hasHiddenUsers: false,
    ...figures,
    unknown,
  }
}
