import type { Server } from 'node:http'
import type { Server as NetServer, Socket } from 'node:net'

/** Most connections of one program, all addresses together. */
const MAX_CONNECTIONS = 256

/**
 * Bounds the connections of a program over all its servers. When they are all taken, the one that has been quiet
 * longest and waits for nothing makes room: so a crowd of slow or idle clients ends itself, and a good one is served.
 */
export class ConnectionLimit {
  /** In the order of last use, oldest first; true while a request or a stream is being served. */
  readonly #busy = new Map<Socket, boolean>()
  readonly #max: number

  constructor(max: number = MAX_CONNECTIONS) {
    this.#max = max
  }

  get size(): number {
    return this.#busy.size
  }

  /** Counts the connections of a server from now on. */
  watch(server: Server): void {
    server.maxConnections = this.#max * 2 // only a burst inside one turn of the event loop gets this far
    server.on('connection', (socket: Socket) => this.#admit(socket))
    server.prependListener('request', (request, response) => {
      const { socket } = request
      this.#touch(socket, true)
      response.once('close', () => this.#touch(socket, false))
    })
    server.prependListener('upgrade', (request) => this.#touch(request.socket, true))
  }

  /**
   * Counts connections while they only negotiate TLS. What comes of them is counted by the HTTP server that gets it, as
   * a socket of its own; the two are the same by the other end's address.
   */
  watchHandshakes(server: NetServer): void {
    server.maxConnections = this.#max * 2
    const negotiating = new Map<string, Socket>()
    server.on('connection', (socket: Socket) => {
      const key = remoteEnd(socket)
      negotiating.set(key, socket)
      socket.once('close', () => negotiating.delete(key))
      this.#admit(socket)
    })
    server.prependListener('secureConnection', (secured: Socket) => {
      const plain = negotiating.get(remoteEnd(secured))
      if (plain !== undefined) this.#busy.delete(plain)
    })
  }

  closeAll(): void {
    for (const socket of this.#busy.keys()) socket.destroy()
  }

  #admit(socket: Socket): void {
    if (this.#busy.size >= this.#max && !this.#makeRoom()) {
      socket.destroy()
      return
    }
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
    if (!this.#busy.delete(socket)) return
    this.#busy.set(socket, busy)
  }
}

function remoteEnd({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
