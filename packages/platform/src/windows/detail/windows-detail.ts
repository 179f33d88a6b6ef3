import type {
  BlastRadius,
  InfoSection,
  ProcessInfo,
  ProcessRef,
  SocketInfo,
  ThreadInfo,
  UnknownReason,
} from '@taskmanager/contracts'
import { shownArguments } from '../../detail/arguments.ts'
import { listenersOf } from '../../detail/blast.ts'
import { ancestorsOf, descendantsOf } from '../../detail/family.ts'
import type { DetailResult, ProcessDetailProvider } from '../../detail/process-detail.ts'
import type { Clock } from '../../options.ts'
import type { ReadResult } from '../../read-result.ts'
import { cleanName, cleanText, cut } from '../../text/clean.ts'
import type { WindowCalls } from '../app-windows.ts'
import { isCritical, protectedReason, type OwnPlace } from '../control/protected-processes.ts'
import { niceOfBase } from '../priority.ts'
import { splitCommandLine } from '../processes/command-line.ts'
import { ProcessList, type ListedThread } from '../processes/process-list.ts'
import type {
  FolderQuestion,
  ProcessAnswers,
  ProcessQuestions,
} from '../processes/process-questions.ts'
import type { WindowsRelative } from '../processes/relatives.ts'
import type { Snapshot } from '../processes/snapshot.ts'
import { WindowsUsers } from '../processes/users.ts'
import { unknownReason } from '../result-codes.ts'
import type { ServiceCalls } from '../services/service-calls.ts'
import { restartsOf } from '../services/service-restarts.ts'
import type { OwnedSocket } from '../sockets/parse-socket-tables.ts'
import { isOwner, readSockets } from '../sockets/read-sockets.ts'
import type { SocketCalls } from '../sockets/socket-calls.ts'
import type { DetailCalls } from './detail-calls.ts'
import { readInstant, type Instant, type ListedProcess } from './listed-process.ts'
import { threadDoes } from './thread-words.ts'

const UNITS_PER_MS = 10_000
const MOST_DESCENDANTS = 256
const MOST_THREADS = 4096
/** Threads whose names are asked for: each is opened for it. */
const MOST_NAMED = 512
const MOST_CHARACTERS = 4096

/** What Windows has no word for, or tells no other program. */
const NEVER = [
  'exe_deleted',
  'libraries_replaced',
  'uid',
  'effective_user',
  'gid',
  'scheduler',
  'oom_score',
  'tty',
  'cgroup',
  'container',
  'memory.swap_bytes',
  'memory.footprint_bytes',
  'memory.peak_footprint_bytes',
  'memory.locked_bytes',
  'energy_joules',
  'memory.pss_bytes',
  'context_switches_voluntary',
  'context_switches_involuntary',
  'num_fds',
  'run_delay_ms',
  'io_delay_ms',
  'files',
  'limits',
  'blast.files_writing',
] as const

export interface WindowsDetailOptions {
  clock: Clock
  snapshot: Snapshot
  details: DetailCalls
  questions: ProcessQuestions & FolderQuestion
  /** null: this Windows does not name the owners of sockets. */
  sockets: SocketCalls | null
  /** null: without a desktop. */
  windows: WindowCalls | null
  /** null: this Windows lacks the calls. */
  services: Pick<ServiceCalls, 'list' | 'open'> | null
  own: OwnPlace
  ownSid: string | null
}

/** One question, on its way to an answer. */
interface Look {
  process: ListedProcess
  instant: Instant
  /** null: it may not be asked. */
  answers: ProcessAnswers | null
  unknown: Record<string, UnknownReason>
}

/** Details of one process, read when they are asked for: from the list of all, and from itself where a right exists. */
export class WindowsProcessDetail implements ProcessDetailProvider {
  readonly #options: WindowsDetailOptions
  readonly #users: WindowsUsers

  constructor(options: WindowsDetailOptions) {
    this.#options = options
    this.#users = new WindowsUsers((sid) => options.questions.userOf(sid))
  }

