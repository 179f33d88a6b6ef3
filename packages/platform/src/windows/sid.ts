/** Most parts of a SID. Source: SID_MAX_SUB_AUTHORITIES of winnt.h. */
const MOST_PARTS = 15

/**
 * A security identifier in its usual form, `S-1-5-18`; null when what lies there is none. Layout: u8 revision 1, u8
 * number of parts, 48 bits of authority in network order, u32 parts.
 */
export function sidAt(bytes: Buffer, at: number): string | null {
  if (at < 0 || at + 8 > bytes.length || bytes[at] !== 1) return null
  const count = bytes[at + 1] as number
  if (count > MOST_PARTS || at + 8 + count * 4 > bytes.length) return null
  const authority = bytes.readUIntBE(at + 2, 6)
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(at + 8 + index * 4))
  return ['S-1', authority, ...parts].join('-')
}

/** The bytes of a SID in its usual form. @throws RangeError when it is none */
export function sidBytes(sid: string): Buffer {
  const [authority, ...parts] = /^S-1(?:-\d{1,15})+$/.test(sid)
    ? sid.split('-').slice(2).map(Number)
    : []
  if (authority === undefined || parts.length > MOST_PARTS) throw new RangeError(`no SID: ${sid}`)
  const bytes = Buffer.alloc(8 + parts.length * 4)
  bytes.writeUInt8(1, 0)
  bytes.writeUInt8(parts.length, 1)
  bytes.writeUIntBE(authority, 2, 6)
  for (const [index, part] of parts.entries()) bytes.writeUInt32LE(part, 8 + index * 4)
  return bytes
}

/** Accounts that are the same on every Windows. Source: "Well-known SIDs". */
export const WELL_KNOWN = {
  everyone: 'S-1-1-0',
  creatorOwner: 'S-1-3-0',
  ownerRights: 'S-1-3-4',
  system: 'S-1-5-18',
  administrators: 'S-1-5-32-544',
  trustedInstaller: 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
} as const

const NAMES = new Map<string, string>([
  [WELL_KNOWN.everyone, 'Everyone'],
  [WELL_KNOWN.system, 'SYSTEM'],
  [WELL_KNOWN.administrators, 'Administrators'],
  [WELL_KNOWN.trustedInstaller, 'TrustedInstaller'],
  ['S-1-5-4', 'INTERACTIVE'],
  ['S-1-5-7', 'ANONYMOUS LOGON'],
  ['S-1-5-11', 'Authenticated Users'],
  ['S-1-5-32-545', 'Users'],
  ['S-1-5-32-546', 'Guests'],
  ['S-1-15-2-1', 'ALL APPLICATION PACKAGES'],
])

/** For a message: the English name of a group that every Windows has, else the identifier itself. */
export const sidName = (sid: string): string => NAMES.get(sid) ?? sid
