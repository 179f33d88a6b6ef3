import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import path, { win32 } from 'node:path'
import type { StartupItem, StartupState } from '@taskmanager/contracts'
import { readResultOf } from '../../read-result.ts'
import { readSmallFile, reasonOf } from '../../small-file.ts'
import { presentCommand, shownPath } from '../../startup/present-autostart.ts'
import type {
  StartupOrder,
  StartupProvider,
  StartupReading,
  StartupReport,
} from '../../startup/startup-provider.ts'
import { cleanName } from '../../text/clean.ts'
import {
  REG,
  type Registry,
  registryText,
  type RegistryRoot,
  type RegistryValue,
  valueNamed,
} from '../registry.ts'
import { parseShellLink } from './parse-shell-link.ts'
import { approvalBytes, parseApproval } from './startup-approval.ts'
import { expanded, startupArguments, type StartupWorldFiles } from './startup-program.ts'

export interface WindowsStartupWorld extends StartupWorldFiles {
  registry: Registry
  /** Startup folders of the user and of everybody; null: the system names none. */
  folders: Readonly<Record<RegistryRoot, string | null>>
  /** Why nothing may be changed; null: it may. */
  refusal: string | null
  nowMs: () => number
}

const RUN = String.raw`Software\Microsoft\Windows\CurrentVersion\Run`
const RUN_32 = String.raw`Software\WOW6432Node\Microsoft\Windows\CurrentVersion\Run`
const APPROVED = String.raw`Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved`

/** Where an entry is, and where its switch. */
interface Place {
  root: RegistryRoot
  /** Key of its values; null: files of the startup folder. */
  key: string | null
  approval: 'Run' | 'Run32' | 'StartupFolder'
}

const PLACES: readonly Place[] = [
  { root: 'user', key: RUN, approval: 'Run' },
  { root: 'machine', key: RUN, approval: 'Run' },
  { root: 'machine', key: RUN_32, approval: 'Run32' },
  { root: 'user', key: null, approval: 'StartupFolder' },
  { root: 'machine', key: null, approval: 'StartupFolder' },
]

/** Of a key; null: it may not be read. */
type Values = readonly RegistryValue[] | null

interface Found {
  place: Place
  /** Of the value or of the file: the switch has the same. */
  name: string
  item: StartupItem
}

const MOST_ITEMS = 1000
const HIVES: Record<RegistryRoot, string> = { machine: 'HKLM', user: 'HKCU' }
const NOT_TOLD = 'Windows does not let its switch be read'
const UNREAD_SWITCH =
  'Whether it is switched off cannot be read, so it is not switched on a guess: the Task Manager of Windows does it.'
const FOR_EVERYBODY =
  'It is set up for everybody: the Task Manager of Windows switches it, as administrator.'

