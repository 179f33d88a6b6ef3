import { constants } from 'node:fs'
import type { StartupItem } from '@taskmanager/contracts'
import { readAutostart, type Autostart, type AutostartDirectories } from './autostart-entries.ts'
import { switchedOff, switchedOn, type Switched } from './autostart-switch.ts'
import { FileRefusal, reasonOf, readSmallFile } from '../small-file.ts'
import { changeOwnFile } from './own-files.ts'
import { CRONS, jobItem, readCronItems, type CronPlaces } from './cron-items.ts'
import { idOf } from './item-id.ts'
import { parseCrontab } from './parse-crontab.ts'
import { presentAutostart, programsOf, shownPath } from './present-autostart.ts'
import type { HasProgram, Programs } from './programs.ts'
import type {
  StartupOrder,
  StartupProvider,
  StartupReading,
  StartupReport,
} from './startup-provider.ts'
import type { TimersReading } from './systemd-timers.ts'

export interface StartupWorld {
  directories: AutostartDirectories
  /** Why there is no own directory; null: there is. */
  ownMissing: string | null
  /** Where the user's crontab may be. */
  crontabs: readonly string[]
  cron: CronPlaces
  readTimers: () => Promise<TimersReading>
  programs: Programs
  /** Names of the desktop that runs; null: not known. */
  desktops: readonly string[] | null
  /** Why nothing may be changed; null: it may. */
  refusal: string | null
  nowMs: () => number
}

/**
 * Autostart entries of the desktop and jobs of cron, from their files, and the timers of systemd: no program is started.
 * Only entries of the user are switched.
 */
export class LinuxStartup implements StartupProvider {
  readonly #world: StartupWorld
  /** One change after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(world: StartupWorld) {
    this.#world = world
  }

  async list(): Promise<StartupReading> {
    const { directories, crontabs, ownMissing, cron } = this.#world
    const [entries, fixed] = await Promise.all([readAutostart(directories), this.#fixed()])
    const presented = await this.#presented(entries)
    const items = [...presented.map(({ item }) => item), ...fixed.items]
    return {
      items: items.toSorted((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1)),
      lookedIn: [
        ...(directories.own === null ? [] : [directories.own]),
        ...directories.shared,
        ...crontabs,
        cron.tab,
        cron.directory,
        ...cron.periods.map(([directory]) => directory),
      ].map(shownPath),
      missing: { own: ownMissing, everybody: null, ...fixed.missing },
    }
  }

  /** What is listed and not switched here. */
  async #fixed(): Promise<{
    items: StartupItem[]
    missing: Omit<StartupReading['missing'], 'own' | 'everybody'>
  }> {
    const { cron, readTimers, programs } = this.#world
    const hasProgram = await programs.look(CRONS)
    const [own, jobs, timers] = await Promise.all([
      this.#crontab(hasProgram),
      readCronItems({ places: cron, hasProgram }),
      readTimers(),
    ])
    const unreadable = jobs.unreadable.join(', ')
    return {
      items: withoutTwins([...own.items, ...jobs.items, ...timers.items]),
      missing: {
        crontab: own.missing,
        cron: unreadable === '' ? null : `${unreadable} may be read by root alone`,
        timers: timers.missing,
      },
    }
  }

  act(order: StartupOrder): Promise<StartupReport> {
    const done = this.#last.then(() => this.#carryOut(order))
    this.#last = done.catch(() => {}) // told to who asked
    return done
  }

  async #carryOut({ id, action, expiresAtMs }: StartupOrder): Promise<StartupReport> {
    const { directories, refusal, nowMs } = this.#world
    const told = { name: null, reason: null, state: null }
    if (expiresAtMs !== undefined && nowMs() > expiresAtMs) return { ...told, result: 'expired' }
    const found = await this.#find(id)
    if (found === undefined) {
      const item = (await this.#fixed()).items.find((one) => one.id === id)
      if (item === undefined) return { ...told, result: 'gone' }
      return { result: 'protected', name: item.name, reason: item.fixed, state: item.state }
    }
    const { item, entry } = found
    const { name, state } = item
    const blocked = refusal ?? item.fixed
    if (blocked !== null || directories.own === null)
      return { result: 'protected', name, reason: blocked, state }
    if ((action === 'disable') === (state === 'disabled'))
      return { result: 'done', name, reason: null, state }
    try {
      await change(directories.own, entry, action === 'disable')
    } catch (error) {
      if (!(error instanceof FileRefusal)) throw error
      return { result: 'failed', name, reason: error.message, state }
    }
    const now = (await this.#find(id))?.item.state ?? null
    const isDone = (action === 'disable') === (now === 'disabled')
    const reason = isDone ? null : 'something else switches it back'
    return { result: isDone ? 'done' : 'failed', name, reason, state: now }
  }

  async #find(id: string) {
    const entries = await readAutostart(this.#world.directories)
    return (await this.#presented(entries)).find(({ item }) => item.id === id)
  }

  async #presented(
    entries: ReadonlyMap<string, Autostart>,
  ): Promise<{ item: StartupItem; entry: Autostart }[]> {
    const { desktops, refusal, ownMissing, programs } = this.#world
    const surroundings = {
      desktops,
      refusal: refusal ?? ownMissing,
      hasProgram: await programs.look([...entries.values()].flatMap(programsOf)),
    }
    return [...entries].flatMap(([key, entry]) => {
      const item = presentAutostart(idOf('desktop_entry', key), entry, surroundings)
      return item === null ? [] : [{ item, entry }]
    })
  }

  async #crontab(
    hasProgram: HasProgram,
  ): Promise<{ items: StartupItem[]; missing: string | null }> {
    const { crontabs, ownMissing } = this.#world
    if (ownMissing !== null) return { items: [], missing: ownMissing }
    for (const file of crontabs) {
      try {
        const { text, uid } = await readSmallFile(file, constants.O_NOFOLLOW)
        if (uid !== process.getuid?.()) return { items: [], missing: 'it belongs to another user' }
        const jobs = parseCrontab(Buffer.from(text, 'latin1').toString(), false)
        const items = jobs.map((job) => jobItem(job, file, null, { hasProgram }))
        return { items, missing: null }
      } catch (error) {
        const reason = reasonOf(error as NodeJS.ErrnoException)
        if ((error as NodeJS.ErrnoException).code === 'EACCES')
          return { items: [], missing: `only cron itself may read it; "crontab -l" shows it` }
        if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
          return { items: [], missing: reason }
      }
    }
    return { items: [], missing: null }
  }
}

async function change(directory: string, { own, shared }: Autostart, off: boolean): Promise<void> {
  const from = own ?? shared
  if (from === null) return
  const to: Switched | null = off ? switchedOff(from.raw, own === null) : switchedOn(from.raw)
  if (to === null) throw new FileRefusal('its file is no desktop entry')
  await changeOwnFile({
    directory,
    name: from.name,
    was: own?.raw ?? null,
    text: to.kind === 'remove' ? null : to.text,
  })
}

/** Two lines that are the same to the letter are one. */
function withoutTwins(items: readonly StartupItem[]): StartupItem[] {
  return [...new Map(items.map((item) => [item.id, item])).values()]
}
