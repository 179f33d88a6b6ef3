import type { StartupItem, StartupState } from '@taskmanager/contracts'
import path from 'node:path'
import { presentCommand, shownPath } from '../../startup/present-autostart.ts'
import { cronWords } from '../../startup/schedule-words.ts'
import { cleanName } from '../../text/clean.ts'
import {
  flagIn,
  isDictionary,
  numberIn,
  textIn,
  type PropertyDictionary,
  type PropertyValue,
} from '../property-lists/property-value.ts'

export interface JobPlace {
  /** An agent starts with the session of a user, a daemon with the machine. */
  kind: 'launch_agent' | 'launch_daemon'
  scope: StartupItem['scope']
}

export interface JobWorld {
  exists: (file: string) => boolean
  /** Labels that were switched on or off apart from their files. */
  switches: ReadonlyMap<string, boolean>
}

const FIXED =
  'It is not switched from here. System Settings, General, Login Items does it, or launchctl(1) in a terminal.'

/** A job of launchd as the list has it; without its id. Pure. Source: launchd.plist(5). */
export function presentJob(
  file: string,
  job: PropertyDictionary,
  { kind, scope }: JobPlace,
  { exists, switches }: JobWorld,
): Omit<StartupItem, 'id'> {
  const label = textIn(job, 'Label') ?? path.basename(file, '.plist')
  const args = argumentsOf(job)
  const program = textIn(job, 'Program') ?? args[0]
  const isMissing = program !== undefined && path.isAbsolute(program) && !exists(program)
  const isOff = switches.get(label) ?? flagIn(job, 'Disabled') === true
  const state: StartupState = isOff ? 'disabled' : isMissing ? 'cannot_start' : 'enabled'
  const why = isMissing ? `${cleanName(path.basename(program))} is not there` : whenAsked(job)
  return {
    name: cleanName(label),
    command: commandOf(job),
    app_id: null,
    kind,
    scope,
    file: shownPath(file),
    schedule: scheduleOf(job, kind),
    next_at_ms: null,
    runs_as: kind === 'launch_daemon' ? cleanName(textIn(job, 'UserName') ?? 'root') : null,
    state,
    reason: isOff ? null : why,
    fixed: FIXED,
  }
}

/** What it runs; null: it does not say. */
export function commandOf(job: PropertyDictionary): string | null {
  const args = argumentsOf(job)
  const program = textIn(job, 'Program')
  return presentCommand(args.length === 0 && program !== null ? [program] : args)
}

function argumentsOf(job: PropertyDictionary): string[] {
  const args = job.get('ProgramArguments')
  return Array.isArray(args) ? args.filter((each): each is string => typeof each === 'string') : []
}

/** It is loaded, and runs only on demand. */
function whenAsked(job: PropertyDictionary): string | null {
  return startsAtOnce(job) || runsByClock(job) ? null : 'when something asks for it'
}

export const runsByClock = (job: PropertyDictionary): boolean =>
  job.has('StartInterval') || job.has('StartCalendarInterval')

export function startsAtOnce(job: PropertyDictionary): boolean {
  const keep = job.get('KeepAlive')
  return flagIn(job, 'RunAtLoad') === true || keep === true || isDictionary(keep)
}

/** null: with the session. */
function scheduleOf(job: PropertyDictionary, kind: JobPlace['kind']): string | null {
  const seconds = numberIn(job, 'StartInterval')
  if (seconds !== null && seconds > 0) return everyWords(seconds)
  const calendar = job.get('StartCalendarInterval')
  const events = (Array.isArray(calendar) ? calendar : [calendar]).flatMap(calendarEvent)
  if (events.length > 0) return events.join('; ')
  return kind === 'launch_daemon' ? 'With the machine' : null
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

function everyWords(seconds: number): string {
  const [unit, length] = UNITS.find(([, each]) => seconds % each === 0) ?? ['second', 1]
  const count = Math.round(seconds / length)
  return count === 1 ? `Every ${unit}` : `Every ${count} ${unit}s`
}

/** What is not named is every one, as in cron. */
function calendarEvent(value: PropertyValue | undefined): string[] {
  if (!isDictionary(value)) return []
  const field = (name: string) => {
    const number = numberIn(value, name)
    return number === null ? '*' : String(number)
  }
  const fields = ['Minute', 'Hour', 'Day', 'Month', 'Weekday'].map(field)
  return [cronWords(fields.join(' '))]
}
