import { getPriority, setPriority } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { ProcessStatus } from '@taskmanager/contracts'
import type {
  ControlAction,
  ControlReport,
  ControlSignal,
  ControlTarget,
  Holding,
  ProcessControl,
} from '../../control/process-control.ts'
import { ownStarters, starterReason } from '../../control/own-starters.ts'
import { errnoOf, refused } from '../../control/refused.ts'
import type { Clock } from '../../options.ts'
import { MAC_ERRNO, macLibrary, type MacLibrary } from '../lib-system.ts'
import { MacUsers } from '../mac-users.ts'
import { wholeName } from '../processes/mac-facts.ts'
import { KINFO_STAT, type KinfoProcRecord } from '../processes/parse-kinfo-proc.ts'
import { findProcess, startIdOf } from '../processes/process-list.ts'
import { isSessionCritical } from './session-critical.ts'

export interface MacControlWorld {
  clock: Clock
  library: MacLibrary
  /** Effective user of this service. */
  ownUid: number
  /** Sends a signal: 0 or the errno. Tests hand in what a process does on it. */
  send?: (pid: number, signal: ControlSignal) => number
}

interface Target {
  record: KinfoProcRecord
  name: string
}

const OBSERVE_MS = 3000
const MOST_PATH = 4096
const END_STOPPED = ['TERM', 'CONT'] as const

/**
 * Acts on a process after its start was compared. macOS gives no handle that holds a process, so between the look and
 * the signal lie some microseconds, in which a pid would have to end and be given out again.
 */
export class MacProcessControl implements ProcessControl {
  readonly supported = true
  readonly #clock: Clock
  readonly #library: MacLibrary
  readonly #ownUid: number
  readonly #users: MacUsers
  readonly #send: (pid: number, signal: ControlSignal) => number
  readonly #path = Buffer.alloc(MOST_PATH)
  #watches = true

  constructor({ clock, library, ownUid, send = sendSignal }: MacControlWorld) {
    this.#clock = clock
    this.#library = library
    this.#ownUid = ownUid
    this.#send = send
    this.#users = new MacUsers(library)
    this.#users.nameOf(ownUid) // asked for now, there when it is needed
  }

  stopWatching(): void {
    this.#watches = false
  }

  async act(target: ControlTarget, action: ControlAction): Promise<ControlReport> {
    const report = this.#blank(target)
    if (!isPossible(action)) {
      return Object.assign(report, { result: 'failed', reason: IMPOSSIBLE[action.kind] })
    }
    const asks =
      action.kind === 'end_stopped' || (action.kind === 'signal' && action.signal !== 'CONT')
    if (this.#check(report, target, asks) === null) return report
    if (action.kind === 'signal') return this.#signal(report, [action.signal])
    if (action.kind === 'end_stopped') return this.#signal(report, END_STOPPED)
    return this.#renice(report, action.nice)
  }

  async hold(target: ControlTarget, beforeStop: (wasStopped: boolean) => void): Promise<Holding> {
    const report = this.#blank(target)
    const found = this.#check(report, target, true)
    if (found === null) return { report, held: null }
    const wasStopped = found.record.stat === KINFO_STAT.stopped
    beforeStop(wasStopped)
    await this.#signal(report, ['STOP'])
    const isHeld = report.result === 'suspended' || report.result === 'still_running'
    if (!isHeld) return { report, held: null }
    const fresh = (): ControlReport => ({ ...report, result: 'gone', identity: 'checked' })
    return {
      report,
      held: {
        wasStopped,
        end: async () => {
          const end = fresh()
          return this.#look(end) === null
            ? this.#refused(end, MAC_ERRNO.ESRCH)
            : this.#signal(end, END_STOPPED)
        },
        resume: () => {
          const resumed = fresh()
          const errno =
            this.#look(resumed) === null ? MAC_ERRNO.ESRCH : this.#send(report.pid, 'CONT')
          if (errno !== 0) return this.#refused(resumed, errno)
          return this.#seen(resumed, 'CONT') ? resumed : { ...resumed, result: 'still_running' }
        },
        close: () => {},
      },
    }
  }

  #blank({ pid, startId }: ControlTarget): ControlReport {
    return {
      pid,
      startId,
      result: 'gone',
      name: null,
      user: null,
      ownUser: this.#users.nameOf(this.#ownUid),
      identity: null,
      status: null,
      owner: null,
      nice: null,
      reason: null,
    }
  }

  #find(pid: number): Target | null {
    const found = findProcess(this.#library, pid)
    if (found === null) return null
    const length = this.#library.processPath(pid, this.#path)
    const file = length < 0 ? null : this.#path.toString('utf8', 0, length)
    return { record: found.record, name: wholeName(found.comm, [file]) }
  }

