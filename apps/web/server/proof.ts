import { createHmac } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

/** What a caller may ask us to sign. */
export const CHALLENGE = /^[A-Za-z0-9_-]{22,64}$/
const TOKEN_FILE = /^[A-Za-z0-9_-]{43}\n?$/

/**
 * Shows that this server belongs to the running copy: only its own processes can read the token the answer is made from.
 * @returns base64url of HMAC-SHA256(read token, `health-v1|pages|<challenge>`)
 */
export function healthProof(readToken: string, challenge: string): string {
  return createHmac('sha256', readToken).update(`health-v1|pages|${challenge}`).digest('base64url')
}

/** Where the tokens are, and how their files must be. */
export interface TokenPlace {
  readonly runDir: string
  /** Null where users have no number. */
  readonly ownerUid: number | null
  /** The system's stats service wrote them for its group. */
  readonly groupMayRead: boolean
}

/**
 * Reads `read.token` from the run directory. Read anew each time: a launcher that starts again writes a new one.
 * @returns null when there is no trustworthy token: not there, not a regular file, somebody else's, open to others, or
 * not of the expected form. Without it the health answer has no proof.
 */
export async function readReadToken(place: TokenPlace): Promise<string | null> {
  const { runDir, ownerUid, groupMayRead } = place
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  let file
  try {
    file = await open(join(runDir, 'read.token'), flags)
  } catch {
    return null // gone, a link, or not ours to read: all mean "no proof"
  }
  try {
    const stat = await file.stat()
    if (!stat.isFile() || stat.size > 128 || stat.nlink !== 1) return null
    const forbidden = groupMayRead ? 0o037 : 0o077
    if (ownerUid !== null && (stat.uid !== ownerUid || (stat.mode & forbidden) !== 0)) return null
    const text = await file.readFile('latin1')
    return TOKEN_FILE.test(text) ? text.trimEnd() : null
  } finally {
    await file.close()
  }
}
