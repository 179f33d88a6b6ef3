import type { ReadResult } from '../../read-result.ts'
import { DESCRIPTOR_INFO, MAC_ERRNO, PROCESS_INFO, type MacLibrary } from '../lib-system.ts'
import {
  OPEN_FILE_SIZE,
  parseDescriptors,
  parseOpenVnode,
  type MacDescriptor,
  type OpenVnode,
} from './parse-descriptors.ts'
import { OPEN_SOCKET_SIZE, parseOpenSocket, type OpenSocket } from './parse-open-socket.ts'

const FIRST_ROOM = 1 << 13
/** More than a process may open under any setting of macOS. */
const MOST_ROOM = 1 << 23

/** Descriptors of processes of the same user, by one question each. Its buffers are kept. */
export class MacDescriptors {
  readonly #library: MacLibrary
  #room: Buffer = Buffer.alloc(FIRST_ROOM)
  readonly #file = Buffer.alloc(OPEN_FILE_SIZE)
  readonly #socket = Buffer.alloc(OPEN_SOCKET_SIZE)

  constructor(library: MacLibrary) {
    this.#library = library
  }

  of(pid: number): ReadResult<MacDescriptor[]> {
    const bytes = growingAnswer(this.#room, (into) =>
      this.#library.processInfo({ pid, flavor: PROCESS_INFO.descriptors }, into),
    )
    if (bytes === null) return refusalOf(this.#library)
    if (bytes.buffer !== this.#room.buffer) this.#room = Buffer.from(bytes.buffer)
    return { kind: 'ok', value: parseDescriptors(bytes) }
  }

  /** null: closed meanwhile, or the system does not tell. */
  file(pid: number, fd: number): OpenVnode | null {
    const asked = { pid, fd, flavor: DESCRIPTOR_INFO.file }
    const length = this.#library.descriptorInfo(asked, this.#file)
    return length === OPEN_FILE_SIZE ? parseOpenVnode(this.#file) : null
  }

  /** null: closed meanwhile, or another kind by now. */
  socket(pid: number, fd: number): OpenSocket | null {
    const asked = { pid, fd, flavor: DESCRIPTOR_INFO.socket }
    const length = this.#library.descriptorInfo(asked, this.#socket)
    return length === OPEN_SOCKET_SIZE ? parseOpenSocket(this.#socket) : null
  }
}

/** Why `proc_pidinfo` answered nothing. */
export function refusalOf(library: MacLibrary): Exclude<ReadResult<never>, { kind: 'ok' }> {
  const errno = library.lastErrno()
  if (errno === MAC_ERRNO.ESRCH) return { kind: 'gone' }
  return { kind: errno === MAC_ERRNO.EPERM ? 'denied' : 'failed' }
}

/** An answer that fills the room may have been cut, so it is asked for again with more. null: refused. */
export function growingAnswer(room: Buffer, ask: (into: Buffer) => number): Buffer | null {
  for (;;) {
    const length = ask(room)
    if (length < 0) return null
    if (length < room.length || room.length >= MOST_ROOM) return room.subarray(0, length)
    room = Buffer.alloc(room.length * 2)
  }
}