  /** The process when it may be acted on; null when not, and the report says why, in the order of weight. */
  #check(report: ControlReport, target: ControlTarget, asks: boolean): Target | null {
    const found = this.#find(target.pid)
    if (found === null) return null
    const { record, name } = found
    report.name = name
    report.user = this.#users.nameOf(record.ruid)
    report.status = statusOf(record)
    if (startIdOf(record.startMicros) !== target.startId) {
      report.owner = ownerOf(found)
      report.result = 'identity_mismatch'
      return null
    }
    report.reason = protectedReason(found)
    if (report.reason !== null) report.result = 'protected'
    else if (target.expiresAtMs !== undefined && this.#clock.epochMs() > target.expiresAtMs)
      report.result = 'expired'
    else if (record.stat === KINFO_STAT.zombie) {
      report.result = 'already_dead'
      const parent = this.#find(record.ppid)
      report.owner = parent === null ? null : ownerOf(parent)
    } else if (asks && isSessionCritical(name) && target.confirmName !== name)
      report.result = 'confirmation_required'
    else {
      report.identity = 'checked'
      return found
    }
    return null
  }

  #renice(report: ControlReport, nice: number): ControlReport {
    const errno = errnoOf(() => setPriority(report.pid, nice))
    if (errno !== 0) return this.#refused(report, errno)
    return Object.assign(report, { result: 'priority_changed', nice: getPriority(report.pid) })
  }

  /** Sends them one behind the other and looks what comes of the first. */
  async #signal(
    report: ControlReport,
    signals: readonly [ControlSignal, ...ControlSignal[]],
  ): Promise<ControlReport> {
    const [first, ...more] = signals
    const errno = this.#send(report.pid, first)
    if (errno !== 0) return this.#refused(report, errno)
    for (const signal of more) this.#send(report.pid, signal) // gone by the first, if it fails
    const until = this.#clock.monotonicMs() + OBSERVE_MS
    for (let pause = 2; ; pause = Math.min(pause * 2, 250)) {
      if (this.#seen(report, first)) return report
      if (!this.#watches || this.#clock.monotonicMs() >= until)
        return Object.assign(report, { result: 'still_running' })
      await wait(pause)
    }
  }

  #refused(report: ControlReport, errno: number): ControlReport {
    if (this.#ownUid !== 0 || errno !== MAC_ERRNO.EPERM) return refused(report, errno)
    report.identity = null
    report.reason = 'macOS itself protects this process, from root as well.'
    return Object.assign(report, { result: 'failed' })
  }

  /** Looks once, and fills in the result if there is one by now. */
  #seen(report: ControlReport, signal: ControlSignal): boolean {
    const record = this.#look(report)
    const ends = signal === 'TERM' || signal === 'KILL'
    report.status = record === null ? null : statusOf(record)
    if (record === null || record.stat === KINFO_STAT.zombie)
      report.result = ends ? 'terminated' : 'gone'
    else if (signal === 'STOP' && record.stat === KINFO_STAT.stopped) report.result = 'suspended'
    else if (signal === 'CONT' && record.stat !== KINFO_STAT.stopped) report.result = 'resumed'
    else return false
    return true
  }

  /** The process of the report as it is now; null when it is gone. */
  #look({ pid, startId }: ControlReport): KinfoProcRecord | null {
    const record = findProcess(this.#library, pid)?.record
    return record !== undefined && startIdOf(record.startMicros) === startId ? record : null
  }
}

type Possible = Extract<ControlAction, { kind: 'signal' | 'end_stopped' | 'priority' }>

const IMPOSSIBLE: Readonly<Record<Exclude<ControlAction, Possible>['kind'], string>> = {
  affinity: 'macOS binds no program to CPUs. Nothing was changed.',
  io_priority: 'macOS sets no disk priority of another program. Nothing was changed.',
  efficiency: 'macOS has no efficiency mode of another program. Nothing was changed.',
}

const isPossible = (action: ControlAction): action is Possible => !(action.kind in IMPOSSIBLE)

const sendSignal = (pid: number, signal: ControlSignal): number =>
  errnoOf(() => process.kill(pid, `SIG${signal}`))

/** null: alive, and macOS does not tell what it does. */
export function statusOf({ stat }: KinfoProcRecord): ProcessStatus | null {
  if (stat === KINFO_STAT.zombie) return 'zombie'
  return stat === KINFO_STAT.stopped ? 'stopped' : null
}

const ownerOf = ({ record, name }: Target) => ({
  pid: record.pid,
  name,
  startedAtMs: Math.round(record.startMicros / 1000),
})

/** Why nobody may act on it here, whatever their rights; null when they may. By facts the process cannot choose. */
export function protectedReason({ record: { pid, ppid }, name }: Target): string | null {
  if (pid === 0) return `${name} is the kernel.`
  if (pid === 1) return 'PID 1 runs the whole system. It cannot be ended here.'
  if (pid === process.pid) return 'This is the service that would have to answer.'
  const starters = ownStarters()
  const isSibling = ppid === starters.launcherPid && pid !== starters.parentPid
  return isSibling ? `PID ${pid} is a service of Task Manager Pro.` : starterReason(pid, starters)
}

/** null on other systems and without koffi. */
export function createMacControl(clock: Clock): MacProcessControl | null {
  const library = macLibrary()
  const ownUid = process.geteuid?.()
  return library === null || ownUid === undefined
    ? null
    : new MacProcessControl({ clock, library, ownUid })
}
