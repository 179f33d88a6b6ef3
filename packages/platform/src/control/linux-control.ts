import { readdirSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { PlatformOptions } from '../options.ts'
import type {
  ControlAction,
  ControlReport,
  ControlTarget,
  ProcessControl,
} from './process-control.ts'
import { EACCES, EPERM, ESRCH, pidfdCalls, type Pidfd, type PidfdCalls } from './pidfd.ts'
import { readBootEpochMs } from '../linux/proc-world.ts'
import { unreadableReason } from '../unreadable-reason.ts'
import { isSessionCritical } from './session-critical.ts'
import { formatStartId, readBootId, readClockTicksPerSecond } from '../linux/start-id.ts'
import {
  fullName,
  protectedReason,
  readOwner,
  readTarget,
  type TargetFacts,
} from './target-facts.ts'
import { holdSpares } from '../linux/spare-descriptors.ts'
import { Users } from '../linux/users.ts'

type Adjustment = Exclude<ControlAction, { kind: 'signal' }>

const OBSERVE_MS = 3000
/** For the handles of two targets at once, and for reading about each. */
const SPARES = 4
const NUMBERS = {
  TERM: 15,
  KILL: 9,
  STOP: constants.signals.SIGSTOP,
  CONT: constants.signals.SIGCONT,
}

/** Acts on a process that is held by a pidfd: checked after it is held, so nothing can slip in between. */
export class LinuxProcessControl implements ProcessControl {
  readonly supported = true
  readonly #options: PlatformOptions
  readonly #calls: PidfdCalls | null
  readonly #bootId: string
  readonly #users: Users

  constructor(options: PlatformOptions, calls: PidfdCalls | null = pidfdCalls()) {
    this.#options = options
    this.#calls = calls
    this.#bootId = readBootId(options.procRoot)
    this.#users = new Users(options.etcRoot)
    holdSpares(SPARES) // the process to be ended may be the one that has all the others
    this.#users.refresh() // once: on the way to a kill no file of the disk is read
  }

  async act(target: ControlTarget, action: ControlAction): Promise<ControlReport> {
    const report = this.#blank(target)
    const opened = this.#calls?.open(target.pid) ?? null
    if (opened === ESRCH) return report
    const held = typeof opened === 'number' ? null : opened
    try {
      const facts = readTarget(this.#options.procRoot, target.pid)
      const owner = readOwner(this.#options.procRoot, target.pid)
      if (facts === null || (owner.tgid !== null && owner.tgid !== target.pid)) return report
      report.name = fullName(this.#options.procRoot, target.pid, facts.comm)
      report.status = facts.status
      report.user = owner.uid === null ? null : this.#users.nameOf(owner.uid)
      if (!this.#isSame(target, facts, held)) {
        report.owner = this.#ownerOf(target.pid, facts)
        return Object.assign(report, { result: 'identity_mismatch' })
      }
      if (!this.#mayAct(report, target, action, facts, owner.isContainerInit)) return report
      if (held !== null && held.send(0) === ESRCH) return report
      report.identity = held === null ? 'checked' : 'pinned'
      if (action.kind === 'signal') return await this.#signal(report, action.signal, held)
      return this.#adjust(report, action, held)
    } catch (error) {
      const reason = unreadableReason(error)
      if (reason === null || report.identity !== null) throw error
      return Object.assign(report, { result: 'failed', reason })
    } finally {
      held?.close()
    }
  }

  #blank(target: ControlTarget): ControlReport {
    const uid = process.getuid?.() ?? null
    return {
      pid: target.pid,
      startId: target.startId,
      result: 'gone',
      name: null,
      user: null,
      ownUser: uid === null ? null : this.#users.nameOf(uid),
      identity: null,
      status: null,
      owner: null,
      nice: null,
      reason: null,
    }
  }

  #isSame(target: ControlTarget, facts: TargetFacts, held: Pidfd | null): boolean {
    const mark = formatStartId(this.#bootId, facts.starttimeTicks)
    if (target.startId === mark) return true
    if (!target.startId.startsWith(`${mark}-`)) return false
    // Without a handle here the inode cannot be compared; the start time then has to do, and `checked` says so.
    return held === null || target.startId === `${mark}-${held.inode}`
  }

  /** Refusals in the order of their weight; fills the report when it refuses. */
  #mayAct(
    report: ControlReport,
    target: ControlTarget,
    action: ControlAction,
    facts: TargetFacts,
    isContainerInit: boolean,
  ): boolean {
    const { procRoot, clock } = this.#options
    report.reason = protectedReason(procRoot, target.pid, facts)
    if (report.reason !== null) report.result = 'protected'
    else if (target.expiresAtMs !== undefined && clock.epochMs() > target.expiresAtMs)
      report.result = 'expired'
    else if (facts.isZombie) {
      report.result = 'already_dead'
      const parent = readTarget(procRoot, facts.ppid)
      report.owner = parent === null ? null : this.#ownerOf(facts.ppid, parent)
    } else if (
      asks(action) &&
      (isContainerInit || isSessionCritical(report.name ?? '', facts.comm))
    ) {
      if (target.confirmName === report.name || target.confirmName === facts.comm) return true
      report.result = 'confirmation_required'
    } else return true
    return false
  }

  #ownerOf(pid: number, facts: TargetFacts) {
    const { procRoot } = this.#options
    const sinceBootMs = (facts.starttimeTicks * 1000) / readClockTicksPerSecond(procRoot)
    const startedAtMs = Math.round(readBootEpochMs(this.#options) + sinceBootMs)
    return { pid, name: fullName(procRoot, pid, facts.comm), startedAtMs }
  }

  async #signal(report: ControlReport, signal: keyof typeof NUMBERS, held: Pidfd | null) {
    const errno = held === null ? killErrno(report.pid, signal) : held.send(NUMBERS[signal])
    if (errno !== 0) return refused(report, errno)
    const { clock } = this.#options
    const until = clock.monotonicMs() + OBSERVE_MS
    const mark = report.startId.split('-').slice(0, 2).join('-')
    for (let pause = 2; ; pause = Math.min(pause * 2, 250)) {
      const facts = this.#look(report.pid, mark)
      if (facts === null || facts.isZombie === true || held?.send(0) === ESRCH) {
        const ends = signal === 'TERM' || signal === 'KILL'
        report.status = facts?.isZombie === true ? facts.status : null
        return Object.assign(report, { result: ends ? 'terminated' : 'gone' })
      }
      report.status = facts.status
      const isStopped = facts.status === 'stopped' || facts.status === 'tracing-stop'
      if (signal === 'STOP' && isStopped) return Object.assign(report, { result: 'suspended' })
      if (signal === 'CONT' && facts.isZombie !== null && !isStopped)
        return Object.assign(report, { result: 'resumed' })
      if (clock.monotonicMs() >= until) return Object.assign(report, { result: 'still_running' })
      await wait(pause)
    }
  }

  /** How the process is now; null when it is gone. What cannot be read just now is null of its own: it may be there. */
  #look(
    pid: number,
    mark: string,
  ): (Pick<TargetFacts, 'status'> & { isZombie: boolean | null }) | null {
    try {
      const facts = readTarget(this.#options.procRoot, pid)
      const isSame = facts !== null && formatStartId(this.#bootId, facts.starttimeTicks) === mark
      return isSame ? facts : null
    } catch (error) {
      if (unreadableReason(error) === null) throw error
      return { status: 'unknown', isZombie: null }
    }
  }

  /** All threads, also those that start meanwhile: Linux keeps nice, affinity and I/O priority per thread. */
  #adjust(report: ControlReport, action: Adjustment, held: Pidfd | null) {
    const calls = this.#calls
    if (action.kind !== 'priority' && calls === null) {
      report.identity = null
      report.reason = 'This needs the foreign function library, which has no binary here.'
      return Object.assign(report, { result: 'failed' })
    }
    const done = new Set<number>()
    for (let pass = 0; pass < 4; pass++) {
      const fresh = this.#threads(report.pid).filter((tid) => !done.has(tid))
      if (fresh.length === 0) break
      for (const tid of fresh) {
        done.add(tid)
        const errno = adjustErrno(calls, tid, action)
        if (errno !== 0 && (errno !== ESRCH || tid === report.pid)) return refused(report, errno)
      }
    }
    if (done.size === 0 || held?.send(0) === ESRCH) return refused(report, ESRCH)
    if (action.kind !== 'priority')
      return Object.assign(report, { result: `${action.kind}_changed` as const })
    return Object.assign(report, { result: 'priority_changed', nice: getPriority(report.pid) })
  }

  #threads(pid: number): number[] {
    try {
      return readdirSync(path.join(this.#options.procRoot, String(pid), 'task')).map(Number)
    } catch {
      return [] // ended meanwhile
    }
  }
}

const asks = (action: ControlAction) => action.kind === 'signal' && action.signal !== 'CONT'

function refused(report: ControlReport, errno: number): ControlReport {
  report.identity = null
  if (errno === ESRCH) return Object.assign(report, { result: 'gone' })
  if (errno === EPERM || errno === EACCES)
    return Object.assign(report, { result: 'needs_elevation' })
  report.reason = `The system refused it (error ${errno}).`
  return Object.assign(report, { result: 'failed' })
}

function adjustErrno(calls: PidfdCalls | null, tid: number, action: Adjustment): number {
  if (action.kind === 'priority') return niceErrno(tid, action.nice)
  if (calls === null) return ESRCH
  return action.kind === 'affinity'
    ? calls.setAffinity(tid, action.cpus)
    : calls.setIoPriority(tid, action.level)
}

const killErrno = (pid: number, signal: string) => errnoOf(() => process.kill(pid, `SIG${signal}`))
const niceErrno = (tid: number, nice: number) => errnoOf(() => setPriority(tid, nice))

function errnoOf(call: () => void): number {
  try {
    call()
    return 0
  } catch (error) {
    const { errno, info } = error as NodeJS.ErrnoException & { info?: { errno?: number } }
    const value = Math.abs(errno ?? info?.errno ?? 0)
    if (value === 0) throw error
    return value
  }
}
