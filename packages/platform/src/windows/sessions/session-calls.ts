import { koffiOrNull } from '../../ffi.ts'
import { callAsync } from '../../call-async.ts'
import { systemLibrary } from '../system-library.ts'
import { SESSION_ENTRY_SIZE } from './parse-sessions.ts'

export interface SessionCalls {
  /** null: Windows does not tell. */
  list(): Promise<Buffer | null>
  /** WTSINFOW of a session; null: it has ended, or may not be asked. */
  information(session: number): Promise<Buffer | null>
  /** Name of the computer at the other end; '' at this machine. */
  clientName(session: number): Promise<string>
}

// Source: WTS_INFO_CLASS of wtsapi32.h.
const CLIENT_NAME = 10
const SESSION_INFO = 24
const MOST_SESSIONS = 10_000
const MOST_BYTES = 1 << 16

/** null where this system lacks the calls. */
export function sessionCalls(): SessionCalls | null {
  const koffi = koffiOrNull()
  const find = (prototype: string) => systemLibrary('wtsapi32')?.optional(prototype) ?? null
  const enumerate = find(
    'int WTSEnumerateSessionsW(void *server, uint32 reserved, uint32 version, _Out_ void **sessions, _Out_ uint32 *count)',
  )
  const query = find(
    'int WTSQuerySessionInformationW(void *server, uint32 session, int class, _Out_ void **bytes, _Out_ uint32 *size)',
  )
  const free = find('void WTSFreeMemory(void *memory)')
  if (!koffi || !enumerate || !query || !free) return null

  /** Copied, since it is freed. */
  const taken = (pointer: unknown, size: number): Buffer => {
    try {
      return Buffer.from(new Uint8Array(koffi.view(pointer, size)))
    } finally {
      free(pointer)
    }
  }
  const ask = async (session: number, infoClass: number): Promise<Buffer | null> => {
    const [bytes, size]: [[unknown], [number]] = [[null], [0]]
    const done = await callAsync(query, null, session, infoClass, bytes, size)
    if (done === 0 || bytes[0] === null) return null
    return taken(bytes[0], Math.min(MOST_BYTES, size[0]))
  }
  return {
    async list() {
      const [sessions, count]: [[unknown], [number]] = [[null], [0]]
      if ((await callAsync(enumerate, null, 0, 1, sessions, count)) === 0) return null
      if (sessions[0] === null) return Buffer.alloc(0)
      return taken(sessions[0], Math.min(MOST_SESSIONS, count[0]) * SESSION_ENTRY_SIZE)
    },
    information: (session) => ask(session, SESSION_INFO),
    async clientName(session) {
      const bytes = await ask(session, CLIENT_NAME)
      return bytes === null ? '' : bytes.toString('utf16le').replace(/\0.*$/s, '')
    },
  }
}
