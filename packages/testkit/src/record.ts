import {
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  type Stats,
} from 'node:fs'
import path from 'node:path'
import type { RecordedEntry, Recording } from './archive.ts'
import {
  ETC_PATHS,
  matches,
  ONLY_OF_SELF,
  PROC_PATHS,
  splitPatterns,
  SYS_PATHS,
} from './record-paths.ts'

export interface RecordOptions {
  about: string
  procRoot: string
  sysRoot: string
  etcRoot: string
  /** Which processes to record; all by default. */
  wanted?: (pid: number) => boolean
}

/**
 * Records a machine (see record-paths.ts for what). A process that ends meanwhile leaves no trace or a part of one,
 * as it would for any reader. Nothing is anonymised here; see `anonymise`.
 */
export function record(options: RecordOptions): Recording {
  const entries = new Map<string, RecordedEntry>()
  const wanted = options.wanted ?? (() => true)
  const self = readlinkSync(path.join(options.procRoot, 'self'))
  const keep = (parts: string[]) => {
    const [pid = '', file = ''] = parts
    if (!/^\d+$/.test(pid)) return true
    if (pid !== self && !wanted(Number(pid))) return false
    return !ONLY_OF_SELF.has(file) || pid === self
  }
  for (const [name, root, patterns] of [
    ['proc', options.procRoot, PROC_PATHS],
    ['sys', options.sysRoot, SYS_PATHS],
    ['etc', options.etcRoot, ETC_PATHS],
  ] as const) {
    const walk = new Walk(name, realpathSync(root), entries, keep)
    for (const pattern of splitPatterns(patterns)) walk.follow([], pattern)
  }
  return { about: options.about, entries: [...entries.values()] }
}

/** Follows patterns below one root; sysfs links on the way are recorded and walked through. */
class Walk {
  readonly #name: string
  readonly #root: string
  readonly #entries: Map<string, RecordedEntry>
  readonly #keep: (parts: string[]) => boolean

  constructor(
    name: string,
    root: string,
    entries: Map<string, RecordedEntry>,
    keep: (parts: string[]) => boolean,
  ) {
    this.#name = name
    this.#root = root
    this.#entries = entries
    this.#keep = keep
  }

  follow(parts: string[], pattern: string[]) {
    const [segment, ...rest] = pattern
    if (segment === undefined) return
    for (const name of this.#names(parts, segment)) {
      const found = [...parts, name]
      if (this.#keep(found)) this.#enter(found, rest)
    }
  }

  #enter(parts: string[], rest: string[]) {
    const info = statOrNull(this.#path(parts))
    if (info === 'denied' && rest.length === 0 && !isLinkOfProc(parts)) {
      this.#add({ kind: 'denied', path: this.#key(parts) })
    }
    if (info === null || info === 'denied') return
    if (info.isSymbolicLink()) {
      const target = this.#link(parts)
      if (rest.length > 0 && target !== null) this.follow(target, rest)
      return
    }
    if (info.isDirectory()) {
      this.#add({ kind: 'dir', path: this.#key(parts), mode: info.mode })
      this.follow(parts, rest)
      return
    }
    if (rest.length === 0) this.#file(parts, info)
  }

  /** Records a link; answers where it leads when that is below the same root. */
  #link(parts: string[]): string[] | null {
    const file = this.#path(parts)
    try {
      this.#add({ kind: 'link', path: this.#key(parts), target: readlinkSync(file, 'latin1') })
      const real = realpathSync(file)
      return real.startsWith(`${this.#root}/`) ? real.slice(this.#root.length + 1).split('/') : null
    } catch {
      return null // a link that may not be read cannot be recorded: no file answers readlink(2) with EACCES to root
    }
  }

  #file(parts: string[], info: Stats) {
    const mode = info.mode & 0o777
    if ((mode & 0o444) === 0) return
    try {
      const content = readFileSync(this.#path(parts))
      this.#add({ kind: 'file', path: this.#key(parts), mode, content })
    } catch (error) {
      // Any other errno (a driver that answers EINVAL, a process that ended) reads as an absent file.
      if (isDenied(error)) this.#add({ kind: 'denied', path: this.#key(parts) })
    }
  }

  #names(parts: string[], segment: string): string[] {
    if (!/[*#]/.test(segment)) return [segment]
    try {
      return readdirSync(this.#path(parts)).filter((name) => matches(segment, name))
    } catch {
      return [] // gone, denied, or a file: nothing below it to record
    }
  }

  #path = (parts: string[]) => path.join(this.#root, ...parts)
  #key = (parts: string[]) => [this.#name, ...parts].join('/')
  #add(entry: RecordedEntry) {
    this.#entries.set(entry.path, entry)
  }
}

function statOrNull(file: string): Stats | 'denied' | null {
  try {
    return lstatSync(file)
  } catch (error) {
    return isDenied(error) ? 'denied' : null // null: not on this machine, or gone meanwhile
  }
}

const isLinkOfProc = (parts: string[]) => ['exe', 'cwd', 'root'].includes(parts.at(-1) ?? '')

const isDenied = (error: unknown) =>
  ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')
