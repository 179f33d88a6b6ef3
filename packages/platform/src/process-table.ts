import type { EndedSource, ProcessStatus } from '@taskmanager/contracts'

/** Lists processes. One instance, one long-lived table; a sweep updates it in place. */
export interface ProcessTableProvider {
  /** What this platform and this service can know. May change after the first sweep (hidden processes). */
  readonly capabilities: ProcessTableCapabilities
  /**
   * Brings the table up to date. Never called while another sweep runs. With `pause`, a long sweep awaits it every
   * few milliseconds, so that other work is not kept waiting.
   */
  sweep(pause?: SweepPause): ProcessTable | Promise<ProcessTable>
  /** Closes what is kept open; never called while a sweep runs. The provider is not usable afterwards. */
  close(): void
}

/** Lets other work run; resolves when it did. */
export type SweepPause = () => Promise<void>

export interface ProcessTableCapabilities {
  cpuTimeResolution: 'nanosecond' | 'tick'
  /** Why some processes are hidden from this service, in a sentence; null when none are. */
  partialReason: string | null
  provider: string
  /** What tells of processes that ended between two sweeps; null where nothing does. */
  endedSource: EndedSource | null
  /** Fields of `ProcessFacts` and `ProcessColumns` that are never known here. */
  missing: readonly string[]
}

/** Access to something of one process that needs rights. */
export const ACCESS = { unknown: 0, ok: 1, denied: 2, unsupported: 3 } as const

/** What does not change while a program runs; renewed when the process executes another. */
export interface ProcessFacts {
  startId: string
  /** The kernel's short name. */
  comm: string
  /** Shown name: comm, or the full name of the program where comm was cut. Cleaned. */
  name: string
  /** Arguments, cleaned and redacted; null: kernel thread, zombie or not permitted. */
  args: readonly string[] | null
  /** Path of the program; null: kernel thread or not permitted. */
  exe: string | null
  uid: number | null
  user: string | null
  /** systemd unit, scope, or container the system put it in. */
  unit: string | null
  /** Container id, short. */
  container: string | null
  /** The whole cgroup path, for grouping. */
  cgroup: string | null
  isKernel: boolean
  hasTerminal: boolean
  /** Its program has a window that a person can switch to; only where the system tells. */
  hasWindow?: boolean
  startedAtMs: number | null
}

/** A process that ended since the sweep before. */
export interface EndedProcess {
  pid: number
  startId: string
  /** How it ended, as wait(2) has it; null where the system does not tell: without exit records, or when some were lost. */
  waitStatus: number | null
}

/** CPU of processes that ended, under the nearest ancestor that lives. */
export interface EndedUnder {
  /** 0: nobody saw whose children they were. */
  parentPid: number
  parentName: string
  /** CPU nobody was charged for yet, nanoseconds. */
  cpuNs: number
  /** Listed processes that ended under it; more may have come and gone unseen. */
  listedCount: number
  /** All that ended under it; null when nobody counted them. */
  count: number | null
  /** Most frequent name among them; null when nobody saw them. */
  name: string | null
}

/** Times of the whole machine on the instants of two sweeps, milliseconds summed over CPUs. */
export interface MachineTimes {
  /** Everything but idle and waiting for a disk. */
  busyMs: number
  /** null: this system counts interrupts nowhere, or not on the instants of the sweeps. */
  irqMs: number | null
  /** False where interrupts are only sampled by the tick, and charged to the processes they interrupt all the same. */
  isIrqMeasured: boolean
  /** null: this system does not tell. */
  stealMs: number | null
  forks: number | null
}

/**
 * The table after a sweep. Rows are slots of typed columns; a slot belongs to one process as long as it lives.
 * Counters are since the start of each process.
 */
export interface ProcessTable {
  monotonicMs: number
  epochMs: number
  /** Monotonic length of the interval; null on the first sweep. */
  intervalMs: number | null
  logicalCpuCount: number
  columns: ProcessColumns
  facts: readonly (ProcessFacts | undefined)[]
  /** Slots in use, in the order of their pids. */
  slots: Int32Array
  count: number
  /** Slots whose process is new in this sweep. */
  added: readonly number[]
  ended: readonly EndedProcess[]
  endedUnder: readonly EndedUnder[]
  /** Processes that ended in the interval; null when nobody counted them: without exit records, or when some were lost. */
  exitCount: number | null
  /** null on the first sweep, after a counter ran backwards, and where the system does not tell. */
  machine: MachineTimes | null
  /** Processes that could not be read as their files should be. */
  skipped: number
  /** User this service runs as. */
  ownUid: number | null
}

/** Numbers by slot. NaN is unknown. */
export class ProcessColumns {
  capacity = 0
  pid = new Int32Array(0)
  ppid = new Int32Array(0)
  /** CPU time, nanoseconds; `previous` at the sweep before, NaN when there is no baseline. */
  cpuNs = new Float64Array(0)
  previousCpuNs = new Float64Array(0)
  /** Instants of the two, monotonic milliseconds. Where one is not known (0, NaN) they are those of the sweeps. */
  cpuAtMs = new Float64Array(0)
  previousCpuAtMs = new Float64Array(0)
  /** CPU time of waited-for children, milliseconds. */
  childrenCpuMs = new Float64Array(0)
  startTicks = new Float64Array(0)
  rssBytes = new Float64Array(0)
  vmsBytes = new Float64Array(0)
  threads = new Float64Array(0)
  nice = new Float64Array(0)
  /** Index into STATUS_BY_CODE. */
  status = new Uint8Array(0)
  /** Storage traffic, bytes. */
  readBytes = new Float64Array(0)
  writeBytes = new Float64Array(0)
  previousReadBytes = new Float64Array(0)
  previousWriteBytes = new Float64Array(0)
  ioAccess = new Uint8Array(0)
  pssBytes = new Float64Array(0)
  ussBytes = new Float64Array(0)
  swapBytes = new Float64Array(0)
  /** Instant of the three, epoch milliseconds. */
  memoryAtMs = new Float64Array(0)
  memoryAccess = new Uint8Array(0)
  /** Access to CPU time, memory and threads; unknown where every process tells them. */
  cpuAccess = new Uint8Array(0)
  /** 1 when anything of the row may differ from the sweep before. */
  touched = new Uint8Array(0)

  /** Makes room for `slots` rows; contents stay. */
  grow(slots: number): void {
    if (slots <= this.capacity) return
    const capacity = Math.max(512, this.capacity * 2, slots)
    for (const [key, column] of Object.entries(this) as [keyof this, unknown][]) {
      if (!ArrayBuffer.isView(column)) continue
      const old = column as Float64Array
      const larger = new (old.constructor as Float64ArrayConstructor)(capacity)
      larger.set(old)
      this[key] = larger as this[keyof this]
    }
    this.capacity = capacity
  }
}

export const STATUS_BY_CODE: readonly ProcessStatus[] = [
  'unknown',
  'running',
  'sleeping',
  'disk-sleep',
  'stopped',
  'tracing-stop',
  'zombie',
  'dead',
  'wake-kill',
  'waking',
  'parked',
  'idle',
  'not-responding',
]

/** Code of a psutil status word in the `status` column. */
export const statusCode = (status: ProcessStatus): number =>
  Math.max(0, STATUS_BY_CODE.indexOf(status))

export const ZOMBIE = statusCode('zombie')
/**
 * Waits for what no signal ends, mostly a disk. It may be a page of a file on a server that is gone: then whoever wants
 * the memory map of the process, and be it to read its arguments, waits with it, for ever.
 */
export const DISK_SLEEP = statusCode('disk-sleep')
