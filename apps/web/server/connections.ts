import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Most connections, both addresses together. */
const MAX_CONNECTIONS = 256

/**
 * Bounds the connections over all servers it watches. When they are all taken, the one that has been quiet longest and
 * waits for nothing makes room: so a crowd of slow or idle clients ends itself, and a person who opens the page is served.
 */
export class ConnectionLimit {
  /** In the order of last use, oldest first; true while an answer is under way. */
  readonly #busy = new Map<Socket, boolean>()

  watch(server: Server): void {
    server.on('connection', (socket) => this.#admit(socket))
    server.prependListener('request', ({ socket }, response) => {
      this.#touch(socket, true)
      response.once('close', () => this.#touch(socket, false))
    })
  }

  closeAll(): void {
    for (const socket of this.#busy.keys()) socket.destroy()
  }

  #admit(socket: Socket): void {
    if (this.#busy.size >= MAX_CONNECTIONS && !this.#makeRoom()) return void socket.destroy()
    this.#busy.set(socket, false)
    socket.once('close', () => this.#busy.delete(socket))
  }

  #makeRoom(): boolean {
    for (const [socket, busy] of this.#busy) {
      if (busy) continue
      this.#busy.delete(socket)
      socket.destroy()
      return true
    }
    return false
  }

  #touch(socket: Socket, busy: boolean): void {
    if (this.#busy.delete(socket)) this.#busy.set(socket, busy)
  }
}
