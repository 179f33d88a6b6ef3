import { parseGpuInstance } from './parse-counter-array.ts'

/** What one adapter does, of the counters of one collection. */
export interface AdapterLoad {
  luid: string
  /** Of its busiest engine; null: no engine tells yet. */
  usagePercent: number | null
  /** Load by sort of engine, the busiest of each. */
  engines: Map<string, number>
  memoryUsedBytes: number | null
  sharedMemoryUsedBytes: number | null
  processes: Map<number, ProcessLoad>
}

export interface ProcessLoad {
  /** Of its busiest engine. */
  usagePercent: number | null
  engine: string | null
  engines: Map<string, number>
  memoryBytes: number | null
}

/** Counters by instance; null: this Windows does not have them. */
export interface GpuCounters {
  engines: ReadonlyMap<string, number> | null
  processMemory: ReadonlyMap<string, number> | null
  adapterMemory: ReadonlyMap<string, number> | null
  adapterSharedMemory: ReadonlyMap<string, number> | null
}

/** Names of the counters in the order of `GpuCounters`. Source: perfmon, "GPU Engine" and its neighbours. */
export const GPU_COUNTER_PATHS = [
  String.raw`\GPU Engine(*)\Utilization Percentage`,
  String.raw`\GPU Process Memory(*)\Dedicated Usage`,
  String.raw`\GPU Adapter Memory(*)\Dedicated Usage`,
  String.raw`\GPU Adapter Memory(*)\Shared Usage`,
] as const

/**
 * Load of each adapter as the Task Manager has it: an engine is as busy as its processes together, an adapter as its
 * busiest engine. Each process has an instance for each engine it uses.
 */
export function adapterLoads(counters: GpuCounters): AdapterLoad[] {
  const adapters = new Map<string, AdapterLoad>()
  const sums = new Map<string, { luid: string; name: string; percent: number }>()
  for (const [name, percent] of counters.engines ?? []) {
    const instance = parseGpuInstance(name)
    if (instance === null || instance.engineIndex === null) continue
    const { luid, pid, engineIndex } = instance
    const engine = engineName(instance.engine)
    const key = `${luid} ${engineIndex}`
    const sum = sums.get(key) ?? { luid, name: engine, percent: 0 }
    sum.percent += percent
    sums.set(key, sum)
    adapterOf(adapters, luid)
    if (pid !== null) addProcessEngine(processOf(adapters, luid, pid), engine, percent)
  }
  for (const { luid, name, percent } of sums.values()) {
    const adapter = adapterOf(adapters, luid)
    const load = Math.min(100, percent)
    adapter.engines.set(name, Math.max(load, adapter.engines.get(name) ?? 0))
    adapter.usagePercent = Math.max(load, adapter.usagePercent ?? 0)
  }
  for (const [name, bytes] of counters.processMemory ?? []) {
    const instance = parseGpuInstance(name)
    if (instance === null || instance.pid === null) continue
    const process = processOf(adapters, instance.luid, instance.pid)
    process.memoryBytes = (process.memoryBytes ?? 0) + bytes
  }
  addMemory(adapters, counters.adapterMemory, 'memoryUsedBytes')
  addMemory(adapters, counters.adapterSharedMemory, 'sharedMemoryUsedBytes')
  return [...adapters.values()]
}

function addMemory(
  adapters: Map<string, AdapterLoad>,
  values: ReadonlyMap<string, number> | null,
  field: 'memoryUsedBytes' | 'sharedMemoryUsedBytes',
): void {
  for (const [name, bytes] of values ?? []) {
    const instance = parseGpuInstance(name)
    if (instance === null) continue
    const adapter = adapterOf(adapters, instance.luid)
    adapter[field] = (adapter[field] ?? 0) + bytes
  }
}

function addProcessEngine(process: ProcessLoad, engine: string, percent: number): void {
  const load = Math.min(100, percent)
  process.engines.set(engine, Math.max(load, process.engines.get(engine) ?? 0))
  if (process.usagePercent === null || load > process.usagePercent) {
    process.usagePercent = load
    process.engine = load > 0 ? engine : null
  }
}

function adapterOf(adapters: Map<string, AdapterLoad>, luid: string): AdapterLoad {
  const known = adapters.get(luid)
  if (known !== undefined) return known
  const adapter: AdapterLoad = {
    luid,
    usagePercent: null,
    engines: new Map(),
    memoryUsedBytes: null,
    sharedMemoryUsedBytes: null,
    processes: new Map(),
  }
  adapters.set(luid, adapter)
  return adapter
}

function processOf(adapters: Map<string, AdapterLoad>, luid: string, pid: number): ProcessLoad {
  const { processes } = adapterOf(adapters, luid)
  const process = processes.get(pid) ?? {
    usagePercent: null,
    engine: null,
    engines: new Map(),
    memoryBytes: null,
  }
  processes.set(pid, process)
  return process
}

const ENGINE_NAMES = new Map([
  ['3d', '3D'],
  ['compute_0', 'compute'],
  ['compute_1', 'compute'],
  ['compute', 'compute'],
  ['copy', 'copy'],
  ['videodecode', 'decode'],
  ['videoencode', 'encode'],
  ['videoprocessing', 'video'],
  ['neural', 'neural'],
])

/** In the words that other systems use for the same. */
const engineName = (name: string | null) =>
  name === null ? 'other' : (ENGINE_NAMES.get(name.toLowerCase()) ?? name)