  async read(
    pid: number,
    startId: string | null,
    include: ReadonlySet<InfoSection>,
  ): Promise<DetailResult> {
    // While it is held, what is asked of its pid is asked of it.
    const held = this.#options.details.hold(pid)
    try {
      const list = new ProcessList()
      this.#options.snapshot.take(list)
      const instant = readInstant(list, pid)
      const { process } = instant
      if (process === null) return { kind: 'gone' }
      const { identity, startedAtMs } = process
      if (startId !== null && startId !== identity.startId) {
        const owner = { pid, name: identity.name, startedAtMs: rounded(startedAtMs) }
        return { kind: 'identity_mismatch', owner }
      }
      const isAsked = held !== null && !process.isKernel
      const answers = isAsked ? this.#options.questions.ask(pid) : null
      return {
        kind: 'ok',
        info: await this.#read({ process, instant, answers, unknown: {} }, include),
      }
    } finally {
      held?.close()
    }
  }

  async #read(look: Look, include: ReadonlySet<InfoSection>): Promise<ProcessInfo> {
    const { process, instant, answers, unknown } = look
    const { identity, threads } = process
    const { pid } = identity
    for (const field of NEVER) unknown[field] = 'not_supported'
    const names = await this.#servicesOf(look)
    const services = names.map(cleanName)
    const sockets = this.#sockets(look)
    const first = threads[0] === undefined ? null : threadDoes(threads[0])
    const descendants = descendantsOf(pid, instant.relatives)
    const user = answers?.sid == null ? null : await this.#users.soon(answers.sid)
    const info: ProcessInfo = {
      pid,
      start_id: identity.startId,
      ppid: identity.ppid,
      name: identity.name,
      comm: identity.name,
      ...this.#program(look),
      exe_deleted: null,
      libraries_replaced: null,
      ...this.#doing(look, services),
      user: orUnknown(unknown, 'user', user, answers === null ? whyNot(process) : 'not_reported'),
      uid: null,
      effective_user: null,
      gid: null,
      started_at_ms: orUnknown(unknown, 'started_at_ms', rounded(process.startedAtMs)),
      cpu_time_user_ms: process.userTime / UNITS_PER_MS,
      cpu_time_system_ms: process.kernelTime / UNITS_PER_MS,
      num_threads: threads.length,
      nice: orUnknown(unknown, 'nice', numberOrNull(niceOfBase(process.basePriority))),
      ...this.#priorities(look),
      scheduler: null,
      oom_score: null,
      tty: null,
      session: process.sessionId,
      unit: services.length === 0 ? null : services.join(', '),
      cgroup: null,
      container: null,
      memory: memoryOf(look),
      io: ioOf(look),
      energy_joules: null,
      context_switches_voluntary: null,
      context_switches_involuntary: null,
      num_fds: null,
      num_handles: process.handles,
      wait_channel: orUnknown(unknown, 'wait_channel', first?.waits ?? null),
      run_delay_ms: null,
      io_delay_ms: null,
      ancestors: this.#ancestors(look),
      blast: this.#blast(look, { descendants, sockets, services: names }),
      unknown,
      sampled_at_ms: Math.round(this.#options.clock.epochMs()),
    }
    if (include.has('threads')) info.threads = this.#threads(threads)
    if (include.has('files')) info.files = null
    if (include.has('limits')) info.limits = null
    if (include.has('sockets'))
      info.sockets = sockets?.filter((socket) => socket.pid === pid).map(presentSocket) ?? null
    if (include.has('tree')) info.tree = [identity, ...descendants].map(branchOf)
    return info
  }

