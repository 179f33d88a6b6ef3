import { win32 } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../../options.ts'
import { cleanName } from '../../text/clean.ts'
import type {
  ControlAction,
  ControlReport,
  ControlSignal,
  ControlTarget,
  HeldProcess,
  Holding,
  ProcessControl,
} from '../../control/process-control.ts'
import type { WindowCalls } from '../app-windows.ts'
import { instantOf } from '../filetime.ts'
import { PROCESS_RIGHT, WIN_ERROR } from '../handles.ts'
import { classOfNice, niceOfClass, PRIORITY_CLASS } from '../priority.ts'
import { STATUS_OF_THREADS, type ThreadStates } from '../processes/process-list.ts'
import type { ProcessAnswers, ProcessQuestions } from '../processes/process-questions.ts'
import { LOOK, type ControlCalls, type HeldHandle } from './control-calls.ts'
import { isCritical, protectedReason, type OwnPlace } from './protected-processes.ts'

const OBSERVE_MS = 3000
/** A domain that does not answer must not keep a refusal from being told. */
const USER_MS = 500
/** Others may have suspended it as well; each has to be taken back. */
const MOST_RESUMES = 64
const MASK_BITS = 64

/** To suspend it now and end it later. */
const HOLD_RIGHTS = PROCESS_RIGHT.terminate | PROCESS_RIGHT.suspendResume

function rightsOf(action: ControlAction): number {
  if (action.kind === 'end_stopped') return HOLD_RIGHTS
  if (action.kind !== 'signal') return PROCESS_RIGHT.setInformation
  const ends = action.signal === 'TERM' || action.signal === 'KILL'
  return ends ? PROCESS_RIGHT.terminate : PROCESS_RIGHT.suspendResume
}

export interface WindowsControlOptions {
  clock: Clock
  calls: ControlCalls
  questions: ProcessQuestions
  /** null: without a desktop. */
  windows: WindowCalls | null
  /** What the threads of a process do; null when it is gone. */
  threadsOf: (pid: number) => ThreadStates | null
  own: OwnPlace
  ownUser: string | null
  /** Whether this service has an administrator's rights; null: not known. */
  elevated: boolean | null
}

/** One order on its way. */
interface Attempt {
  readonly target: ControlTarget
  readonly action: ControlAction
  readonly report: ControlReport
  readonly handle: HeldHandle
  readonly answers: ProcessAnswers | null
}

/** Acts on a process by one handle: opened, its start compared, acted on, closed. Its pid cannot become another's meanwhile. */
export class WindowsProcessControl implements ProcessControl {
  readonly supported = true
  readonly #options: WindowsControlOptions
  #watches = true

  constructor(options: WindowsControlOptions) {
    this.#options = options
  }

  stopWatching(): void {
    this.#watches = false
  }

  async act(target: ControlTarget, action: ControlAction): Promise<ControlReport> {
    const attempt = await this.#attempt(target, action, rightsOf(action))
    if (!('handle' in attempt)) return attempt
    const { report, handle } = attempt
    try {
      switch (action.kind) {
        case 'signal':
          return await this.#signal(report, handle, action.signal)
        case 'end_stopped':
          return await this.#endStopped(report, handle)
        case 'priority':
          return setPriority(report, handle, action.nice)
        case 'affinity':
          return setAffinity(report, handle, action.cpus)
        case 'efficiency':
          return setEfficiency(report, handle, action.on)
        case 'io_priority':
          return fail(report, 'Windows offers no disk priority of a process to other programs.')
      }
    } finally {
      handle.close()
    }
  }

  async hold(target: ControlTarget, beforeStop: (wasStopped: boolean) => void): Promise<Holding> {
    const attempt = await this.#attempt(target, STOP, HOLD_RIGHTS)
    if (!('handle' in attempt)) return { report: attempt, held: null }
    const { report, handle } = attempt
    let isKept = false
    try {
      const wasStopped = this.#options.threadsOf(report.pid) === 'suspended'
      beforeStop(wasStopped)
      await this.#signal(report, handle, 'STOP')
      isKept = report.result === 'suspended' || report.result === 'still_running'
      return isKept
        ? { report, held: this.#keep(report, handle, wasStopped) }
        : { report, held: null }
    } finally {
      if (!isKept) handle.close()
    }
  }

  #keep(seen: ControlReport, handle: HeldHandle, wasStopped: boolean): HeldProcess {
    const fresh = (): ControlReport => ({ ...seen, result: 'gone', identity: 'pinned' })
    return {
      wasStopped,
      end: async () => this.#endStopped(fresh(), handle),
      resume: () => this.#resume(fresh(), handle),
      close: () => handle.close(),
    }
  }

