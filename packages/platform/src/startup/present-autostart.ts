import type { StartupItem, StartupState } from '@taskmanager/contracts'
import { desktopValues } from '../linux/desktop-entries.ts'
import { cleanName, cleanText, cut } from '../text/clean.ts'
import { redactArguments } from '../text/redact.ts'
import type { Autostart, EntryFile } from './autostart-entries.ts'
import { splitExec, unescapeValue } from './exec-line.ts'
import type { HasProgram } from './programs.ts'

const MOST_COMMAND = 1024
const MOST_PATH = 4096

/** What the start of an entry hangs on, beside its file. */
export interface Surroundings {
  /** Names of the desktop that runs; null: not known. Source: `XDG_CURRENT_DESKTOP`. */
  desktops: readonly string[] | null
  hasProgram: HasProgram
  /** Why nothing is switched here; null: it may be. */
  refusal: string | null
}

/** As rows of processes have it; what is handed to a shell in one argument is looked through by words as well. */
export function presentCommand(args: readonly string[]): string | null {
  if (args.length === 0) return null
  const words = redactArguments(args).join(' ').split(' ')
  return cut(cleanText(redactArguments(words).join(' ')), MOST_COMMAND)
}

export const shownPath = (file: Buffer | string): string =>
  cut(cleanText(file.toString()), MOST_PATH)

/** One entry as the list has it. Pure. */
export function presentAutostart(
  id: string,
  { own, shared }: Autostart,
  surroundings: Surroundings,
): StartupItem | null {
  const file = own ?? shared
  if (file === null) return null
  const value = desktopValues(file.text)
  // A file that only switches off says nothing of what it switches off.
  const tells = own !== null && shared !== null && value('Exec') === undefined ? shared : file
  const told = desktopValues(tells.text)
  const state = isOff(value) ? 'disabled' : null
  const args = argumentsOf(told)
  const why = state === null ? whyNot(file, args, surroundings) : null
  const fileName = file.name.toString().slice(0, -'.desktop'.length)
  return {
    id,
    name: cleanName(unescapeValue(told('Name') ?? '') || fileName),
    command: presentCommand(args),
    app_id: cleanName(fileName),
    kind: 'desktop_entry',
    scope: shared === null ? 'you' : 'everybody',
    file: shownPath(`${file.directory}/${file.name.toString()}`),
    schedule: null,
    next_at_ms: null,
    runs_as: null,
    state: state ?? (why === null ? 'enabled' : 'cannot_start'),
    reason: why ?? (state === null ? condition(value, args, surroundings) : null),
    fixed: surroundings.refusal ?? whyFixed(own ?? file, tells === file, state ?? 'enabled'),
  }
}

type Value = ReturnType<typeof desktopValues>

const argumentsOf = (value: Value): string[] => splitExec(value('Exec') ?? '')

/** Programs that it needs to start. */
function neededBy(value: Value, args: readonly string[]): string[] {
  const tried = unescapeValue(value('TryExec') ?? '')
  return [...(tried === '' ? [] : [tried]), ...args.slice(0, 1)]
}

/** Programs to look for before it is presented. */
export const programsOf = ({ own, shared }: Autostart): string[] =>
  [own, shared].flatMap((file) => {
    if (file === null) return []
    const value = desktopValues(file.text)
    return neededBy(value, argumentsOf(value))
  })

const isOff = (value: Value) =>
  value('Hidden') === 'true' || value('X-GNOME-Autostart-enabled') === 'false'

const listOf = (text: string | undefined): string[] | null =>
  text === undefined ? null : unescapeValue(text).split(';').filter(Boolean)

/** The rest of the sentence "It cannot start: …"; null: it can. */
function whyNot(
  file: EntryFile,
  args: readonly string[],
  { desktops, hasProgram }: Surroundings,
): string | null {
  if (file.unreadable !== null) return `its file cannot be read: ${file.unreadable}`
  const value = desktopValues(file.text)
  if ((value('Type') ?? 'Application') !== 'Application') return 'its file is no application'
  if (args.length === 0) return 'its file names no command'
  const missing = neededBy(value, args).find((one) => hasProgram(one) === false)
  if (missing !== undefined) return `${cleanName(missing)} is not installed`
  if (desktops === null) return null
  const only = listOf(value('OnlyShowIn'))
  if (only !== null && !only.some((name) => desktops.includes(name)))
    return `for ${names(only)} only`
  const never = listOf(value('NotShowIn'))?.find((name) => desktops.includes(name))
  return never === undefined ? null : `not for ${cleanName(never)}`
}

/** What its start hangs on and is not known here. */
function condition(
  value: Value,
  args: readonly string[],
  { desktops, hasProgram }: Surroundings,
): string | null {
  const unsure = neededBy(value, args).find((one) => hasProgram(one) === null)
  if (unsure !== undefined) return ifInstalled(unsure)
  const wanted = value('AutostartCondition')
  if (wanted !== undefined) return `if its condition holds: ${cleanName(wanted)}`
  const only = listOf(value('OnlyShowIn'))
  if (desktops === null && only !== null) return `in ${names(only)} only`
  const never = listOf(value('NotShowIn'))
  return desktops === null && never !== null ? `not in ${names(never)}` : null
}

/** Of a program of which is not known whether it is there. */
export const ifInstalled = (program: string): string =>
  `if ${cleanName(program)} is installed: where it would be does not answer`

const names = (all: readonly string[]) => cleanName(all.join(', ')) || 'no desktop'

function whyFixed(file: EntryFile, tellsAll: boolean, state: StartupState): string | null {
  const at = shownPath(`${file.directory}/${file.name.toString()}`)
  if (file.unreadable !== null) return `${at} cannot be read: ${file.unreadable}.`
  if (file.isLink) return `${at} is a symbolic link. Remove it, or change the file it leads to.`
  if (!/^\[Desktop Entry\]\r?\n/m.test(file.text)) return `${at} is no desktop entry.`
  return !tellsAll && state === 'disabled'
    ? `${at} does nothing but switch it off. Remove that file to have it back.`
    : null
}
