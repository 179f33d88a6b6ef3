import type {
  BlastRadius,
  InfoSection,
  ProcessInfo,
  ThreadInfo,
  UnknownReason,
} from '@taskmanager/contracts'
import { shownArguments } from '../../detail/arguments.ts'
import { writtenPaths } from '../../detail/blast.ts'
import { ancestorsOf, descendantsOf, refOf, type Relative } from '../../detail/family.ts'
import type { DetailResult, ProcessDetailProvider } from '../../detail/process-detail.ts'
import type { Clock } from '../../options.ts'
import type { ProcessFacts } from '../../process-table.ts'
import type { ReadResult } from '../../read-result.ts'
import { cleanName } from '../../text/clean.ts'
import { orUnreadable } from '../../detail/or-unreadable.ts'
import { protectedReason, statusOf } from '../control/mac-control.ts'
import { isSessionCritical } from '../control/session-critical.ts'
import { MAC_ERRNO, macLibrary, PROCESS_INFO, type MacLibrary } from '../lib-system.ts'
import { MacUsers } from '../mac-users.ts'
import { createJobRestarts, type JobRestarts } from '../services/job-restarts.ts'
import { ARGS_BYTES, MacFacts, wholeName } from '../processes/mac-facts.ts'
import type { KinfoProcRecord } from '../processes/parse-kinfo-proc.ts'
import {
  parseTaskAllInfo,
  TASK_ALL_INFO_SIZE,
  TaskAllInfoRecord,
} from '../processes/parse-task-all-info.ts'
import { findProcess, ProcessList, startIdOf } from '../processes/process-list.ts'
import { growingAnswer, MacDescriptors, refusalOf } from '../sockets/descriptors.ts'
import { presentSockets, readOpenThings, type OpenThings } from '../sockets/open-files.ts'
import { nsPerTick } from '../ticks.ts'
import { readMacRelatives } from './mac-family.ts'
import { macListeners } from './mac-listeners.ts'
import { FOLDERS_SIZE, parseWorkingDirectory } from './parse-folders.ts'
import {
  parseResourceDetails,
  RESOURCE_DETAILS_SIZE,
  type ResourceDetails,
} from './parse-resource-details.ts'
import { parseThreadIds, parseThreadInfo, THREAD_INFO_SIZE } from './parse-threads.ts'

const MOST_DESCENDANTS = 256
const MOST_THREADS = 4096
const MOST_PATH = 4096
const FIRST_THREADS_ROOM = 1 << 12

export interface MacDetailWorld {
  clock: Clock
  library: MacLibrary
  restarts: Pick<JobRestarts, 'of'>
  /** Effective user of this service: whose processes tell everything. 0: all. */
  ownUid: number
}

interface Found {
  record: KinfoProcRecord
  comm: Buffer
}

/** Details of one process of macOS, read when they are asked for; nothing here is sampled. */
export class MacProcessDetail implements ProcessDetailProvider {
  readonly #clock: Clock
  readonly #library: MacLibrary
  readonly #ownUid: number
  readonly #restarts: MacDetailWorld['restarts']
  readonly #msPerTick: number
  readonly #users: MacUsers
  readonly #facts: MacFacts
  readonly #processes: ProcessList
  readonly #descriptors: MacDescriptors

  constructor({ clock, library, ownUid, restarts }: MacDetailWorld) {
    this.#clock = clock
    this.#library = library
    this.#ownUid = ownUid
    this.#restarts = restarts
    this.#msPerTick = nsPerTick(library) / 1e6
    this.#users = new MacUsers(library)
    this.#facts = new MacFacts(library, this.#users)
    this.#processes = new ProcessList(library)
    this.#descriptors = new MacDescriptors(library)
  }

