import type { ControlOutcome } from '@taskmanager/contracts'
import type { ControlReport } from '@taskmanager/platform'
import { withoutSecrets } from '@taskmanager/service-kit'

export type OutcomeBase = Omit<ControlOutcome, 'audit' | 'elapsed_ms'>

/** An end that can still be taken back. */
export interface Ending {
  endsAtMs: number
  undoMs: number
}

/** What happened to one process, as the wire has it and in a sentence (ui.md, results). */
export function presentOutcome(
  report: ControlReport,
  forced: boolean,
  ending: Ending | null = null,
): OutcomeBase {
  const { owner } = report
  return {
    pid: report.pid,
    // It has any form a client likes; one that puts its token there must not find it in an answer or a log.
    start_id: withoutSecrets(report.startId),
    name: report.result === 'identity_mismatch' ? (owner?.name ?? report.name) : report.name,
    result: report.result,
    message: outcomeSentence(report, forced, ending?.undoMs),
    identity: report.identity,
    status: report.status,
    owner:
      owner === null
        ? null
        : { pid: owner.pid, name: owner.name, started_at_ms: owner.startedAtMs },
    nice: report.nice,
    ends_at_ms: ending?.endsAtMs ?? null,
  }
}

/** What happened in the words that every part of the page uses. */
export function outcomeSentence(report: ControlReport, forced: boolean, undoMs?: number): string {
  const { pid } = report
  const name = report.name ?? 'The process'
  const who = `${name} (PID ${pid})`
  switch (report.result) {
    case 'terminated':
      return `${who} ended.`
    case 'ending':
      return endingSentence(who, report, undoMs)
    case 'gone':
      return `${who} had already ended.`
    case 'still_running':
      return stillRunning(name, report, forced)
    case 'suspended':
      return `Suspended ${name}.`
    case 'resumed':
      return `Resumed ${name}.`
    case 'priority_changed':
      return `${name} now runs at ${priorityWord(report.nice)} priority (nice ${report.nice}).`
    case 'affinity_changed':
      return `${name} now runs on the chosen CPUs only.`
    case 'io_priority_changed':
      return `Changed the disk priority of ${name}.`
    case 'efficiency_changed':
      return `Changed the efficiency mode of ${name}; it now runs at ${priorityWord(report.nice)} priority.`
    case 'identity_mismatch':
      return `PID ${pid} is now another program (${report.owner?.name ?? name}${startedAt(report)}). Nothing was sent.`
    case 'already_dead':
      return report.owner === null
        ? `${who} is already dead.`
        : `${who} is already dead; its parent ${report.owner.name} (PID ${report.owner.pid}) has not collected it.`
    case 'needs_elevation':
      return notAllowed(who, report)
    case 'expired':
      return 'Too late: the order had run out when the service came to it. Nothing was sent.'
    case 'protected':
      return `Protected: ${report.reason ?? `${who} cannot be ended here.`}`
    case 'confirmation_required':
      return `${who} keeps a session or the system running. Type its name to go on.`
    case 'failed':
      return report.reason ?? `${who} could not be changed.`
  }
}

function endingSentence(who: string, { status }: ControlReport, undoMs?: number): string {
  const state = status === 'stopped' ? 'is suspended and ends' : 'ends'
  const time = undoMs === undefined ? 'soon' : `in ${Math.round(undoMs / 100) / 10} s`
  return `${who} ${state} ${time}. Until then it can be resumed.`
}

function notAllowed(who: string, { user, ownUser }: ControlReport): string {
  if (user !== null && user === ownUser) {
    return `Not allowed: the system refused it for ${who}. That needs elevated mode.`
  }
  return `Not allowed: ${who} belongs to ${user ?? 'another user'}, this service runs as ${ownUser ?? 'another'}.`
}

function stillRunning(name: string, { status }: ControlReport, forced: boolean): string {
  if (status === 'disk-sleep') {
    return `${name} waits on the disk inside the kernel. Even a force end takes effect only afterwards.`
  }
  return forced
    ? `Force ended ${name} 3 s ago; the kernel has not finished with it yet.`
    : `Asked ${name} to end 3 s ago; it is still running.`
}

function startedAt({ owner }: ControlReport): string {
  if (owner?.startedAtMs == null) return ''
  return `, started ${new Date(owner.startedAtMs).toTimeString().slice(0, 8)}`
}

function priorityWord(nice: number | null): string {
  if (nice === null) return 'another'
  if (nice <= -10) return 'very high'
  if (nice < 0) return 'high'
  if (nice === 0) return 'normal'
  return nice < 19 ? 'low' : 'very low'
}
