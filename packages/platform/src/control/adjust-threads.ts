import { readdirSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import path from 'node:path'
import type { ControlAction, ControlReport } from './process-control.ts'
import { ESRCH, type Pidfd, type PidfdCalls } from './pidfd.ts'
import { errnoOf, refused } from './refused.ts'

export type Adjustment = Exclude<ControlAction, { kind: 'signal' | 'end_stopped' | 'efficiency' }>

/** Threads that start while others are changed are found by looking again. */
const PASSES = 4

interface AdjustWays {
  readonly procRoot: string
  readonly calls: PidfdCalls | null
  readonly held: Pidfd | null
}

/** All threads, also those that start meanwhile: Linux keeps nice, affinity and I/O priority per thread. */
export function adjustThreads(
  report: ControlReport,
  action: Adjustment,
  { procRoot, calls, held }: AdjustWays,
): ControlReport {
  if (action.kind !== 'priority' && calls === null) {
    report.identity = null
    report.reason = 'This needs the foreign function library, which has no binary here.'
    return Object.assign(report, { result: 'failed' })
  }
  const done = new Set<number>()
  for (let pass = 0; pass < PASSES; pass++) {
    const fresh = threadsOf(procRoot, report.pid).filter((tid) => !done.has(tid))
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

function threadsOf(procRoot: string, pid: number): number[] {
  try {
    return readdirSync(path.join(procRoot, String(pid), 'task')).map(Number)
  } catch {
    return [] // ended meanwhile
  }
}

function adjustErrno(calls: PidfdCalls | null, tid: number, action: Adjustment): number {
  if (action.kind === 'priority') return errnoOf(() => setPriority(tid, action.nice))
  if (calls === null) return ESRCH
  return action.kind === 'affinity'
    ? calls.setAffinity(tid, action.cpus)
    : calls.setIoPriority(tid, action.level)
}
