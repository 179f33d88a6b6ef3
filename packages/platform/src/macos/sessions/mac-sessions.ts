import type { SessionList, UserSession } from '@taskmanager/contracts'
import type { Clock } from '../../options.ts'
import { understoodOrNull } from '../../read-result.ts'
import type { SessionsProvider } from '../../sessions/sessions-provider.ts'
import { terminalIdleSeconds } from '../../sessions/terminal-use.ts'
import { ioKit, type IoKit } from '../iokit/io-kit.ts'
import { macLibrary, type MacLibrary } from '../lib-system.ts'
import { KINFO_STAT } from '../processes/parse-kinfo-proc.ts'
import { findProcess, startIdOf } from '../processes/process-list.ts'
import { parseUtmpx, type UtmpxEntry } from './parse-utmpx.ts'

export interface MacSessionsWorld {
  clock: Clock
  library: MacLibrary
  /** null: it cannot be read. */
  registry: IoKit | null
  /** Where terminals are. */
  devRoot: string
}

const NOT_TOLD = 'This macOS does not tell who is signed in (getutxent is not there).'
/** The screen, keyboard and mouse of the Mac. */
const CONSOLE = 'console'

/** Who is signed in, at the screen, in terminals and from elsewhere. Source: getutxent(3). */
export class MacSessions implements SessionsProvider {
  readonly #world: MacSessionsWorld

  constructor(world: MacSessionsWorld) {
    this.#world = world
  }

  async read(): Promise<SessionList> {
    const { clock, library } = this.#world
    const nowMs = clock.epochMs()
    const records = library.signedIn()
    if (records === null) return { sessions: [], missing: NOT_TOLD, sampled_at_ms: nowMs }
    const entries = records.flatMap((record) => understoodOrNull(() => parseUtmpx(record)) ?? [])
    // With fast user switching each has a console, and the keyboard is that of one of them.
    const hasOneConsole = entries.filter(({ line }) => line === CONSOLE).length === 1
    const sessions = await Promise.all(
      entries.map((entry) => this.#session(entry, nowMs, hasOneConsole)),
    )
    return {
      sessions: sessions.filter((session) => session !== null),
      missing: null,
      sampled_at_ms: nowMs,
    }
  }

  /** null: its process has ended, and nobody took the record away. */
  async #session(
    { user, line, pid, host, sinceMs }: UtmpxEntry,
    nowMs: number,
    hasOneConsole: boolean,
  ): Promise<UserSession | null> {
    const record = findProcess(this.#world.library, pid)?.record
    if (record === undefined || record.stat === KINFO_STAT.zombie) return null
    const idle =
      line !== CONSOLE
        ? await terminalIdleSeconds(this.#world.devRoot, line, nowMs)
        : hasOneConsole
          ? this.#screenIdle()
          : null
    return {
      user,
      terminal: line === '' ? null : line,
      from: host,
      since_ms: sinceMs,
      idle_seconds: idle,
      pid,
      start_id: startIdOf(record.startMicros),
      unknown: idle === null ? { idle_seconds: 'not_reported' } : {},
    }
  }

  /** Since a key, the mouse or the trackpad was last touched. Source: `HIDIdleTime` of IOHIDSystem, nanoseconds. */
  #screenIdle(): number | null {
    const found = this.#world.registry?.each('IOHIDSystem', (entry) =>
      entry.property('HIDIdleTime'),
    )
    const nanoseconds = found?.[0]
    return typeof nanoseconds === 'number' && nanoseconds >= 0
      ? Math.round(nanoseconds / 1e9)
      : null
  }
}

/** null where koffi has no binary. */
export function createMacSessions(clock: Clock): MacSessions | null {
  const library = macLibrary()
  return library === null
    ? null
    : new MacSessions({ clock, library, registry: ioKit(), devRoot: '/dev' })
}
