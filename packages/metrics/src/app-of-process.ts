import type { ProcessKind } from '@taskmanager/contracts'
import type { DesktopEntry, ProcessFacts } from '@taskmanager/platform'
import { bundleOf } from './app-of-bundle.ts'

/** The app a process belongs to. */
export interface AppOfProcess {
  id: string
  name: string
  kind: ProcessKind
  /** systemd unit, scope or container it was grouped by; null when by program. */
  unit: string | null
  /** What started it, in words. */
  startedBy: string | null
}

export const KERNEL_APP: AppOfProcess = {
  id: 'kernel',
  name: 'Kernel threads',
  kind: 'kernel',
  unit: null,
  startedBy: 'kernel',
}

/** Desktop entries by what the system calls a running app: the id, and the program. */
export interface DesktopNames {
  byId: ReadonlyMap<string, DesktopEntry>
  byProgram: ReadonlyMap<string, DesktopEntry>
}

export function desktopNames(entries: readonly DesktopEntry[]): DesktopNames {
  const byId = new Map<string, DesktopEntry>()
  const byProgram = new Map<string, DesktopEntry>()
  for (const entry of entries) {
    if (!byId.has(entry.id.toLowerCase())) byId.set(entry.id.toLowerCase(), entry)
    if (!byProgram.has(entry.program)) byProgram.set(entry.program, entry)
  }
  return { byId, byProgram }
}

/**
 * What the system knows comes first: container, flatpak, snap, the desktop's scope, the service, the bundle of macOS. Only what none of
 * them names is grouped by its program.
 */
export function appOfProcess(
  facts: ProcessFacts,
  desktop: DesktopNames,
  nameOfContainer: (id: string) => string | null = () => null,
): AppOfProcess {
  if (facts.isKernel) return KERNEL_APP
  return (
    inContainer(facts, nameOfContainer) ??
    inUnit(facts, desktop) ??
    inBundle(facts) ??
    ofProgram(facts, desktop)
  )
}

function inContainer(
  { container, user }: ProcessFacts,
  nameOf: (id: string) => string | null,
): AppOfProcess | null {
  if (container === null) return null
  const name = nameOf(container) ?? container
  return {
    id: `container:${container}`,
    name,
    kind: 'container',
    unit: name,
    startedBy: `${user ?? 'unknown user'}, container`,
  }
}

// systemd's naming of apps: app[-<launcher>]-<id>-<random>.scope, app-<id>@<random>.service, app-flatpak-<id>-<n>.scope
// Source: systemd's DESKTOP_ENVIRONMENTS.md; snapd: snap.<snap>.<app>[-<uuid>].scope
const APP_SCOPE = /^app-(?:(?:gnome|kde|dbus|xdg)-)?(?:flatpak-)?(.+?)(?:-[0-9a-f]+)?\.scope$/
const APP_SERVICE = /^app-(?:(?:gnome|kde|dbus|xdg)-)?(.+?)(?:@[^.]*)?\.service$/
const SNAP = /^snap\.([^.]+)\.([^.-]+)/
/** Units that hold a whole session or user manager, so that they name no app. */
const HOLDER =
  /^(?:session-.*\.scope|user@\d+\.service|init\.scope|user-.*\.slice|vte-spawn-.*\.scope)$/

function inUnit(facts: ProcessFacts, desktop: DesktopNames): AppOfProcess | null {
  const { unit, user } = facts
  if (unit === null || HOLDER.test(unit)) return null
  const id = SNAP.exec(unit)?.[1] ?? APP_SCOPE.exec(unit)?.[1] ?? APP_SERVICE.exec(unit)?.[1]
  if (id !== undefined) {
    const entry = desktop.byId.get(id.toLowerCase()) ?? desktop.byProgram.get(id)
    const startedBy = `${user ?? 'unknown user'}, app menu`
    return {
      id: `app:${id}:${facts.uid ?? ''}`,
      name: entry?.name ?? lastPart(id),
      kind: 'app',
      unit,
      startedBy,
    }
  }
  if (!unit.endsWith('.service')) return null
  return {
    id: `unit:${unit}`,
    name: unit.slice(0, -'.service'.length),
    kind: 'service',
    unit,
    startedBy: unit,
  }
}

function inBundle({ exe, uid }: ProcessFacts): AppOfProcess | null {
  const bundle = bundleOf(exe ?? '')
  if (bundle === null) return null
  return {
    id: `app:${bundle.name}:${uid ?? ''}`,
    name: bundle.name,
    kind: bundle.isApp ? 'app' : 'background',
    unit: null,
    startedBy: null,
  }
}

const lastPart = (id: string) => id.split('.').at(-1) ?? id

const INTERPRETER =
  /^(?:pythonw?[\d.]*|node|nodejs|ruby[\d.]*|perl[\d.]*|php[\d.]*|javaw?|deno|bun)(?:\.exe)?$/i
const TAKES_VALUE = new Set([
  '-m',
  '-jar',
  '-cp',
  '-classpath',
  '--require',
  '-r',
  '--import',
  '--loader',
])

function ofProgram(facts: ProcessFacts, desktop: DesktopNames): AppOfProcess {
  const program = programOf(facts)
  const entry = desktop.byProgram.get(program)
  const script = INTERPRETER.test(program) ? scriptOf(facts.args ?? []) : null
  const user = facts.user ?? 'unknown user'
  const isApp = entry !== undefined || facts.hasWindow === true
  const kind = isApp ? 'app' : facts.hasTerminal ? 'terminal' : 'background'
  return {
    // Where users have no numbers, their names tell them apart.
    id: `program:${program}${script === null ? '' : `/${script}`}:${facts.uid ?? facts.user ?? ''}`,
    name: entry?.name ?? (script === null ? program : `${program} ${script}`),
    kind,
    unit: null,
    startedBy: `${user}, ${facts.hasTerminal ? 'terminal' : (facts.unit ?? 'background')}`,
  }
}

const WINDOWS_PATH = /^(?:[A-Za-z]:|\\)\\/

const lastOfPath = (path: string): string | undefined =>
  path.split(WINDOWS_PATH.test(path) ? '\\' : '/').findLast((part) => part !== '')

/** Name of the program file; the shown name where the file may not be known. */
function programOf({ exe, name }: ProcessFacts): string {
  const file = lastOfPath((exe ?? '').replace(/ \(deleted\)$/, ''))
  // What runs from memory has no file with a name that says anything.
  return file === undefined || file.startsWith('memfd:') ? name : file
}

/** What an interpreter runs: `-m module`, `-jar file`, else its first argument that is no option. */
function scriptOf(args: readonly string[]): string | null {
  for (let i = 1; i < args.length; i++) {
    const argument = args[i] as string
    if (argument === '-m' || argument === '-jar') return baseName(args[i + 1])
    if (argument === '-c' || argument === '-e' || argument === '--eval' || argument === '-p')
      return null
    if (TAKES_VALUE.has(argument)) i++
    else if (!argument.startsWith('-')) return baseName(argument)
  }
  return null
}

const baseName = (file: string | undefined): string | null =>
  lastOfPath(file ?? '')?.slice(0, 60) ?? null
