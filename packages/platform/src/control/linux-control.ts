import { constants } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { PlatformOptions } from '../options.ts'
import { adjustThreads } from './adjust-threads.ts'
import type {
  ControlAction,
  ControlReport,
  ControlTarget,
  HeldProcess,
  Holding,
  ProcessControl,
} from './process-control.ts'
import { ESRCH, pidfdCalls, type Pidfd, type PidfdCalls } from './pidfd.ts'
import { errnoOf, refused } from './refused.ts'
import { readBootEpochMs, sinceBoot } from '../linux/proc-world.ts'
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
import { holdSpares, restoreSpares } from '../linux/spare-descriptors.ts'
import { Users } from '../linux/users.ts'

type Signal = keyof typeof NUMBERS

/** One order on its way: what is asked, what holds the process, and what is known so far. */
interface Attempt {
  readonly target: ControlTarget
  readonly action: ControlAction
  readonly held: Pidfd | null
  readonly report: ControlReport
}

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
  #watches = true

  constructor(options: PlatformOptions, calls: PidfdCalls | null = pidfdCalls()) {
    this.#options = options
    this.#calls = calls
    this.#bootId = readBootId(options.procRoot)
    this.#users = new Users(options.etcRoot)
    holdSpares(SPARES) // the process to be ended may be the one that has all the others
    this.#users.refresh() // once: on the way to a kill no file of the disk is read
  }

  stopWatching(): void {
    this.#watches = false
  }

  async act(target: ControlTarget, action: ControlAction): Promise<ControlReport> {
    const attempt = this.#attempt(target, action)
    if (attempt === null) return this.#blank(target)
    const { report, held } = attempt
    try {
      if (this.#check(attempt) === null) return report
      if (action.kind === 'signal') return await this.#signal(report, [action.signal], held)
      if (action.kind === 'end_stopped') return await this.#signal(report, END_STOPPED, held)
      if (action.kind === 'efficiency') {
        const reason = 'Only Windows has an efficiency mode. Nothing was changed.'
        return Object.assign(report, { result: 'failed', identity: null, reason })
      }
      return adjustThreads(report, action, {
        procRoot: this.#options.procRoot,
        calls: this.#calls,
        held,
      })
    } catch (error) {
      return unread(report, error)
    } finally {
      held?.close()
    }
  }

  async hold(target: ControlTarget, beforeStop: (wasStopped: boolean) => void): Promise<Holding> {
    const attempt = this.#attempt(target, STOP)
    if (attempt === null) return { report: this.#blank(target), held: null }
    const { report, held } = attempt
    let isKept = false
    try {
      const facts = this.#check(attempt)
      if (facts === null) return { report, held: null }
      const wasStopped = isStoppedAs(facts.status)
      beforeStop(wasStopped)
      await this.#signal(report, ['STOP'], held)
      // One that waits on the disk inside the kernel stops when it comes back from there.
      isKept = report.result === 'suspended' || report.result === 'still_running'
      if (!isKept) return { report, held: null }
      // The place of a spare one is not kept for so long: whoever has the rest may have to be ended meanwhile.
      const kept = restoreSpares() ? held : null
      if (kept === null) held?.close()
      return { report, held: this.#keep(report, kept, wasStopped) }
    } catch (error) {
      return { report: unread(report, error), held: null }
    } finally {
      if (!isKept) held?.close()
    }
  }

  #keep(seen: ControlReport, held: Pidfd | null, wasStopped: boolean): HeldProcess {
    const fresh = (): ControlReport => ({
      ...seen,
      result: 'gone',
      identity: held === null ? 'checked' : 'pinned',
    })
    const mark = markOf(seen.startId)
    const isGone = () => held === null && this.#look(seen.pid, mark) === null
    return {
      wasStopped,
      end: async () => {
        const report = fresh()
        return isGone() ? refused(report, ESRCH) : this.#signal(report, END_STOPPED, held)
      },
      resume: () => {
        const report = fresh()
        const errno = isGone() ? ESRCH : sendErrno(report.pid, 'CONT', held)
        if (errno !== 0) return refused(report, errno)
        return this.#seen(report, 'CONT', held) ? report : { ...report, result: 'still_running' }
      },
      close: () => held?.close(),
    }
  }

  /** With hold of the process where the kernel gives one; null when there is no such process. */
  #attempt(target: ControlTarget, action: ControlAction): Attempt | null {
    const opened = this.#calls?.open(target.pid) ?? null
    if (opened === ESRCH) return null
    const held = typeof opened === 'number' ? null : opened
    return { target, action, held, report: this.#blank(target) }
  }

  /** What is known of it when it may be acted on; null when not, and the report says why. */
  #check(attempt: Attempt): TargetFacts | null {
    const { report, target, held } = attempt
    const facts = readTarget(this.#options.procRoot, target.pid)
    const owner = readOwner(this.#options.procRoot, target.pid)
    if (facts === null || (owner.tgid !== null && owner.tgid !== target.pid)) return null
    report.name = fullName(this.#options.procRoot, target.pid, facts)
    report.status = facts.status
    report.user = owner.uid === null ? null : this.#users.nameOf(owner.uid)
    if (!this.#isSame(target, facts, held)) {
      report.owner = this.#ownerOf(target.pid, facts)
      report.result = 'identity_mismatch'
      return null
    }
    if (!this.#mayAct(attempt, facts, owner.isContainerInit)) return null
    if (held !== null && held.send(0) === ESRCH) return null
    report.identity = held === null ? 'checked' : 'pinned'
    return facts
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
    { report, target, action }: Attempt,
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
    const startedAtMs = sinceBoot(readBootEpochMs(this.#options), sinceBootMs)
    return { pid, name: fullName(procRoot, pid, facts), startedAtMs }
  }

  /** Sends them one behind the other and looks what comes of the first. */
  async #signal(
    report: ControlReport,
    signals: readonly [Signal, ...Signal[]],
    held: Pidfd | null,
  ) {
    const [first, ...more] = signals
    const errno = sendErrno(report.pid, first, held)
    if (errno !== 0) return refused(report, errno)
    for (const signal of more) sendErrno(report.pid, signal, held) // gone by the first, if it fails
    const { clock } = this.#options
    const until = clock.monotonicMs() + OBSERVE_MS
    for (let pause = 2; ; pause = Math.min(pause * 2, 250)) {
      if (this.#seen(report, first, held)) return report
      if (!this.#watches || clock.monotonicMs() >= until)
        return Object.assign(report, { result: 'still_running' })
      await wait(pause)
    }
  }

  /** Looks once, and fills in the result if there is one by now. */
  #seen(report: ControlReport, signal: Signal, held: Pidfd | null): boolean {
    const facts = this.#look(report.pid, markOf(report.startId))
    if (facts === null || facts.isZombie === true || held?.send(0) === ESRCH) {
      const ends = signal === 'TERM' || signal === 'KILL'
      report.status = facts?.isZombie === true ? facts.status : null
      report.result = ends ? 'terminated' : 'gone'
      return true
    }
    report.status = facts.status
    const isStopped = isStoppedAs(facts.status)
    if (signal === 'STOP' && isStopped) report.result = 'suspended'
    else if (signal === 'CONT' && facts.isZombie !== null && !isStopped) report.result = 'resumed'
    else return false
    return true
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
}

const STOP = { kind: 'signal', signal: 'STOP' } as const
const END_STOPPED = ['TERM', 'CONT'] as const

const asks = (action: ControlAction) =>
  action.kind === 'end_stopped' || (action.kind === 'signal' && action.signal !== 'CONT')

const isStoppedAs = (status: TargetFacts['status']) =>
  status === 'stopped' || status === 'tracing-stop'

/** Boot and start, without the inode. */
const markOf = (startId: string) => startId.split('-').slice(0, 2).join('-')

function unread(report: ControlReport, error: unknown): ControlReport {
  const reason = unreadableReason(error)
  if (reason === null || report.identity !== null) throw error
  return Object.assign(report, { result: 'failed', reason })
}

const sendErrno = (pid: number, signal: Signal, held: Pidfd | null) =>
  held === null ? errnoOf(() => process.kill(pid, `SIG${signal}`)) : held.send(NUMBERS[signal])