  /** With hold of the process and its identity checked; a report when nothing may be done. */
  async #attempt(
    target: ControlTarget,
    action: ControlAction,
    rights: number,
  ): Promise<Attempt | ControlReport> {
    const { calls, own } = this.#options
    const report = this.#blank(target)
    // Not even opened: Windows would only say that it may not be.
    report.reason = protectedReason({ pid: target.pid, exe: null, parentPid: null }, own)
    if (report.reason !== null) return Object.assign(report, { result: 'protected' })
    let opened = calls.open(target.pid, LOOK | rights)
    const isDenied = opened === WIN_ERROR.accessDenied
    if (isDenied) opened = calls.open(target.pid, LOOK) // to tell at least who it is
    if (opened === WIN_ERROR.invalidParameter) return report
    if (typeof opened === 'number')
      return isDenied ? this.#denied(report, null) : refused(report, opened)
    let isKept = false
    try {
      const answers = this.#options.questions.ask(target.pid)
      const attempt = { target, action, report, handle: opened, answers }
      if (!this.#mayAct(attempt)) return report
      if (isDenied) return await this.#denied(report, answers)
      report.identity = 'pinned'
      isKept = true
      return attempt
    } finally {
      if (!isKept) opened.close()
    }
  }

  /** Refusals in the order of their weight; fills the report when it refuses. */
  #mayAct({ target, action, report, handle, answers }: Attempt): boolean {
    const { own, clock } = this.#options
    const { pid } = target
    if (handle.hasEnded()) return false // somebody holds it, but there is nothing left to end
    const exe = answers?.exe ?? null
    report.name = exe === null ? null : cleanName(win32.basename(exe))
    if (target.startId !== `w-${handle.startMark()}`) {
      const start = handle.startedAt()
      const startedAtMs = start === null ? null : Math.round(instantOf(...start) ?? 0)
      report.owner = { pid, name: report.name ?? `PID ${pid}`, startedAtMs }
      report.result = 'identity_mismatch'
      return false
    }
    report.reason = protectedReason({ pid, exe, parentPid: handle.parentPid() }, own)
    if (report.reason !== null) report.result = 'protected'
    else if (target.expiresAtMs !== undefined && clock.epochMs() > target.expiresAtMs)
      report.result = 'expired'
    else if (asks(action) && isCritical(report.name ?? '') && target.confirmName !== report.name)
      report.result = 'confirmation_required'
    else return true
    return false
  }

  /** Not even an administrator may change what Windows protects; for all others that is a matter of rights. */
  async #denied(report: ControlReport, answers: ProcessAnswers | null): Promise<ControlReport> {
    const { elevated, questions } = this.#options
    if (elevated === true) {
      return fail(
        report,
        'Windows protects this process from all programs, administrators included.',
      )
    }
    const sid = answers?.sid ?? null
    const asked = sid === null ? null : questions.userOf(sid).catch(() => null)
    report.user = await Promise.race([asked, wait(USER_MS, null, { ref: false })])
    return refused(report, WIN_ERROR.accessDenied)
  }

  #blank({ pid, startId }: ControlTarget): ControlReport {
    return {
      pid,
      startId,
      result: 'gone',
      name: null,
      user: null,
      ownUser: this.#options.ownUser,
      identity: null,
      status: null,
      owner: null,
      nice: null,
      reason: null,
    }
  }

  #signal(
    report: ControlReport,
    handle: HeldHandle,
    signal: ControlSignal,
  ): ControlReport | Promise<ControlReport> {
    switch (signal) {
      case 'TERM':
        return this.#end(report, handle)
      case 'KILL':
        return this.#terminate(report, handle)
      case 'STOP':
        return this.#suspend(report, handle)
      case 'CONT':
        return this.#resume(report, handle)
    }
  }

  /**
   * Asks its windows to close, as their crosses do, so that it can ask about what is not saved. One without windows has
   * nobody to be asked, and is ended as Windows ends programs.
   */
  #end(report: ControlReport, handle: HeldHandle): Promise<ControlReport> | ControlReport {
    const { windows } = this.#options
    const visible = windows?.visibleWindowsOf(report.pid) ?? []
    if (visible.length === 0) return this.#terminate(report, handle)
    const asked = visible.filter((window) => windows?.askToClose(window) === true)
    if (asked.length === 0 && !handle.hasEnded()) return refused(report, WIN_ERROR.accessDenied)
    return this.#watchEnd(report, handle)
  }

  #endStopped(report: ControlReport, handle: HeldHandle): Promise<ControlReport> | ControlReport {
    const ended = this.#end(report, handle)
    if (!handle.hasEnded()) this.#goOn(report.pid, handle) // what it was asked reaches it when it runs
    return ended
  }

  #terminate(report: ControlReport, handle: HeldHandle): Promise<ControlReport> | ControlReport {
    const error = handle.terminate()
    // Of one that has just ended by itself, Windows says that it may not be ended.
    if (error !== 0 && !handle.hasEnded()) return refused(report, error)
    return this.#watchEnd(report, handle)
  }

  async #watchEnd(report: ControlReport, handle: HeldHandle): Promise<ControlReport> {
    const { clock } = this.#options
    const until = clock.monotonicMs() + OBSERVE_MS
    for (let pause = 2; !handle.hasEnded(); pause = Math.min(pause * 2, 250)) {
      if (!this.#watches || clock.monotonicMs() >= until)
        return Object.assign(report, { result: 'still_running' })
      await wait(pause)
    }
    return Object.assign(report, { result: 'terminated', status: null })
  }

  /** Windows counts suspensions: one that stands already is not suspended once more, or it would have to be resumed twice. */
  async #suspend(report: ControlReport, handle: HeldHandle): Promise<ControlReport> {
    const { threadsOf, clock } = this.#options
    if (threadsOf(report.pid) !== 'suspended') {
      const error = handle.suspend()
      if (error !== 0) return orGone(report, handle, error)
    }
    const until = clock.monotonicMs() + OBSERVE_MS
    for (let pause = 2; ; pause = Math.min(pause * 2, 250)) {
      const states = threadsOf(report.pid)
      if (states === null || handle.hasEnded()) return gone(report)
      report.status = STATUS_OF_THREADS[states]
      if (states === 'suspended' || states === 'untold')
        return Object.assign(report, { result: 'suspended' })
      // A thread inside the kernel stops when it comes back from there.
      if (!this.#watches || clock.monotonicMs() >= until)
        return Object.assign(report, { result: 'still_running' })
      await wait(pause)
    }
  }

  #resume(report: ControlReport, handle: HeldHandle): ControlReport {
    const error = this.#goOn(report.pid, handle)
    if (error !== 0) return orGone(report, handle, error)
    const states = this.#options.threadsOf(report.pid)
    if (states === null) return gone(report)
    if (states === 'suspended')
      return fail(
        report,
        'Windows itself keeps it suspended, as it does with apps in the background.',
      )
    return Object.assign(report, { result: 'resumed', status: STATUS_OF_THREADS[states] })
  }

  /** Takes back every suspension; 0 or a Windows error. */
  #goOn(pid: number, handle: HeldHandle): number {
    for (let turn = 0; turn < MOST_RESUMES; turn++) {
      const error = handle.resume()
      if (error !== 0 || this.#options.threadsOf(pid) !== 'suspended') return error
    }
    return 0
  }
}

