import type { ControlReport } from './process-control.ts'
import { EACCES, EPERM, ESRCH } from './pidfd.ts'

/** The report of a call that the system refused: nothing was done. */
export function refused(report: ControlReport, errno: number): ControlReport {
  report.identity = null
  if (errno === ESRCH) return Object.assign(report, { result: 'gone' })
  if (errno === EPERM || errno === EACCES)
    return Object.assign(report, { result: 'needs_elevation' })
  report.reason = `The system refused it (error ${errno}).`
  return Object.assign(report, { result: 'failed' })
}

/** 0, or the errno of a call that throws it. */
export function errnoOf(call: () => void): number {
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
