import { availableParallelism } from 'node:os'
import path from 'node:path'
import type { InfoSection, ProcessInfo, ThreadInfo, UnknownReason } from '@taskmanager/contracts'
import { isSessionCritical } from '../control/session-critical.ts'
import { pidfdCalls } from '../control/pidfd.ts'
import { fullName, protectedReason, readOwner, readTarget } from '../control/target-facts.ts'
import { parseWordBits } from '../linux/parse-auxv.ts'
import { parseCgroup } from '../linux/parse-cgroup.ts'
import { parseProcPidStat, ProcStatRecord } from '../linux/parse-stat.ts'
import { parseAffinity, parseIds } from '../linux/parse-status.ts'
import { readBootEpochMs, sinceBoot, readPageSize } from '../linux/proc-world.ts'
import { ownRights } from '../linux/rights.ts'
import { formatStartId, readBootId, readClockTicksPerSecond } from '../linux/start-id.ts'
import { numberOf, readTextNow } from '../linux/sysfs.ts'
import { Users } from '../linux/users.ts'
import type { PlatformOptions } from '../options.ts'
import { STATUS_BY_CODE } from '../process-table.ts'
import type { ReadResult } from '../read-result.ts'
import { cleanText } from '../text/clean.ts'
import { orUnreadable } from './or-unreadable.ts'
import { shownArguments } from './arguments.ts'
import { listenersOf, restartedBy, writtenPaths } from './blast.ts'
import { DetailFiles, isReplacedProgram, statusBytes, statusNumber } from './detail-files.ts'
import { ancestorsOf, descendantsOf, readRelatives, refOf, type Relative } from './family.ts'
import {
  presentFiles,
  presentSockets,
  readDescriptors,
  socketInode,
  targetsOf,
  type Descriptor,
} from './open-files.ts'
import type { DetailResult, ProcessDetailProvider } from './process-detail.ts'
import { readSockets, type SocketEntry } from './sockets.ts'
import { clientOwners } from './client-owners.ts'
import {
  parseLimits,
  parseReplacedLibraries,
  parseThread,
  parseWaitChannel,
  policyName,
  terminalName,
} from './tables.ts'
import { parseSystemCall } from './system-calls.ts'
import { readThreadWaits } from './thread-waits.ts'

const MOST_DESCENDANTS = 256
const MOST_THREADS = 4096
const MOST_LIBRARIES = 32
/** Mappings are many and change seldom: who watches a process does not have them read each time. */
const LIBRARIES_KEPT_MS = 30_000

/** Details of one process, read when they are asked for; nothing here is sampled. */
export class LinuxProcessDetail implements ProcessDetailProvider {
  readonly #options: PlatformOptions
  readonly #users: Users
  readonly #bootId: string
  readonly #ticksPerSecond: number
  readonly #ownUid = process.getuid?.() ?? null
  /** Of the process that was asked for last. */
  #libraries: { of: string; atMs: number; result: ReadResult<string[]> } | null = null
  readonly #mayControlOthers = ownRights().control

