import { sidName, WELL_KNOWN } from '../sid.ts'
import type { AccessEntry, PathAccess } from './access-list.ts'

// Source: winnt.h. What is not named here shows nothing of the content and changes nothing (attributes, traversal).
const READ = 0x1 | 0x8
const WRITE = 0x2 | 0x4 | 0x10 | 0x100
const DELETE_CHILD = 0x40
const REPLACE = DELETE_CHILD | 0x1_0000 | 0x4_0000 | 0x8_0000 // delete, other access list, other owner
const GENERIC = { read: 0x8000_0000, write: 0x4000_0000, all: 0x1000_0000 } as const
const TOUCH = READ | WRITE | REPLACE | GENERIC.read | GENERIC.write | GENERIC.all
const CHANGE = WRITE | REPLACE | GENERIC.write | GENERIC.all
const MOVE = REPLACE | GENERIC.write | GENERIC.all

/** They stand for whoever owns or makes the thing, who is looked at by name. */
const STAND_INS = new Set<string>([WELL_KNOWN.creatorOwner, WELL_KNOWN.ownerRights])

const nameOf = (sid: string | null) => (sid === null ? 'an unknown account' : sidName(sid))

const othersIn = (
  entries: readonly AccessEntry[],
  rights: number,
  known: ReadonlySet<string>,
): string[] => [
  ...new Set(
    entries
      .filter(({ mask, sid }) => {
        const isKnown = sid !== null && (known.has(sid) || STAND_INS.has(sid))
        return (mask & rights) !== 0 && !isKnown
      })
      .map(({ sid }) => nameOf(sid)),
  ),
]

/** What is wrong with a directory that is private to a user, `SYSTEM` and administrators; null: nothing. */
export function privacyFault({ owner, entries }: PathAccess, userSid: string): string | null {
  const known = new Set([userSid, WELL_KNOWN.system, WELL_KNOWN.administrators])
  if (owner === null || !known.has(owner)) return `belongs to ${nameOf(owner)}`
  if (entries === null) return 'is open to everybody'
  const others = othersIn(entries, TOUCH, known)
  return others.length === 0 ? null : `may be read or changed by ${others.join(', ')}`
}

/**
 * What lets others than administrators change what lies there; null: nothing does.
 * @param isAbove of a directory above: to add there changes nothing that is below, as everybody may add to `C:\`
 */
export function changeFault({ owner, entries }: PathAccess, isAbove: boolean): string | null {
  const known = new Set<string>([
    WELL_KNOWN.system,
    WELL_KNOWN.administrators,
    WELL_KNOWN.trustedInstaller,
  ])
  if (owner === null || !known.has(owner))
    return `belongs to ${nameOf(owner)}, not to Administrators`
  if (entries === null) return 'can be changed by everybody'
  const effective = entries.filter(({ isForNewOnly }) => !isForNewOnly)
  const others = othersIn(effective, isAbove ? MOVE : CHANGE, known)
  return others.length === 0 ? null : `can be changed by ${others.join(', ')}`
}
