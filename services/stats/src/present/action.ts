import { ACTION_RESULTS, CONTROL_RESULTS, type LoggedAction } from '@taskmanager/contracts'
import type { AuditEntry } from '../audit.ts'
import { outcomeSentence } from './outcome.ts'

type Line = AuditEntry & { time: string }

/**
 * One line of the log as the wire has it; null where it is none of ours. The tail of a line that broke off in the
 * middle of the next is found by its beginning: a quote within a text is always written with a backslash.
 */
export function presentAction(text: string): LoggedAction | null {
  const line = parseLine(text) ?? parseLine(text.slice(text.lastIndexOf('{"time":')))
  if (line === null) return null
  return {
    time_ms: Date.parse(line.time),
    action: line.action,
    result: line.result,
    message: line.message ?? sentenceWithoutFacts(line),
    pid: line.pid,
    start_id: line.start_id,
    name: line.name,
    user: line.user,
    by: line.origin === null ? 'program' : 'page',
    elevated: line.elevated,
  }
}

/** Lines of before the sentence was written down with them: all of processes. */
type OldLine = Omit<Line, 'message'> & { message?: string }

function parseLine(text: string): OldLine | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null // Torn: the disk was full, or the machine went down.
  }
  return typeof value === 'object' && value !== null && isLine(value as Record<string, unknown>)
    ? (value as OldLine)
    : null
}

function isLine(value: Record<string, unknown>): boolean {
  const { time, result, message, pid, elevated } = value
  return (
    typeof time === 'string' &&
    Number.isFinite(Date.parse(time)) &&
    ACTION_RESULTS.includes(result as LoggedAction['result']) &&
    (pid === null || Number.isSafeInteger(pid)) &&
    typeof elevated === 'boolean' &&
    typeof value['action'] === 'string' &&
    ['start_id', 'name', 'user', 'origin'].every(
      (key) => value[key] === null || typeof value[key] === 'string',
    ) &&
    (message === undefined || typeof message === 'string')
  )
}

function sentenceWithoutFacts(line: OldLine): string {
  const [verb, nice] = line.action.split(' ')
  const { pid, start_id: startId } = line
  const result = CONTROL_RESULTS.find((known) => known === line.result)
  if (pid === null || startId === null || result === undefined) return line.action
  const report = {
    pid,
    startId,
    result,
    name: line.name,
    user: line.user,
    ownUser: null,
    identity: null,
    status: null,
    owner: null,
    nice: verb === 'priority' ? Number(nice) : null,
    reason: null,
  }
  return outcomeSentence(report, line.action === 'force end')
}
