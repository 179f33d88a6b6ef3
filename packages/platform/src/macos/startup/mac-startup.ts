import { existsSync } from 'node:fs'
import path from 'node:path'
import type { StartupItem } from '@taskmanager/contracts'
import { idOf } from '../../startup/item-id.ts'
import { shownPath } from '../../startup/present-autostart.ts'
import type {
  StartupOrder,
  StartupProvider,
  StartupReading,
  StartupReport,
} from '../../startup/startup-provider.ts'
import { cleanName } from '../../text/clean.ts'
import {
  JOB_DIRECTORIES,
  JOB_SWITCHES,
  readJobFiles,
  readJobSwitches,
  type JobFile,
} from './job-files.ts'
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
        everybody: null,
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
    const world: JobWorld = {
      exists: this.#world.exists,
      switches: await readJobSwitches(directory.switches),
    }
    return (await readJobFiles(directory.path)).map((each) => itemOf(each, directory, world))
  }
}

function itemOf({ file, job }: JobFile, place: JobPlace, world: JobWorld): StartupItem {
  const id = idOf(place.kind, file)
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

/** This Mac. */
export function createMacStartup(ownerUid: number | null): MacStartup {
  const isOwn = ownerUid !== null && ownerUid === process.getuid?.()
  const agents = { kind: 'launch_agent', switches: JOB_SWITCHES.ofUser(ownerUid ?? 0) } as const
  const { ownAgents, agents: everybodys, daemons } = JOB_DIRECTORIES
  return new MacStartup({
    directories: [
      ...(isOwn ? [{ ...agents, path: ownAgents, scope: 'you' } as const] : []),
      { ...agents, path: everybodys, scope: 'everybody' },
      {
        kind: 'launch_daemon',
        switches: JOB_SWITCHES.ofMachine,
        path: daemons,
        scope: 'everybody',
      },
    ],
    ownMissing: isOwn ? null : 'this service runs as another user than you',
    exists: existsSync,
    nowMs: Date.now,
  })
}