const STOP = { kind: 'signal', signal: 'STOP' } as const

const asks = (action: ControlAction) =>
  action.kind === 'end_stopped' || (action.kind === 'signal' && action.signal !== 'CONT')

function setPriority(report: ControlReport, handle: HeldHandle, nice: number): ControlReport {
  const error = handle.setPriorityClass(classOfNice(nice))
  if (error !== 0) return orGone(report, handle, error)
  // Without the right to raise it, Windows gives less than it was asked for, and says nothing.
  const now = handle.priorityClass()
  return Object.assign(report, {
    result: 'priority_changed',
    nice: now === null ? null : niceOfClass(now),
  })
}

/** As the Task Manager does it: slower and sparing clock rates, and the lowest priority. */
function setEfficiency(report: ControlReport, handle: HeldHandle, isOn: boolean): ControlReport {
  const error = handle.setEfficiency(isOn)
  if (error === WIN_ERROR.notSupported || error === WIN_ERROR.invalidParameter)
    return fail(report, 'Efficiency mode needs Windows 10 of 2017 or newer. Nothing was changed.')
  if (error !== 0) return orGone(report, handle, error)
  const classError = handle.setPriorityClass(isOn ? PRIORITY_CLASS.idle : PRIORITY_CLASS.normal)
  if (classError !== 0) {
    handle.setEfficiency(!isOn) // half of it is neither
    return orGone(report, handle, classError)
  }
  const now = handle.priorityClass()
  return Object.assign(report, {
    result: 'efficiency_changed',
    nice: now === null ? null : niceOfClass(now),
  })
}

function setAffinity(
  report: ControlReport,
  handle: HeldHandle,
  cpus: readonly number[],
): ControlReport {
  const system = handle.systemAffinity()
  const first = handle.firstCpu()
  if (first === null || system === 0n)
    return fail(
      report,
      'It runs on several groups of 64 CPUs, among which Windows lets nobody choose for it. Nothing was changed.',
    )
  const bits = cpus.map((cpu) => cpu - first)
  const isOutside = bits.some((bit) => bit < 0 || bit >= MASK_BITS)
  const mask = isOutside ? 0n : bits.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n)
  if (isOutside || (system !== null && (mask & ~system) !== 0n)) {
    return fail(
      report,
      `Windows lets this program choose among the CPUs of its group that there are, at most ${MASK_BITS} from CPU ${first} on. Nothing was changed.`,
    )
  }
  const error = handle.setAffinity(mask)
  return error === 0
    ? Object.assign(report, { result: 'affinity_changed' })
    : refused(report, error)
}

/** Nothing was done, and why: a sentence. */
const fail = (report: ControlReport, reason: string): ControlReport =>
  Object.assign(report, { result: 'failed', identity: null, reason })

const gone = (report: ControlReport): ControlReport =>
  Object.assign(report, { result: 'gone', identity: null })

const orGone = (report: ControlReport, handle: HeldHandle, error: number): ControlReport =>
  handle.hasEnded() ? gone(report) : refused(report, error)

/** The report of a call that Windows refused: nothing was done. */
function refused(report: ControlReport, error: number): ControlReport {
  if (error !== WIN_ERROR.accessDenied) return fail(report, `Windows refused it (error ${error}).`)
  return Object.assign(report, { result: 'needs_elevation', identity: null })
}
