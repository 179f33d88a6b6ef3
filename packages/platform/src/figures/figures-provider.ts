/** What is too dear to be read of every process in every sweep: only while somebody asks for it. */
export interface AskedFields {
  descriptors: boolean
  runDelay: boolean
}

export interface AskedSample {
  processes: readonly AskedProcess[]
  /** Every process was looked into within the CPU time allowed for it. */
  complete: boolean
  epochMs: number
}

export interface AskedProcess {
  pid: number
  startId: string
  /** Open file descriptors; undefined: not asked for. */
  descriptors?: number | 'denied' | 'failed'
  /** undefined: not asked for. null: the kernel does not count it. */
  runDelay?: RunDelaySample | null
}

/** How long the threads of a process were ready and waited for a CPU, since the start of each. */
export interface RunDelaySample {
  /** Nanoseconds by thread. */
  readonly byThread: ReadonlyMap<number, number>
  readonly monotonicMs: number
}

/** Reads of every process what the lists do not. */
export interface FiguresProvider {
  sample(fields: AskedFields): Promise<AskedSample>
}
