import { lstatSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Something that will be run, or holds it, or a directory above. */
export type PlaceInTree = 'inside' | 'above'
/** Why somebody else could change what lies there, with its path; null: nobody could. */
export type FaultOf = (path: string, place: PlaceInTree) => string | null

/**
 * Looks for the first thing in an installation that somebody else than root could change: whoever can change what root runs, is root.
 * Checks the paths themselves, everything below them, and every directory above.
 * @param paths files and directories that root is going to run
 * @returns a reason in words, or null when only root can change any of it
 */
export function findUntrustedPath(
  paths: readonly string[],
  faultOf: FaultOf = unixFault,
): string | null {
  for (const path of paths) {
    const real = realpathSync(path)
    const found = untrustedAbove(real, faultOf) ?? untrustedBelow(real, faultOf)
    if (found !== null) return found
  }
  return null
}

function untrustedAbove(path: string, faultOf: FaultOf): string | null {
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    const found = faultOf(directory, 'above')
    if (found !== null || directory === dirname(directory)) return found
  }
}

function untrustedBelow(path: string, faultOf: FaultOf): string | null {
  const found = faultOf(path, 'inside')
  if (found !== null || !lstatSync(path).isDirectory()) return found
  for (const name of readdirSync(path)) {
    const below = untrustedBelow(join(path, name), faultOf)
    if (below !== null) return below
  }
  return null
}

function unixFault(path: string): string | null {
  const stat = lstatSync(path)
  if (stat.uid !== 0) return `${path} belongs to uid ${stat.uid}, not to root`
  if (stat.isSymbolicLink()) return null // a link's mode means nothing; its directory is checked
  if ((stat.mode & 0o022) === 0) return null
  // In a directory with the sticky bit (/tmp) others can add, but not replace what is root's.
  return stat.isDirectory() && (stat.mode & 0o1000) !== 0
    ? null
    : `${path} can be changed by others than root`
}
