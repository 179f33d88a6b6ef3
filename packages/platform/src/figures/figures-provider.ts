import type { AskedField } from '@taskmanager/contracts'

/** What is too dear to be read of every process in every sweep: only what somebody asks for is read. */
export type AskedFields = ReadonlySet<AskedField>

export interface AskedSample {
  processes: readonly AskedProcess[]
  /** Every process was looked into within the CPU time allowed for it. */
  complete: boolean
  epochMs: number
}

/** Why there is no value: not allowed, broken, not counted by this kernel just now, or nothing that this process has. */
export type NotAsked = 'denied' | 'failed' | 'off' | 'none'

/** Parts are undefined where they were not asked for. */
export interface AskedProcess {
  pid: number
  startId: string
  /** Open file descriptors. */
  descriptors?: number | NotAsked
  /** Handles, of Windows. */
  handles?: number
  /** How long its threads were ready and waited for a CPU, nanoseconds. */
  runDelay?: Counters | NotAsked
  /** How long its threads waited for a disk, nanoseconds in steps of a tick. */
  ioDelay?: Counters | NotAsked
  /** How long its threads waited for memory that was swapped out, nanoseconds. */
  swapDelay?: Counters | NotAsked
  /** How often its threads were put on a CPU. */
  switches?: Counters | NotAsked
  swapBytes?: number | NotAsked
  session?: number
  /** The controlling terminal: `pts/3`; null: it has none. */
  terminal?: string | null
  /** It may do what its user alone may not: it holds a capability. */
  isElevated?: boolean | NotAsked
  /** Windows lets it run slowly and sparingly. */
  isEfficient?: boolean | NotAsked
  architecture?: { text: string } | NotAsked
  /** The file of its program was deleted or replaced since it started. */
  isReplaced?: boolean | NotAsked
}

/** Counters since the start of each thread; of the whole process where the kernel keeps one sum. */
export interface Counters {
  /** By thread; the sum of a process stands under its pid. */
  readonly byThread: ReadonlyMap<number, number>
  readonly monotonicMs: number
}

/** Reads of every process what the lists do not. */
export interface FiguresProvider {
  /** What this system can tell at all. */
  readonly fields: readonly AskedField[]
  sample(fields: AskedFields): Promise<AskedSample>
}
