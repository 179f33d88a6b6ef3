import { readdir } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import type { StartupItem } from '@taskmanager/contracts'
import { ProcParseError } from '../../read-result.ts'
import { readSmallFile, reasonOf } from '../../small-file.ts'
import { idOf } from '../../startup/item-id.ts'
import { shownPath } from '../../startup/present-autostart.ts'
import type {
  StartupOrder,
  StartupProvider,
  StartupReading,
  StartupReport,
} from '../../startup/startup-provider.ts'
import { cleanName } from '../../text/clean.ts'
import { parsePropertyList } from '../property-lists/parse-property-list.ts'
import { flagIn, isDictionary, type PropertyDictionary } from '../property-lists/property-value.ts'
import { presentJob, type JobPlace, type JobWorld } from './launch-job.ts'

interface Directory extends JobPlace {
  path: string
  /** Files with what was switched apart from those of the jobs. */
  switches: string
}

export interface MacStartupWorld {
  directories: readonly Directory[]
  /** Why those of the user are not among them; null: they are. */
  ownMissing: string | null
  exists: (file: string) => boolean
  nowMs: () => number
}

const MOST_ITEMS = 1000
const NO_CRONTAB = 'macOS shows crontabs to root only'

/** Jobs of launchd that were installed: with the session and with the machine. Apple's own are parts of the system. */
export class MacStartup implements StartupProvider {
  readonly #world: MacStartupWorld

  constructor(world: MacStartupWorld) {
    this.#world = world
  }

  async list(): Promise<StartupReading> {
    const lists = await Promise.all(this.#world.directories.map((each) => this.#read(each)))
    return {
      items: lists
        .flat()
        .toSorted((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1)),
      lookedIn: this.#world.directories.map((each) => shownPath(each.path)),
      missing: {
        own: this.#world.ownMissing,
        crontab: NO_CRONTAB,
        cron: null,
        timers: null,
      },
    }
  }

  /** Every item says why it is not switched here. */
  async act({ id, expiresAtMs }: StartupOrder): Promise<StartupReport> {
    const told = { name: null, reason: null, state: null }
    if (expiresAtMs !== undefined && this.#world.nowMs() > expiresAtMs)
      return { ...told, result: 'expired' }
    const item = (await this.list()).items.find((each) => each.id === id)
    if (item === undefined) return { ...told, result: 'gone' }
    const { name, fixed, state } = item
    return { result: 'protected', name, reason: fixed, state }
  }

  async #read(directory: Directory): Promise<StartupItem[]> {
    const names = (await namesIn(directory.path)).filter((name) => name.endsWith('.plist'))
    const world: JobWorld = {
      exists: this.#world.exists,
      switches: await switchesIn(directory.switches),
    }
    return Promise.all(
      names
        .toSorted()
        .slice(0, MOST_ITEMS)
        .map((name) => itemOf(path.join(directory.path, name), directory, world)),
    )
  }
}

async function itemOf(file: string, place: JobPlace, world: JobWorld): Promise<StartupItem> {
  const id = idOf(place.kind, file)
  const job = await readDictionary(file)
  if (typeof job !== 'string') return { id, ...presentJob(file, job, place, world) }
  const nothing = presentJob(file, new Map(), place, world)
  // Not said by it, so not known to be asked for only.
  return {
    id,
    ...nothing,
    name: cleanName(path.basename(file)),
    state: 'cannot_start',
    reason: job,
  }
}

/** What was switched by System Settings or launchctl. Nothing where it may not be read: then the files decide. */
async function switchesIn(file: string): Promise<ReadonlyMap<string, boolean>> {
  const labels = await readDictionary(file)
  if (typeof labels === 'string') return new Map()
  return new Map(
    Array.from(labels.keys()).flatMap((label) => {
      const isOff = flagIn(labels, label)
      return isOff === null ? [] : [[label, isOff] as const]
    }),
  )
}

/** The dictionary in a file, or why it is none. */
async function readDictionary(file: string): Promise<PropertyDictionary | string> {
  try {
    const { text } = await readSmallFile(file)
    const value = parsePropertyList(Buffer.from(text, 'latin1'))
    return isDictionary(value) ? value : 'its file is no description of a job'
  } catch (error) {
    if (error instanceof ProcParseError) return 'its file is no property list'
    return `its file cannot be read: ${reasonOf(error as NodeJS.ErrnoException)}`
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    reasonOf(error as NodeJS.ErrnoException)
    return []
  }
}

const SWITCHES = '/var/db/com.apple.xpc.launchd'

/** This Mac. */
export function createMacStartup(ownerUid: number | null): MacStartup {
  const isOwn = ownerUid !== null && ownerUid === process.getuid?.()
  const ownSwitches = path.join(SWITCHES, `disabled.${ownerUid ?? 0}.plist`)
  const agents = { kind: 'launch_agent', switches: ownSwitches } as const
  const own = path.join(homedir(), 'Library/LaunchAgents')
  return new MacStartup({
    directories: [
      ...(isOwn ? [{ ...agents, path: own, scope: 'you' } as const] : []),
      { ...agents, path: '/Library/LaunchAgents', scope: 'everybody' },
      {
        kind: 'launch_daemon',
        switches: path.join(SWITCHES, 'disabled.plist'),
        path: '/Library/LaunchDaemons',
        scope: 'everybody',
      },
    ],
    ownMissing: isOwn ? null : 'this service runs as another user than you',
    exists: existsSync,
    nowMs: Date.now,
  })
}