/** Run keys and startup folders, switched as Explorer does it: in the registry, with nothing removed. */
export class WindowsStartup implements StartupProvider {
  readonly #world: WindowsStartupWorld
  /** One change after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(world: WindowsStartupWorld) {
    this.#world = world
  }

  async list(): Promise<StartupReading> {
    const { found, unread } = await this.#find()
    const { folders } = this.#world
    const missingOf = (of: RegistryRoot) => {
      const names = unread.filter(({ root }) => root === of).map(({ name }) => name)
      return names.length === 0 ? null : `Windows does not let ${names.join(' and ')} be read`
    }
    return {
      items: found
        .map(({ item }) => item)
        .toSorted((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1)),
      lookedIn: PLACES.flatMap(({ root, key }) =>
        key === null ? (folders[root] ?? []) : `${HIVES[root]}\\${key}`,
      ).map(shownPath),
      missing: {
        own: missingOf('user'),
        everybody: missingOf('machine'),
        crontab: null,
        cron: null,
        timers: null,
      },
    }
  }

  act(order: StartupOrder): Promise<StartupReport> {
    const done = this.#last.then(() => this.#carryOut(order))
    this.#last = done.catch(() => {}) // told to who asked
    return done
  }

  async #carryOut({ id, action, expiresAtMs }: StartupOrder): Promise<StartupReport> {
    const told = { name: null, reason: null, state: null }
    const { nowMs, registry } = this.#world
    if (expiresAtMs !== undefined && nowMs() > expiresAtMs) return { ...told, result: 'expired' }
    const found = await this.#named(id)
    if (found === undefined) return { ...told, result: 'gone' }
    const { item, place } = found
    const { name, state } = item
    if (item.fixed !== null) return { result: 'protected', name, reason: item.fixed, state }
    if ((action === 'disable') === (state === 'disabled'))
      return { result: 'done', name, reason: null, state }
    const written = registry.write(place.root, `${APPROVED}\\${place.approval}`, {
      name: found.name,
      type: REG.binary,
      bytes: approvalBytes(action, nowMs()),
    })
    if (written.kind !== 'ok')
      return { result: 'failed', name, reason: 'the registry does not let it be written', state }
    const now = (await this.#named(id))?.item.state ?? null
    const isDone = now !== null && (action === 'disable') === (now === 'disabled')
    const reason = isDone ? null : 'something else switches it back'
    return { result: isDone ? 'done' : 'failed', name, reason, state: now }
  }

  async #named(id: string): Promise<Found | undefined> {
    return (await this.#find()).found.find(({ item }) => item.id === id)
  }

  async #find(): Promise<{ found: Found[]; unread: { root: RegistryRoot; name: string }[] }> {
    const found: Found[] = []
    const unread: { root: RegistryRoot; name: string }[] = []
    for (const place of PLACES) {
      const { root, key } = place
      const switches = this.#values(root, `${APPROVED}\\${place.approval}`)
      const entries = key === null ? await this.#files(place) : this.#lines(place, key)
      if (entries === null) {
        const name =
          key === null ? shownPath(this.#world.folders[root] ?? '') : `${HIVES[root]}\\${key}`
        unread.push({ root, name })
      }
      for (const { name, ...entry } of entries?.slice(0, MOST_ITEMS) ?? []) {
        const item = this.#present(place, name, entry, approvalOf(switches, name))
        found.push({ place, name, item })
      }
    }
    return { found, unread }
  }

  /** Of a key that is not there: none. null: it may not be read. */
  #values(root: RegistryRoot, key: string): Values {
    const values = this.#world.registry.values(root, key)
    if (values.kind === 'gone') return []
    return values.kind === 'ok' ? values.value : null
  }

  #lines({ root }: Place, key: string): Entry[] | null {
    const { exists, variable } = this.#world
    const values = this.#values(root, key)
    if (values === null) return null
    return values.flatMap((value) => {
      const line = registryText(value)
      if (line === null || line.trim() === '') return []
      const args = startupArguments(expanded(line, variable), exists)
      return [{ name: value.name, args, file: `${HIVES[root]}\\${key}\\${value.name}` }]
    })
  }

  async #files({ root }: Place): Promise<Entry[] | null> {
    const folder = this.#world.folders[root]
    if (folder === null) return []
    const names = namesIn(folder)
    if (names === null) return null
    const entries: Entry[] = []
    for (const name of names) {
      const file = path.join(folder, name)
      entries.push({ name, file, args: /\.lnk$/i.test(name) ? await linkArguments(file) : [file] })
    }
    return entries
  }

  #present(
    { root, key }: Place,
    name: string,
    { args, file }: Omit<Entry, 'name'>,
    approval: 'enabled' | 'disabled' | null,
  ): StartupItem {
    const { exists, refusal } = this.#world
    const [program] = args
    const isMissing =
      program !== undefined && win32.isAbsolute(program) && exists(program) === false
    const why = isMissing ? `${cleanName(win32.basename(program))} is not there` : null
    const cannotStart = approval === 'enabled' && why !== null
    const state: StartupState | null = cannotStart ? 'cannot_start' : approval
    const unread = approval === null ? UNREAD_SWITCH : null
    const fixed = root === 'machine' ? FOR_EVERYBODY : (refusal ?? unread)
    const kind = key === null ? 'startup_folder' : 'run_key'
    return {
      id: idOf(kind, file),
      name: cleanName(key === null ? name.replace(/\.[^.]+$/, '') : name) || 'Standard',
      command: presentCommand(args),
      app_id: null,
      kind,
      scope: root === 'user' ? 'you' : 'everybody',
      file: shownPath(file),
      schedule: null,
      next_at_ms: null,
      runs_as: null,
      state,
      reason: cannotStart ? why : approval === null ? NOT_TOLD : null,
      fixed,
    }
  }
}

interface Entry {
  name: string
  args: string[]
  /** Where it is, for a person. */
  file: string
}

/** null: the switches may not be read. */
const approvalOf = (switches: Values, name: string) =>
  switches === null ? null : parseApproval(valueNamed(switches, name)?.bytes ?? null)

/** Files of a startup folder; one that is missing has none. null: it cannot be read. */
function namesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder).filter((name) => name.toLowerCase() !== 'desktop.ini')
  } catch (error) {
    return readResultOf(error).kind === 'gone' ? [] : null
  }
}

/** A shortcut that cannot be read is shown by its own path: it may start all the same. */
async function linkArguments(file: string): Promise<string[]> {
  try {
    const { text } = await readSmallFile(file)
    const link = parseShellLink(Buffer.from(text, 'latin1'))
    if (link === null || link.target === null) return [file]
    return link.arguments === null ? [link.target] : [link.target, link.arguments]
  } catch (error) {
    reasonOf(error as NodeJS.ErrnoException)
    return [file]
  }
}

/** Opaque: what a client sends back is looked up among these and never becomes a path. */
const idOf = (kind: string, file: string): string =>
  createHash('sha256').update(`${kind}\0${file}`).digest('base64url').slice(0, 22)

/** The folders of this user and of everybody. Source: FOLDERID_Startup, FOLDERID_CommonStartup. */
export function startupFolders(env: NodeJS.ProcessEnv): WindowsStartupWorld['folders'] {
  const below = (base: string | undefined) =>
    base !== undefined && win32.isAbsolute(base)
      ? win32.join(base, String.raw`Microsoft\Windows\Start Menu\Programs\Startup`)
      : null
  return { user: below(env['APPDATA']), machine: below(env['ProgramData']) }
}

/** This Windows. Other drives than the system's may be shares whose server is gone: nothing is looked for there. */
export const ownFiles: StartupWorldFiles = {
  exists(file) {
    const drive = process.env['SystemDrive'] ?? 'C:'
    return file.toLowerCase().startsWith(`${drive.toLowerCase()}\\`) ? existsSync(file) : null
  },
  variable: (name) => process.env[name],
}