  #program({ process, answers, unknown }: Look) {
    const { pid } = process.identity
    const why = whyNot(process)
    const line = answers?.commandLine ?? null
    const args = line === null ? null : shownArguments(splitCommandLine(line))
    const exe = answers?.exe ?? null
    const folder = process.isKernel ? null : this.#options.questions.folderOf(pid)
    return {
      // The kernel and its parts were started with none.
      cmdline: process.isKernel ? [] : orUnknown(unknown, 'cmdline', args?.list ?? null, why),
      cmdline_truncated: args?.truncated ?? false,
      exe: orUnknown(unknown, 'exe', exe === null ? null : shown(exe), why),
      cwd: folder === null ? notOfKernel(unknown, 'cwd') : told(unknown, 'cwd', folder, shown),
    }
  }

  #priorities({
    process,
    unknown,
  }: Look): Pick<ProcessInfo, 'affinity' | 'io_priority' | 'efficiency_mode'> {
    const { pid } = process.identity
    const { details } = this.#options
    if (process.isKernel) {
      return {
        affinity: notOfKernel(unknown, 'affinity'),
        io_priority: notOfKernel(unknown, 'io_priority'),
        efficiency_mode: notOfKernel(unknown, 'efficiency_mode'),
      }
    }
    const affinity = told(unknown, 'affinity', details.affinity(pid), cpusOf)
    const priority = told(unknown, 'io_priority', details.ioPriority(pid), (hint) => hint)
    return {
      affinity: orUnknown(unknown, 'affinity', affinity?.length === 0 ? null : affinity),
      efficiency_mode: told(unknown, 'efficiency_mode', details.isEfficient(pid), (isOn) => isOn),
      io_priority: orUnknown(
        unknown,
        'io_priority',
        priority === null ? null : (IO_PRIORITY_OF_HINT[priority] ?? null),
      ),
    }
  }

  #doing({ process }: Look, services: readonly string[]): Pick<ProcessInfo, 'kind' | 'status'> {
    const { identity, isKernel, status } = process
    const isHung = this.#options.windows?.appPids().get(identity.pid)
    const kind = isKernel
      ? 'kernel'
      : isHung !== undefined
        ? 'app'
        : services.length > 0
          ? 'service'
          : 'background'
    return { kind, status: isHung === true && status !== 'stopped' ? 'not-responding' : status }
  }

  /** None, and the reason noted, where the service control manager does not tell. */
  async #servicesOf({ process, unknown }: Look): Promise<string[]> {
    const { services } = this.#options
    const all = (await services?.list()) ?? null
    if (all === null) {
      const why = services === null ? 'not_supported' : 'failed'
      for (const field of ['unit', 'blast.restarted_by']) unknown[field] = why
    }
    const { pid } = process.identity
    return (all ?? []).filter((service) => service.pid === pid).map(({ name }) => name)
  }

  /** Only services come back by themselves. */
  #restartedBy(services: readonly string[], { unknown }: Look): BlastRadius['restarted_by'] {
    const calls = this.#options.services
    if (calls === null || services.length === 0) return null
    return told(unknown, 'blast.restarted_by', restartsOf(calls, services), (by) => by)
  }

  #ancestors({ process, instant, unknown }: Look): ProcessRef[] {
    const { identity, toldParentPid, isKernel } = process
    // Whoever outlives its parent stays without one.
    if (identity.ppid === 0 && toldParentPid !== 0 && !isKernel) unknown['ancestors'] = 'gone'
    return ancestorsOf(identity.pid, instant.relatives).map(refOf)
  }

  /** Each with the process that owns it; null, and the reason noted, where Windows does not tell all of them. */
  #sockets({ instant, unknown }: Look): OwnedSocket[] | null {
    const { sockets } = this.#options
    const reading = sockets === null ? null : readSockets(sockets)
    if (reading?.complete !== true) {
      const why = reading === null ? 'not_supported' : 'failed'
      for (const field of ['sockets', 'blast.listeners']) unknown[field] = why
      return null
    }
    for (const socket of reading.sockets) {
      const owner = instant.relatives.get(socket.pid)
      if (owner === undefined || !isOwner(socket, owner.start)) socket.pid = 0
    }
    return reading.sockets
  }

  #blast(
    look: Look,
    {
      descendants,
      sockets,
      services,
    }: {
      descendants: readonly WindowsRelative[]
      sockets: readonly OwnedSocket[] | null
      services: readonly string[]
    },
  ): BlastRadius {
    const { process, instant, answers, unknown } = look
    const { windows, details, own, ownSid } = this.#options
    const { identity, isKernel, toldParentPid } = process
    const { pid, name } = identity
    if (windows === null) unknown['blast.has_windows'] = 'not_supported'
    const target = { pid, exe: answers?.exe ?? null, parentPid: toldParentPid }
    return {
      descendants: descendants.slice(0, MOST_DESCENDANTS).map(refOf),
      descendant_count: descendants.length,
      listeners:
        sockets === null
          ? null
          : listenersOf(sockets, {
              isOwn: (socket) => socket.pid === pid,
              ownerOf: (socket) => instant.relatives.get(socket.pid),
            }),
      files_writing: null,
      files_writing_count: null,
      restarted_by: this.#restartedBy(services, look),
      // Whose user is not told is not ours.
      other_user: answers?.sid == null || answers.sid !== ownSid,
      session_critical: isCritical(name),
      has_windows: windows === null ? null : windows.visibleWindowsOf(pid).length > 0,
      permitted: !isKernel && details.mayEnd(pid),
      protected_reason: protectedReason(target, own),
    }
  }

  #threads(threads: readonly ListedThread[]): ThreadInfo[] {
    const { details } = this.#options
    return threads.slice(0, MOST_THREADS).map((thread, index) => {
      const { status, waits } = threadDoes(thread)
      const name = index < MOST_NAMED ? details.threadName(thread.tid) : null
      return {
        tid: thread.tid,
        name: cleanName(name ?? ''),
        status,
        cpu_time_ms: (thread.userTime + thread.kernelTime) / UNITS_PER_MS,
        started_at_ms: rounded(thread.startedAtMs),
        nice: numberOrNull(niceOfBase(thread.basePriority)),
        processor: null,
        wait_channel: waits,
        system_call: null,
      }
    })
  }
}

