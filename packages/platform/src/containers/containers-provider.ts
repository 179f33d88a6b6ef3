import type { ContainerEngine, ContainerState, UnknownReason } from '@taskmanager/contracts'

/** What an engine tells of a container of its own. */
export interface ContainerRecord {
  /** Whole. */
  fullId: string
  /** null: not told here. */
  engine: ContainerEngine | null
  name: string | null
  image: string | null
  /** null: not told here. */
  state: ContainerState | null
}

/** Traffic of a network namespace, bytes since its interfaces came up, loopback left out. */
export interface NamespaceTraffic {
  /** Equal for those who share it. */
  key: string
  /** It is the one of the machine. */
  isMachine: boolean
  recvBytes: number
  sentBytes: number
}

export interface ContainerSample {
  id: string
  engine: ContainerEngine | null
  name: string | null
  image: string | null
  state: ContainerState
  processes: number
  leader: { pid: number; startId: string; startedAtMs: number | null } | null
  memoryBytes: number | null
  memoryLimitBytes: number | null
  cpuLimitCount: number | null
  /** Periods of the CPU quota so far, and those in which it ran out; null: no quota, or not told. */
  periods: { all: number; throttled: number } | null
  tasks: number | null
  tasksLimit: number | null
  network: NamespaceTraffic | null
  /** Why fields are null, by their names on the wire. */
  unknown: Readonly<Record<string, UnknownReason>>
}

export interface ContainersSample {
  containers: readonly ContainerSample[]
  /** Why names or stopped containers are not known, in sentences. */
  notes: readonly string[]
  monotonicMs: number
  epochMs: number
}

export interface ContainersProvider {
  sample(): Promise<ContainersSample>
}
