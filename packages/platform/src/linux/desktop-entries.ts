import { readdirSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { cleanName } from '../text/clean.ts'

/** A program with a window, as the desktop's menu knows it. */
export interface DesktopEntry {
  /** File name without `.desktop`, for example `org.mozilla.firefox`. */
  id: string
  name: string
  /** Base name of the program it starts. */
  program: string
}

/** Bytes. Entries with all their translations have a few dozen KiB. */
export const LARGEST_ENTRY = 1024 * 1024
const WRAPPERS = new Set([
  'env',
  'sh',
  'bash',
  'flatpak',
  'snap',
  'python3',
  'python',
  'sudo',
  'pkexec',
])

/** Directories of desktop entries. Source: the XDG base directory specification. */
function directories(): string[] {
  const env = process.env
  const home = env['XDG_DATA_HOME'] ?? path.join(homedir(), '.local/share')
  const shared = env['XDG_DATA_DIRS'] ?? '/usr/local/share:/usr/share'
  return [home, ...shared.split(':'), '/var/lib/flatpak/exports/share', '/var/lib/snapd/desktop']
    .filter((directory) => path.isAbsolute(directory))
    .map((directory) => path.join(directory, 'applications'))
}

/** All entries of the machine; none on a machine without a desktop. Read once at the start. */
export function readDesktopEntries(roots: readonly string[] = directories()): DesktopEntry[] {
  return roots.flatMap((root) =>
    fileNames(root).flatMap((file) => {
      const entry = parseDesktopEntry(
        file.slice(0, -'.desktop'.length),
        readText(path.join(root, file)),
      )
      return entry === null ? [] : [entry]
    }),
  )
}

/** Reads values of the main group by key, as they are written; undefined: it has none. Source: the desktop entry specification. */
export function desktopValues(text: string): (key: string) => string | undefined {
  const group = /^\[Desktop Entry\]$([^]*?)(?=^\[|(?![^]))/m.exec(text)?.[1] ?? ''
  return (key) => new RegExp(`^${key}[ \\t]*=[ \\t]*(.*)$`, 'm').exec(group)?.[1]?.trim()
}

/** null: not an application, hidden, or it starts a general program. Source: the desktop entry specification. */
export function parseDesktopEntry(id: string, text: string): DesktopEntry | null {
  const value = desktopValues(text)
  const name = value('Name')
  const exec = value('Exec')
  if (value('Type') !== 'Application' || name === undefined || exec === undefined) return null
  if (value('NoDisplay') === 'true' || value('Terminal') === 'true') return null
  const program = path.posix.basename((/^"([^"]+)"/.exec(exec)?.[1] ?? exec.split(/\s/)[0]) || '')
  if (program === '' || WRAPPERS.has(program)) return null
  return { id: cleanName(id), name: cleanName(name), program }
}

function fileNames(root: string): string[] {
  try {
    return readdirSync(root).filter((file) => file.endsWith('.desktop'))
  } catch {
    return [] // no such directory: no desktop
  }
}

function readText(file: string): string {
  try {
    const status = statSync(file)
    // A pipe would be waited for.
    return status.isFile() && status.size <= LARGEST_ENTRY ? readFileSync(file, 'utf8') : ''
  } catch {
    return '' // a dangling link
  }
}
