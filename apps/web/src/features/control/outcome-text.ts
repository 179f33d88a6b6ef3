import { ApiError } from '@taskmanager/client'
import type { ControlOutcome, LoggedAction } from '@taskmanager/contracts'
import type { Toast } from '../../stores/toasts.ts'

type Kind = Toast['kind']
type Result = LoggedAction['result']

export const KIND_OF_RESULT: Record<Result, Kind> = {
  done: 'good',
  pending: 'info',
  unavailable: 'warn',
  terminated: 'good',
  ending: 'info',
  gone: 'good',
  suspended: 'good',
  resumed: 'good',
  priority_changed: 'good',
  affinity_changed: 'good',
  io_priority_changed: 'good',
  efficiency_changed: 'good',
  still_running: 'info',
  identity_mismatch: 'warn',
  already_dead: 'warn',
  needs_elevation: 'warn',
  protected: 'warn',
  confirmation_required: 'warn',
  expired: 'warn',
  failed: 'warn',
}

/** What became of one target, ready to be told. */
export interface Told {
  readonly kind: Kind
  readonly text: string
  /** null: the service said nothing about the process itself. */
  readonly result: Result | null
  /** Until when it can be taken back, while it waits for its end. */
  readonly endsAtMs?: number
  /** No answer came: it is not known whether anything was sent. */
  readonly isUnknown?: true
  /** The action was carried out, but is not in the log. */
  readonly isUnlogged?: true
}

/** The service's own sentence; what it could not write to the log is said as well. */
export function tellOutcome(outcome: ControlOutcome): Told {
  const isStuck = outcome.result === 'still_running' && outcome.status === 'disk-sleep'
  const isUnlogged = outcome.audit === 'failed'
  const text = isUnlogged
    ? `${outcome.message} The action could not be written to the log.`
    : outcome.message
  return {
    kind: isStuck || isUnlogged ? 'warn' : KIND_OF_RESULT[outcome.result],
    text,
    result: outcome.result,
    ...(outcome.ends_at_ms != null && { endsAtMs: outcome.ends_at_ms }),
    ...(isUnlogged && { isUnlogged }),
  }
}

/** What the log says of an end whose time has come. */
export const tellLogged = ({ result, message }: LoggedAction): Told => ({
  kind: KIND_OF_RESULT[result],
  text: message,
  result,
})

/** A refusal carries its outcome in the detail; no answer at all means that nobody knows. */
export function tellError(error: unknown, name: string, asked: string): Told {
  if (!(error instanceof ApiError)) throw error
  const outcome = outcomeOf(error)
  if (outcome !== null) return tellOutcome(outcome)
  if (error.status === 0 && error.error === 'no_answer') {
    const text = `No answer. It is not known whether ${name} was ${asked}.`
    return { kind: 'warn', text, result: null, isUnknown: true }
  }
  return { kind: 'warn', text: error.message, result: null }
}

function outcomeOf({ detail }: ApiError): ControlOutcome | null {
  const outcome = (detail as { outcome?: unknown } | null | undefined)?.outcome
  return typeof outcome === 'object' && outcome !== null && 'result' in outcome
    ? (outcome as ControlOutcome)
    : null
}

const ENDED: ReadonlySet<Result | null> = new Set(['terminated', 'gone', 'already_dead'])

/** Many outcomes in one line: "12 ended, 3 not allowed." The worst of them gives the kind. */
export function tellMany(told: readonly Told[], verb: string): Told {
  const [first] = told
  // One request stood for all of them and brought nothing back: its reason, not a count of what nobody knows.
  if (first?.result === null && told.every(({ text }) => text === first.text)) return first
  const ended = told.filter(({ result }) => result === 'terminated').length
  const gone = told.filter(({ result }) => result === 'gone' || result === 'already_dead').length
  const denied = told.filter(({ result }) => result === 'needs_elevation').length
  const running = told.filter(({ result }) => result === 'still_running').length
  const done = told.filter(({ kind, result }) => kind === 'good' && !ENDED.has(result)).length
  const other = told.length - ended - gone - denied - running - done
  const parts = [
    ended > 0 && `${ended} ended`,
    done > 0 && `${done} ${verb}`,
    gone > 0 && `${gone} had already ended`,
    running > 0 && `${running} still running`,
    denied > 0 && `${denied} not allowed`,
    other > 0 && `${other} not done`,
  ].filter((part) => part !== false)
  const order: readonly Kind[] = ['good', 'info', 'warn', 'crit']
  const kind = order.findLast((each) => told.some((one) => one.kind === each)) ?? 'info'
  return { kind, text: `${parts.join(', ')}.`, result: null }
}
