import type { DriveComplaint, DriveFacts } from '@taskmanager/platform'

export type DriveVerdict = 'good' | 'warning' | 'failing'

export type DriveFinding =
  | DriveComplaint
  | 'failure_foretold'
  | 'worn_out'
  | 'nearly_worn_out'
  | 'pending_sectors'
  | 'reallocated_sectors'
  | 'media_errors'

const WORN_OUT_PERCENT = 100
const NEARLY_WORN_OUT_PERCENT = 90

/** Too hot passes, and age is no fault: all other complaints mean that data are at risk. */
const NOT_FATAL: ReadonlySet<DriveComplaint> = new Set(['temperature', 'aged_attribute'])

/**
 * `failing`: the drive itself says so. `warning`: it does not, but drives with such figures fail far more often than
 * others. Findings: the worst first.
 */
export function driveVerdict(facts: DriveFacts): {
  verdict: DriveVerdict
  findings: DriveFinding[]
} {
  const fatal: DriveFinding[] = facts.complaints.filter((complaint) => !NOT_FATAL.has(complaint))
  if (facts.passed === false && fatal.length === 0) fatal.push('failure_foretold')
  const usedPercent = facts.usedPercent ?? 0
  const notices: DriveFinding[] = facts.complaints.filter((complaint) => NOT_FATAL.has(complaint))
  if ((facts.pendingSectors ?? 0) > 0) notices.push('pending_sectors')
  if ((facts.mediaErrors ?? 0) > 0) notices.push('media_errors')
  if ((facts.reallocatedSectors ?? 0) > 0) notices.push('reallocated_sectors')
  if (usedPercent >= WORN_OUT_PERCENT) notices.push('worn_out')
  else if (usedPercent >= NEARLY_WORN_OUT_PERCENT) notices.push('nearly_worn_out')
  const verdict = fatal.length > 0 ? 'failing' : notices.length > 0 ? 'warning' : 'good'
  return { verdict, findings: [...fatal, ...notices] }
}
