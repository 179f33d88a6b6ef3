import { MAC_ERRNO, type MacLibrary } from '../lib-system.ts'

const FIRST_ROOM = 1 << 17
/** A hundred thousand sockets. */
const MOST_ROOM = 1 << 26

/** The kernel's lists of sockets, into a buffer that is kept; of every user, without any right. */
export class SocketList {
  readonly #library: MacLibrary
  #room = Buffer.alloc(FIRST_ROOM)

  constructor(library: MacLibrary) {
    this.#library = library
  }

  /** Valid until the next call; null: this macOS does not tell. */
  read(protocol: 'tcp' | 'udp'): Buffer | null {
    for (;;) {
      const length = this.#library.systemByName(`net.inet.${protocol}.pcblist_n`, this.#room)
      if (length >= 0) return this.#room.subarray(0, length)
      if (this.#library.lastErrno() !== MAC_ERRNO.ENOMEM) return null
      if (this.#room.length >= MOST_ROOM) return null
      this.#room = Buffer.alloc(this.#room.length * 2)
    }
  }
}