  constructor(options: PlatformOptions) {
    this.#options = options
    this.#users = new Users(options.etcRoot)
    this.#bootId = readBootId(options.procRoot)
    this.#ticksPerSecond = readClockTicksPerSecond(options.procRoot)
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
    const { procRoot } = this.#options
    const facts = readTarget(procRoot, pid)
    if (facts === null) return { kind: 'gone' }
    const plain = formatStartId(this.#bootId, facts.starttimeTicks)
    const strong = this.#strongId(pid, plain)
    if (strong === null) return { kind: 'gone' }
    if (startId !== null && startId !== plain && startId !== strong) {
      const name = fullName(procRoot, pid, facts)
      return {
        kind: 'identity_mismatch',
        owner: { pid, name, startedAtMs: this.#startedAtMs(facts.starttimeTicks) },
      }
    }
    const files = new DetailFiles(procRoot, pid, facts.status === 'disk-sleep')
    const info = await this.#read(pid, strong, { files, include })
    // What was read belongs to one process only if it is still the same one.
    const after = readTarget(procRoot, pid)
    if (info === null || after?.starttimeTicks !== facts.starttimeTicks) return { kind: 'gone' }
    return { kind: 'ok', info }
  }

  /** The inode of the pidfd is added where each process has its own; null when the process is gone. */
  #strongId(pid: number, plain: string): string | null {
    const pin = this.#options.procRoot === '/proc' ? (pidfdCalls()?.open(pid) ?? null) : null
    if (pin === null || typeof pin === 'number') return plain
    try {
      return pin.inode === null ? plain : `${plain}-${pin.inode}`
    } finally {
      pin.close()
    }
  }

  #startedAtMs(ticks: number): number | null {
    return sinceBoot(readBootEpochMs(this.#options), (ticks * 1000) / this.#ticksPerSecond)
  }

  async #read(
    pid: number,
    startId: string,
    { files, include }: { files: DetailFiles; include: ReadonlySet<InfoSection> },
  ): Promise<ProcessInfo | null> {
    const { procRoot } = this.#options
    const [
      statResult,
      status,
      cmdline,
      exe,
      cwd,
      cgroup,
      io,
      wchan,
      replaced,
      oom,
      descriptors,
      relatives,
    ] = await Promise.all([
      files.bytes('stat'),
      files.text('status'),
      files.bytes('cmdline'),
      files.link('exe'),
      files.link('cwd'),
      files.text('cgroup'),
      files.bytes('io'),
      files.text('wchan'),
      this.#replacedLibraries(files, startId),
      files.text('oom_score'),
      readDescriptors(files),
      readRelatives(procRoot),
    ])
    if (statResult.kind !== 'ok' || status === null) return null
    const bytes = statResult.value
    const stat = parseProcPidStat(bytes, bytes.length, new ProcStatRecord())
    const rest = bytes.toString('latin1', stat.commEnd + 2).split(' ')
    const target = readTarget(procRoot, pid)
    const owner = readOwner(procRoot, pid)
    if (target === null) return null
    const name = fullName(procRoot, pid, target)
    const unknown: Record<string, UnknownReason> = {
      num_handles: 'not_supported',
      efficiency_mode: 'not_supported',
      'memory.commit_bytes': 'not_supported',
      energy_joules: 'not_supported',
      'memory.footprint_bytes': 'not_supported',
      'memory.peak_footprint_bytes': 'not_supported',
    }
    const known = <T>(field: string, result: ReadResult<T>): T | null => {
      if (result.kind === 'ok') return result.value
      unknown[field] = REASONS[result.kind]
      return null
    }
    const args = argumentsOf(known('cmdline', cmdline), target.isKernel)
    const exePath = known('exe', exe)
    const libraries = known('libraries_replaced', replaced)
    const place = parseCgroup(cgroup ?? '')
    const msPerTick = 1000 / this.#ticksPerSecond
    this.#users.refresh()
    const userOf = (uid: number | undefined) => (uid === undefined ? null : this.#users.nameOf(uid))
    const uids = parseIds(status, 'Uid')
    const waits = await readThreadWaits(files.directory)
    const ioDelayMs = waits.ioDelayTicks === null ? null : waits.ioDelayTicks * msPerTick
    const countsDelays = readTextNow(path.join(procRoot, 'sys/kernel/task_delayacct')) !== '0'
    if (!countsDelays) unknown['io_delay_ms'] = 'not_supported'
    const isOther = owner.uid !== null && this.#ownUid !== null && owner.uid !== this.#ownUid
    const waitChannel = parseWaitChannel(wchan ?? '')
    if (waitChannel === null && STATUS_BY_CODE[stat.status] !== 'running')
      unknown['wait_channel'] =
        isOther && !this.#mayControlOthers ? 'not_permitted' : 'not_reported'
    if (descriptors === null) unknown['num_fds'] = 'not_permitted'
    const isLive = this.#options.procRoot === '/proc'
    const ioPriority = isLive ? (pidfdCalls()?.ioPriority(pid) ?? null) : null
    if (ioPriority === null) unknown['io_priority'] = 'not_supported'
    const openFiles = descriptors === null ? null : await presentFiles(files, descriptors.list)
    const sockets = descriptors === null ? [] : await readSockets(files.directory)
    const written = openFiles === null ? null : writtenPaths(openFiles)
    const descendants = descendantsOf(pid, relatives)
    const startIdOf = (ticks: number) => formatStartId(this.#bootId, ticks)
    const refs = (list: readonly Relative[]) => list.map((each) => refOf(each, startIdOf))
    const info: ProcessInfo = {
      pid,
      start_id: startId,
      ppid: stat.ppid,
      name,
      comm: target.comm,
      cmdline: args?.list ?? null,
      cmdline_truncated: args?.truncated ?? false,
      exe: exePath === null ? null : cleanText(exePath.replace(/ \(deleted\)$/, '')),
      exe_deleted: exePath === null ? null : isReplacedProgram(exePath),
      libraries_replaced: libraries === null ? null : shownLibraries(libraries, exePath ?? ''),
      cwd: ((folder) => (folder === null ? null : cleanText(folder)))(known('cwd', cwd)),
      status: STATUS_BY_CODE[stat.status] ?? 'unknown',
      kind: target.isKernel
        ? 'kernel'
        : place.container !== null
          ? 'container'
          : place.unit?.endsWith('.service') === true
            ? 'service'
            : stat.tty !== 0
              ? 'terminal'
              : 'background',
      user: userOf(uids[0]),
      uid: uids[0] ?? null,
      effective_user: userOf(uids[1]),
      gid: parseIds(status, 'Gid')[0] ?? null,
      started_at_ms: this.#startedAtMs(stat.starttimeTicks),
      cpu_time_user_ms: stat.utimeTicks * msPerTick,
      cpu_time_system_ms: stat.stimeTicks * msPerTick,
      num_threads: stat.threads,
      nice: stat.nice,
      io_priority: ioPriority,
      scheduler: policyName(numberOf(rest[38] ?? null)),
      affinity:
        parseAffinity(status)?.filter((cpu) => cpu < Math.max(availableParallelism(), 1024)) ??
        null,
      oom_score: numberOf(oom?.trim() ?? null),
      tty: terminalName(stat.tty),
      session: stat.session,
      unit: place.unit,
      cgroup: place.path,
      container: place.container,
      memory: {
        rss_bytes: target.isKernel
          ? 0
          : (statusBytes(status, 'VmRSS') ?? stat.rssPages * readPageSize(procRoot)),
        vms_bytes: stat.vsizeBytes,
        commit_bytes: null,
        shared_bytes: sharedBytes(status),
        peak_rss_bytes: statusBytes(status, 'VmHWM'),
        swap_bytes: statusBytes(status, 'VmSwap'),
        pss_bytes: null,
        uss_bytes: null,
        page_faults: pageFaults(rest),
        footprint_bytes: null,
        peak_footprint_bytes: null,
        locked_bytes: statusBytes(status, 'VmLck'),
      },
      io: ioOf(known('io', io)),
      energy_joules: null,
      context_switches_voluntary: statusNumber(status, 'voluntary_ctxt_switches'),
      context_switches_involuntary: statusNumber(status, 'nonvoluntary_ctxt_switches'),
      num_fds: descriptors?.count ?? null,
      num_handles: null,
      efficiency_mode: null,
      wait_channel: waitChannel,
      run_delay_ms: waits.runDelayNs === null ? null : waits.runDelayNs / 1e6,
      io_delay_ms: countsDelays ? ioDelayMs : null,
      ancestors: refs(ancestorsOf(pid, relatives)),
      blast: {
        descendants: refs(descendants.slice(0, MOST_DESCENDANTS)),
        descendant_count: descendants.length,
        listeners:
          descriptors === null ? null : await this.#listeners(descriptors.list, sockets, relatives),
        files_writing: written?.paths ?? null,
        files_writing_count: written?.count ?? null,
        restarted_by: await restartedBy(place.unit),
        other_user: isOther,
        session_critical: owner.isContainerInit || isSessionCritical(name, target.comm),
        has_windows: null,
        permitted: !isOther || this.#mayControlOthers,
        protected_reason: protectedReason(procRoot, pid, target),
      },
      unknown,
      sampled_at_ms: Math.round(this.#options.clock.epochMs()),
    }
    if (include.has('threads')) {
      const targets = targetsOf(descriptors?.list ?? [], sockets)
      const read = await this.#threads(files, msPerTick, targets)
      info.threads = read?.threads ?? null
      if (read?.deniesCalls === true) unknown['threads.system_call'] = 'not_permitted'
    }
    if (include.has('files')) info.files = openFiles
    if (include.has('sockets'))
      info.sockets = descriptors === null ? null : presentSockets(descriptors.list, sockets)
    if (include.has('limits'))
      info.limits = ((text) => (text === null ? null : parseLimits(text)))(
        await files.text('limits'),
      )
    if (include.has('tree'))
      info.tree = [relatives.get(pid), ...descendants].flatMap((each) =>
        each === undefined
          ? []
          : [
              {
                pid: each.pid,
                ppid: each.ppid,
                name: each.name,
                start_id: startIdOf(each.startTicks),
              },
            ],
      )
    if (include.has('memory')) await addMemory(info, files)
    else {
      unknown['memory.pss_bytes'] = 'not_reported'
      unknown['memory.uss_bytes'] = 'not_reported'
    }
    return info
  }

  async #listeners(
    own: readonly Descriptor[],
    sockets: readonly SocketEntry[],
    relatives: ReadonlyMap<number, Relative>,
  ) {
    const inodes = new Set(own.map(({ target }) => socketInode(target)))
    const owners = await clientOwners(this.#options.procRoot, sockets, own, relatives)
    return listenersOf(sockets, {
      isOwn: ({ inode }) => inodes.has(inode),
      ownerOf: ({ inode }) => owners.get(inode),
    })
  }

  async #replacedLibraries(files: DetailFiles, startId: string): Promise<ReadResult<string[]>> {
    const of = `${files.directory} ${startId}`
    const atMs = this.#options.clock.monotonicMs()
    const kept = this.#libraries
    if (kept !== null && kept.of === of && atMs - kept.atMs < LIBRARIES_KEPT_MS) return kept.result
    const maps = await files.bytes('maps')
    const result: ReadResult<string[]> =
      maps.kind === 'ok'
        ? { kind: 'ok', value: parseReplacedLibraries(maps.value.toString()) }
        : maps
    if (result.kind !== 'failed') this.#libraries = { of, atMs, result }
    return result
  }

  async #threads(
    files: DetailFiles,
    msPerTick: number,
    targets: ReadonlyMap<number, string>,
  ): Promise<{ threads: ThreadInfo[]; deniesCalls: boolean } | null> {
    const tids = await files.names('task')
    if (tids.kind !== 'ok') return null
    const bootMs = readBootEpochMs(this.#options)
    const vector = await files.bytes('auxv')
    // Programs of 32 bits have other numbers.
    const isWide = vector.kind === 'ok' && parseWordBits(vector.value) === 64
    let deniesCalls = vector.kind === 'denied'
    const threads = await Promise.all(
      tids.value.slice(0, MOST_THREADS).map(async (tid) => {
        const [stat, wchan, syscall] = await Promise.all([
          files.bytes(`task/${tid}/stat`),
          files.text(`task/${tid}/wchan`),
          isWide ? files.bytes(`task/${tid}/syscall`) : null,
        ])
        deniesCalls ||= syscall?.kind === 'denied'
        if (stat.kind !== 'ok') return null
        const thread = parseThread(Number(tid), stat.value, { wchan, msPerTick, bootMs })
        const text = syscall?.kind === 'ok' ? syscall.value.toString() : ''
        return thread && Object.assign(thread, { system_call: systemCallOf(text, targets) })
      }),
    )
    return { threads: threads.filter((thread) => thread !== null), deniesCalls }
  }
}

function systemCallOf(
  text: string,
  targets: ReadonlyMap<number, string>,
): ThreadInfo['system_call'] {
  const call = parseSystemCall(text, process.arch)
  if (call === null) return null
  return { ...call, target: call.fd === null ? null : (targets.get(call.fd) ?? null) }
}

const REASONS = {
  gone: 'gone',
  denied: 'not_permitted',
  unsupported: 'not_supported',
  failed: 'failed',
} as const

function argumentsOf(bytes: Buffer | null, isKernel: boolean) {
  if (bytes === null) return null
  if (isKernel || bytes.length === 0) return { list: [], truncated: false }
  return shownArguments(bytes.toString().replace(/\0+$/, '').split('\0'))
}

/** Without the program itself, of which its own field tells. */
function shownLibraries(libraries: readonly string[], exe: string): string[] {
  const program = exe.replace(/ \(deleted\)$/, '')
  const others = libraries.filter((file) => file !== program)
  return others.slice(0, MOST_LIBRARIES).map(cleanText)
}

/** Those served from memory, field 10, and those from a disk, field 12. Source: proc_pid_stat(5). */
function pageFaults(rest: readonly string[]): number | null {
  const [minor, major] = [numberOf(rest[7] ?? null), numberOf(rest[9] ?? null)]
  return minor === null || major === null ? null : minor + major
}

function sharedBytes(status: string): number | null {
  const file = statusBytes(status, 'RssFile')
  const shmem = statusBytes(status, 'RssShmem')
  return file === null || shmem === null ? null : file + shmem
}

function ioOf(bytes: Buffer | null): ProcessInfo['io'] {
  if (bytes === null) return null
  const text = bytes.toString()
  const keys = ['read_bytes', 'write_bytes', 'rchar', 'wchar']
  const [read, write, readChars, writeChars] = keys.map((key) => statusNumber(text, key))
  if (read == null || write == null || readChars == null || writeChars == null) return null
  return { read_bytes: read, write_bytes: write, read_chars: readChars, write_chars: writeChars }
}

/** PSS and USS, which walk every mapping. Source: smaps_rollup, proc_pid_smaps(5). */
async function addMemory(info: ProcessInfo, files: DetailFiles): Promise<void> {
  const result = await files.bytes('smaps_rollup')
  const text = result.kind === 'ok' ? result.value.toString() : null
  const clean = statusBytes(text, 'Private_Clean')
  const dirty = statusBytes(text, 'Private_Dirty')
  info.memory.pss_bytes = statusBytes(text, 'Pss')
  info.memory.uss_bytes = clean === null || dirty === null ? null : clean + dirty
  if (info.memory.pss_bytes !== null) return
  const reason = result.kind === 'denied' ? 'not_permitted' : 'not_reported'
  info.unknown['memory.pss_bytes'] = reason
  info.unknown['memory.uss_bytes'] = reason
}