const IO_PRIORITY_OF_HINT = ['idle', 'low', 'normal', 'high'] as const

function memoryOf({ process, unknown }: Look): ProcessInfo['memory'] {
  const { workingSet, privateWorkingSet, peakWorkingSet, virtualSize, commit } = process
  const own = privateWorkingSet > 0 ? privateWorkingSet : null
  return {
    rss_bytes: workingSet,
    vms_bytes: orUnknown(unknown, 'memory.vms_bytes', numberOrNull(virtualSize)),
    commit_bytes: commit,
    shared_bytes: orUnknown(
      unknown,
      'memory.shared_bytes',
      own === null ? null : Math.max(0, workingSet - own),
    ),
    peak_rss_bytes: orUnknown(unknown, 'memory.peak_rss_bytes', numberOrNull(peakWorkingSet)),
    swap_bytes: null,
    pss_bytes: null,
    uss_bytes: orUnknown(unknown, 'memory.uss_bytes', own),
    page_faults: process.pageFaults,
    footprint_bytes: null,
    peak_footprint_bytes: null,
    locked_bytes: null,
  }
}

function ioOf({ process, instant, unknown }: Look): ProcessInfo['io'] {
  const { readBytes, writeBytes } = process
  const io = {
    read_bytes: readBytes,
    write_bytes: writeBytes,
    read_chars: readBytes,
    write_chars: writeBytes,
  }
  return orUnknown(unknown, 'io', instant.tellsIo ? io : null)
}

/** Bit by bit, at most the 64 CPUs of one group. */
const cpusOf = (mask: bigint): number[] =>
  Array.from(mask.toString(2))
    .flatMap((bit, at, bits) => (bit === '1' ? bits.length - 1 - at : []))
    .toReversed()

const presentSocket = ({ protocol, local, remote, state }: OwnedSocket): SocketInfo => ({
  fd: null,
  protocol,
  local,
  remote,
  state,
})

const refOf = ({ pid, startId, name }: WindowsRelative): ProcessRef => ({
  pid,
  start_id: startId,
  name,
  user: null,
})

const branchOf = ({ pid, ppid, name, startId }: WindowsRelative) => ({
  pid,
  ppid,
  name,
  start_id: startId,
})

/** Why a process tells nothing of itself. */
const whyNot = ({ isKernel }: ListedProcess): UnknownReason =>
  isKernel ? 'not_reported' : 'not_permitted'

const shown = (text: string) => cut(cleanText(text), MOST_CHARACTERS)
const rounded = (ms: number | null) => (ms === null ? null : Math.round(ms))
const numberOrNull = (value: number) => (Number.isNaN(value) ? null : value)

/** A value that may be missing, with the reason noted where it is and none was yet. */
function orUnknown<T>(
  unknown: Record<string, UnknownReason>,
  field: string,
  value: T | null,
  why: UnknownReason = 'not_reported',
): T | null {
  if (value === null) unknown[field] ??= why
  return value
}

function told<T, R>(
  unknown: Record<string, UnknownReason>,
  field: string,
  result: ReadResult<T>,
  present: (value: T) => R,
): R | null {
  if (result.kind === 'ok') return present(result.value)
  unknown[field] = unknownReason(result)
  return null
}

function notOfKernel(unknown: Record<string, UnknownReason>, field: string): null {
  unknown[field] = 'not_reported'
  return null
}