  read(
    pid: number,
    startId: string | null,
    include: ReadonlySet<InfoSection>,
  ): Promise<DetailResult> {
    return orUnreadable(this.#readSame(pid, startId, include))
  }

  async #readSame(
    pid: number,
    startId: string | null,
    include: ReadonlySet<InfoSection>,
  ): Promise<DetailResult> {
    const found = this.#find(pid)
    if (found === null) return { kind: 'gone' }
    const { startMicros } = found.record
    if (startId !== null && startId !== startIdOf(startMicros)) {
      const name = cleanName(wholeName(found.comm, []))
      return {
        kind: 'identity_mismatch',
        owner: { pid, name, startedAtMs: Math.round(startMicros / 1000) },
      }
    }
    const info = await this.#read(found, include)
    // What was read belongs to one process only if it is still the same one.
    if (this.#find(pid)?.record.startMicros !== startMicros) return { kind: 'gone' }
    return { kind: 'ok', info }
  }

  #find(pid: number): Found | null {
    const found = findProcess(this.#library, pid)
    return found === null ? null : { record: found.record, comm: Buffer.from(found.comm) }
  }

  async #read(found: Found, include: ReadonlySet<InfoSection>): Promise<ProcessInfo> {
    const { record } = found
    const { pid } = record
    const unknown: Record<string, UnknownReason> = { ...NEVER_TOLD }
    const known = <T>(result: ReadResult<T>, ...fields: string[]): T | null => {
      if (result.kind === 'ok') return result.value
      for (const field of fields) unknown[field] = REASONS[result.kind]
      return null
    }
    const [user, effectiveUser] = await Promise.all([
      this.#users.whenKnown(record.ruid),
      this.#users.whenKnown(record.euid),
    ])
    const task = known(
      this.#task(pid),
      'num_threads',
      'cpu_time_user_ms',
      'cpu_time_system_ms',
      'memory.rss_bytes',
      'memory.vms_bytes',
      'memory.page_faults',
    )
    const facts = this.#factsOf(found, task !== null)
    const isDeleted = facts.exe === null && this.#isProgramDeleted(pid)
    if (facts.exe === null) unknown['exe'] = 'not_reported'
    if (!isDeleted) unknown['exe_deleted'] = 'not_reported'
    if (facts.args === null && pid !== 0)
      unknown['cmdline'] = task === null ? 'not_permitted' : 'not_reported'
    const args = facts.args === null ? null : shownArguments(facts.args)
    const usage = this.#usage(pid, known, unknown)
    const list = known(this.#descriptors.of(pid), 'num_fds')
    const open = list === null ? null : readOpenThings(this.#descriptors, pid, list)
    const restarts = known(await this.#restarts.of(record), 'blast.restarted_by')
    const relatives = readMacRelatives(this.#processes)
    const descendants = descendantsOf(pid, relatives)
    const info: ProcessInfo = {
      pid,
      start_id: facts.startId,
      ppid: record.ppid,
      name: facts.name,
      comm: facts.comm,
      cmdline: pid === 0 ? [] : (args?.list ?? null),
      cmdline_truncated: (args?.truncated ?? false) || isCutAtRead(facts.args),
      exe: facts.exe,
      exe_deleted: isDeleted ? true : null,
      libraries_replaced: null,
      cwd: known(this.#workingDirectory(pid), 'cwd'),
      status: statusOf(record) ?? (task === null ? 'unknown' : task.status),
      kind: facts.isKernel ? 'kernel' : facts.hasTerminal ? 'terminal' : 'background',
      user,
      uid: record.ruid,
      effective_user: effectiveUser,
      gid: record.rgid,
      started_at_ms: Math.round(record.startMicros / 1000),
      cpu_time_user_ms: task === null ? null : task.userTicks * this.#msPerTick,
      cpu_time_system_ms: task === null ? null : task.systemTicks * this.#msPerTick,
      num_threads: task?.threads ?? null,
      nice: record.nice,
      io_priority: null,
      scheduler: null,
      affinity: null,
      oom_score: null,
      tty: record.terminal === null ? null : this.#library.deviceName(record.terminal),
      session: null,
      unit: null,
      cgroup: null,
      container: null,
      memory: {
        rss_bytes: task?.residentBytes ?? null,
        vms_bytes: task?.virtualBytes ?? null,
        commit_bytes: null,
        shared_bytes: null,
        peak_rss_bytes: null,
        swap_bytes: null,
        pss_bytes: null,
        uss_bytes: null,
        footprint_bytes: usage?.footprintBytes ?? null,
        peak_footprint_bytes: usage?.peakFootprintBytes ?? null,
        locked_bytes: usage?.wiredBytes ?? null,
        page_faults: task?.faults ?? null,
      },
      io:
        usage === null
          ? null
          : {
              read_bytes: usage.diskReadBytes,
              write_bytes: usage.diskWrittenBytes,
              read_chars: null,
              write_chars: null,
            },
      energy_joules: usage?.energyNanojoules == null ? null : usage.energyNanojoules / 1e9,
      context_switches_voluntary: null,
      context_switches_involuntary: null,
      num_fds: list?.length ?? null,
      num_handles: null,
      efficiency_mode: null,
      wait_channel: null,
      run_delay_ms: null,
      io_delay_ms: null,
      ancestors: refs(ancestorsOf(pid, relatives)),
      blast: await this.#blast(found, facts.name, { open, descendants, relatives, restarts }),
      unknown,
      sampled_at_ms: Math.round(this.#clock.epochMs()),
    }
    if (include.has('threads')) info.threads = this.#threads(pid)
    if (include.has('files')) info.files = open?.files ?? null
    if (include.has('sockets')) info.sockets = open === null ? null : presentSockets(open.sockets)
    if (include.has('limits')) info.limits = null
    if (include.has('tree')) info.tree = branchOf(relatives.get(pid), descendants)
    return info
  }

  #factsOf({ record, comm }: Found, readable: boolean): ProcessFacts {
    return this.#facts.of({ record, comm, longName: null, readable })
  }

  async #blast(
    { record, comm }: Found,
    name: string,
    {
      open,
      descendants,
      relatives,
      restarts,
    }: {
      open: OpenThings | null
      descendants: Relative[]
      relatives: Map<number, Relative>
      restarts: BlastRadius['restarted_by']
    },
  ): Promise<ProcessInfo['blast']> {
    const { pid, ruid, euid } = record
    const written = open === null ? null : writtenPaths(open.files)
    const isOther = ruid !== this.#ownUid || euid !== this.#ownUid
    return {
      descendants: refs(descendants.slice(0, MOST_DESCENDANTS)),
      descendant_count: descendants.length,
      listeners:
        open === null
          ? null
          : await macListeners(this.#descriptors, { pid, sockets: open.sockets }, relatives),
      files_writing: written?.paths ?? null,
      files_writing_count: written?.count ?? null,
      restarted_by: restarts,
      other_user: isOther,
      session_critical: isSessionCritical(name),
      has_windows: null,
      permitted: !isOther || this.#ownUid === 0,
      protected_reason: protectedReason({ record, name: cleanName(wholeName(comm, [name])) }),
    }
  }

  /** The path of a program whose file is gone is refused. Source: `proc_pidpathinfo_internal` of xnu. */
  #isProgramDeleted(pid: number): boolean {
    const isRefused = this.#library.processPath(pid, Buffer.alloc(MOST_PATH)) < 0
    return isRefused && this.#library.lastErrno() === MAC_ERRNO.ENOENT
  }

  #task(pid: number): ReadResult<TaskFigures> {
    const bytes = Buffer.alloc(TASK_ALL_INFO_SIZE)
    if (this.#library.taskAllInfo(pid, bytes) < 0) return refusalOf(this.#library)
    const record = parseTaskAllInfo(bytes, new TaskAllInfoRecord())
    const status = record.runningThreads > 0 ? 'running' : 'sleeping'
    return { kind: 'ok', value: Object.assign(record, { status } as const) }
  }

  /** The newest version that this macOS has. */
  #usage(
    pid: number,
    known: <T>(result: ReadResult<T>, ...fields: string[]) => T | null,
    unknown: Record<string, UnknownReason>,
  ): ResourceDetails | null {
    const usage = known(
      this.#resources(pid),
      'memory.footprint_bytes',
      'memory.peak_footprint_bytes',
      'memory.locked_bytes',
      'io',
      'energy_joules',
    )
    if (usage !== null && usage.energyNanojoules === null) unknown['energy_joules'] = 'not_reported'
    return usage
  }

  #resources(pid: number): ReadResult<ResourceDetails> {
    for (const version of [6, 4] as const) {
      const bytes = Buffer.alloc(RESOURCE_DETAILS_SIZE[version])
      if (this.#library.resourceDetails(pid, version, bytes) >= 0)
        return { kind: 'ok', value: parseResourceDetails(bytes) }
    }
    return refusalOf(this.#library)
  }

  #workingDirectory(pid: number): ReadResult<string> {
    const bytes = Buffer.alloc(FOLDERS_SIZE)
    const length = this.#library.processInfo({ pid, flavor: PROCESS_INFO.folders }, bytes)
    if (length < FOLDERS_SIZE) return length < 0 ? refusalOf(this.#library) : { kind: 'failed' }
    const folder = parseWorkingDirectory(bytes)
    return folder === null ? { kind: 'unsupported' } : { kind: 'ok', value: folder }
  }

  /** null: it may not be asked. Threads that end meanwhile are left out. */
  #threads(pid: number): ThreadInfo[] | null {
    const ids = growingAnswer(Buffer.alloc(FIRST_THREADS_ROOM), (into) =>
      this.#library.processInfo({ pid, flavor: PROCESS_INFO.threadIds }, into),
    )
    if (ids === null) return null
    const bytes = Buffer.alloc(THREAD_INFO_SIZE)
    return parseThreadIds(ids)
      .slice(0, MOST_THREADS)
      .flatMap((thread) => {
        const asked = { pid, flavor: PROCESS_INFO.thread, thread }
        const length = this.#library.processInfo(asked, bytes)
        return length === THREAD_INFO_SIZE ? [parseThreadInfo(thread, bytes)] : []
      })
  }
}

type TaskFigures = TaskAllInfoRecord & { status: 'running' | 'sleeping' }

const REASONS = {
  gone: 'gone',
  denied: 'not_permitted',
  unsupported: 'not_reported',
  failed: 'failed',
} as const

/** What macOS tells of no process, or by no public call. */
const NEVER_TOLD: Readonly<Record<string, UnknownReason>> = Object.fromEntries(
  [
    'libraries_replaced',
    'io_priority',
    'scheduler',
    'affinity',
    'oom_score',
    'session',
    'context_switches_voluntary',
    'context_switches_involuntary',
    'wait_channel',
    'run_delay_ms',
    'io_delay_ms',
    'num_handles',
    'efficiency_mode',
    'memory.commit_bytes',
    'memory.shared_bytes',
    'memory.peak_rss_bytes',
    'memory.swap_bytes',
    'memory.pss_bytes',
    'memory.uss_bytes',
    'limits',
  ].map((field) => [field, 'not_supported']),
)

/** No more bytes of them are read. */
const isCutAtRead = (args: readonly string[] | null): boolean =>
  Buffer.byteLength((args ?? []).join('\0')) >= ARGS_BYTES - 1

const refs = (list: readonly Relative[]) => list.map((each) => refOf(each, startIdOf))

const branchOf = (
  root: Relative | undefined,
  descendants: readonly Relative[],
): NonNullable<ProcessInfo['tree']> =>
  [...(root === undefined ? [] : [root]), ...descendants].map(
    ({ pid, ppid, name, startTicks }) => ({
      pid,
      ppid,
      name,
      start_id: startIdOf(startTicks),
    }),
  )

/** null on other systems and without koffi. */
export function createMacDetail(clock: Clock): MacProcessDetail | null {
  const library = macLibrary()
  const ownUid = process.geteuid?.()
  return library === null || ownUid === undefined
    ? null
    : new MacProcessDetail({ clock, library, ownUid, restarts: createJobRestarts(ownUid) })
}
