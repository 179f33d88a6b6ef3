import { accessSync, constants, readdirSync } from 'node:fs'
import path from 'node:path'
import type { LogLine, ServiceScope } from '@taskmanager/contracts'
import { readResultOf } from '../read-result.ts'
import { SlicedWork } from '../sliced-work.ts'
import type { Journal, JournalLibrary } from './journal-library.ts'
import { logLineOf } from './log-line.ts'
import type { ServiceLogProvider, ServiceLogReading } from './service-log-provider.ts'

export interface JournalWorld {
  library: JournalLibrary
  /** Directories with one directory by machine. */
  directories: readonly string[]
  /** Only what is below this one is read; null: all journals of this machine. */
  only: string | null
  uid: number
}

const MOST_LINES = 200

/** The journal of systemd, through its library: no program is started. Source: sd-journal(3). */
export class JournalLog implements ServiceLogProvider {
  readonly #world: JournalWorld
  /** One after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(world: JournalWorld) {
    this.#world = world
  }

  tail(scope: ServiceScope, name: string): Promise<ServiceLogReading> {
    const read = this.#last.then(() => this.#read(scope, name))
    this.#last = read.catch(() => {}) // told to who asked
    return read
  }

  async #read(scope: ServiceScope, name: string): Promise<ServiceLogReading> {
    const { library, only } = this.#world
    // Opened anew each time: files come and go, and what is open keeps deleted ones on the disk.
    const journal = only === null ? library.open() : library.openDirectory(only)
    if (typeof journal === 'number')
      return { lines: [], hasOlder: false, missing: this.#whyNone() ?? UNREADABLE }
    try {
      this.#matchUnit(journal, scope, name)
      const { lines, hasOlder } = await this.#lines(journal)
      return { lines, hasOlder, missing: lines.length === 0 ? this.#whyNone() : null }
    } finally {
      library.close(journal)
    }
  }

  /** What it wrote, and what the service manager and others of the system wrote about it, as journalctl(1) has it. */
  #matchUnit(journal: Journal, scope: ServiceScope, name: string): void {
    const { library, uid } = this.#world
    const alternatives =
      scope === 'system'
        ? [
            [`_SYSTEMD_UNIT=${name}`],
            [`UNIT=${name}`, '_PID=1'],
            [`OBJECT_SYSTEMD_UNIT=${name}`, '_UID=0'],
          ]
        : [
            [`_SYSTEMD_USER_UNIT=${name}`, `_UID=${uid}`],
            [`USER_UNIT=${name}`, `_UID=${uid}`],
          ]
    for (const [at, matches] of alternatives.entries()) {
      if (at > 0) library.or(journal)
      for (const match of matches) library.match(journal, match)
    }
  }

  async #lines(journal: Journal): Promise<{ lines: LogLine[]; hasOlder: boolean }> {
    const { library } = this.#world
    const work = new SlicedWork()
    const lines: LogLine[] = []
    library.seekTail(journal)
    while ((await work.goesOn()) && library.previous(journal) > 0) {
      if (lines.length === MOST_LINES) return { lines: lines.toReversed(), hasOlder: true }
      const realtimeUs = library.realtimeUs(journal)
      if (realtimeUs < 0) continue // damaged
      lines.push(
        logLineOf({
          realtimeUs,
          message: library.field(journal, 'MESSAGE'),
          priority: library.field(journal, 'PRIORITY'),
          identifier: library.field(journal, 'SYSLOG_IDENTIFIER'),
          pid: library.field(journal, '_PID'),
        }),
      )
    }
    return { lines: lines.toReversed(), hasOlder: false }
  }

  /** null: it may be read, and holds nothing of this service. */
  #whyNone(): string | null {
    const { directories, only } = this.#world
    const files = (only === null ? directories : [only]).flatMap(systemJournals)
    if (files.length === 0) return NO_JOURNAL
    return files.some(mayRead) ? null : NOT_PERMITTED
  }
}

const UNREADABLE = 'The journal could not be opened.'
const NO_JOURNAL =
  'This machine keeps no journal of systemd: there is none in /var/log/journal and /run/log/journal.'
const NOT_PERMITTED =
  'The journal of the machine may be read by root and by members of the group systemd-journal. To be one: "sudo usermod -aG systemd-journal $USER", then sign in again and start Task Manager Pro anew.'

/** The journal of the machine, of each machine in a directory. */
function systemJournals(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => path.join(directory, name, 'system.journal'))
  } catch (error) {
    readResultOf(error)
    return []
  }
}

function mayRead(file: string): boolean {
  try {
    accessSync(file, constants.R_OK)
    return true
  } catch (error) {
    readResultOf(error)
    return false
  }
}
