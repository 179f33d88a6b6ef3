import { cleanName } from '../../text/clean.ts'
import { instantAt } from '../filetime.ts'
import { utf16Until } from '../utf16.ts'

/** Size of WTS_SESSION_INFOW, bytes. */
export const SESSION_ENTRY_SIZE = 24

// Source: WTS_CONNECTSTATE_CLASS of wtsapi32.h.
const ACTIVE = 0
const DISCONNECTED = 4

/** Numbers of the sessions in which somebody may be signed in. Source: WTSEnumerateSessionsW. */
export function parseSessionIds(bytes: Buffer): number[] {
  const ids: number[] = []
  for (let at = 0; at + SESSION_ENTRY_SIZE <= bytes.length; at += SESSION_ENTRY_SIZE) {
    const state = bytes.readUInt32LE(at + 16)
    if (state === ACTIVE || state === DISCONNECTED) ids.push(bytes.readUInt32LE(at))
  }
  return ids
}

export interface SessionFacts {
  user: string
  /** `Console`, `RDP-Tcp#1`; null: nothing is connected to it. */
  station: string | null
  signedInMs: number | null
  lastInputMs: number | null
}

/** Source: WTSINFOW, of WTSQuerySessionInformationW(WTSSessionInfo). null: it is cut off, or nobody is signed in. */
export function parseSessionInfo(bytes: Buffer): SessionFacts | null {
  if (bytes.length < 0xd8) return null
  const user = cleanName(utf16Until(bytes, 0x82, 0xac))
  if (user === '') return null
  const station = cleanName(utf16Until(bytes, 0x20, 0x60))
  return {
    user,
    station: station === '' ? null : station,
    signedInMs: positive(instantAt(bytes, 0xc8)),
    lastInputMs: positive(instantAt(bytes, 0xc0)),
  }
}

/** What lies before 1970 is no instant of a session. */
const positive = (ms: number | null) => (ms === null || ms < 0 ? null : ms)
