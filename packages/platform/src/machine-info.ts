/** What does not change while the machine runs. `null`: the system does not tell. */
export interface MachineInfo {
  hostname: string
  os: {
    platform: 'linux' | 'win32' | 'darwin' | 'other'
    name: string | null
    kernel: string | null
    architecture: string
  }
  bootTimeMs: number | null
  bootId: string | null
  timezone: string | null
  user: string | null
  uid: number | null
  elevated: boolean
  cpu: CpuInfo
  memory: { totalBytes: number | null; modules: MemoryModule[] }
  board: BoardInfo
  /** Kind of virtual machine; null: none seen. */
  virtualMachine: string | null
  /** Kind of container; null: none seen. */
  container: string | null
  limits: ContainerLimits
  capabilities: Record<string, MachineCapability>
  /** The slow part, read once after the start, is in. */
  inventoryComplete: boolean
}

export interface CpuInfo {
  model: string | null
  vendor: string | null
  sockets: number | null
  /** Physical cores. */
  cores: number | null
  /** Logical CPUs online. */
  threads: number
  baseMhz: number | null
  maxMhz: number | null
  /** Caches: the sum over the machine. */
  l1Bytes: number | null
  l2Bytes: number | null
  l3Bytes: number | null
  governor: string | null
  driver: string | null
  virtualization: string | null
  numaNodes: number | null
  /** In order of socket and node; one where the machine has no more of anything; null: not known. */
  groups: CpuGroup[] | null
}

export type CoreKind = 'performance' | 'efficient'

/** Logical CPUs that share socket, NUMA node and kind of core; each null where the system does not tell. */
export interface CpuGroup {
  socket: number | null
  numaNode: number | null
  kind: CoreKind | null
  cpus: number[]
}

export interface MemoryModule {
  slot: string | null
  sizeBytes: number | null
  type: string | null
  /** Mega-transfers a second. */
  speedMts: number | null
  manufacturer: string | null
}

export interface BoardInfo {
  manufacturer: string | null
  model: string | null
  bios: string | null
}

export interface ContainerLimits {
  /** CPUs, with fraction; null: no limit. */
  cpuCount: number | null
  memoryBytes: number | null
}

export interface MachineCapability {
  available: boolean
  /** Why not, as a sentence for a person; null when it works. */
  reason: string | null
}
