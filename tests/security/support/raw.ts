import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What a server said on a connection of ours, byte by byte. */
export class RawClient implements Disposable {
  readonly socket: Socket
  readonly closed: Promise<void>
  #heard = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.socket = socket
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()))
    socket.on('data', (chunk: Buffer) => (this.#heard = Buffer.concat([this.#heard, chunk])))
    socket.on('error', () => undefined) // how it ended is told by what was heard
  }

  static async dial(port: number, host = '127.0.0.1'): Promise<RawClient> {
    const client = new RawClient(connect(port, host))
    await once(client.socket, 'connect')
    return client
  }

  get heard(): Buffer {
    return this.#heard
  }

  /** Settles with everything heard once it holds `text`, or when the connection has ended. */
  async until(text: string): Promise<string> {
    const said = () => this.#heard.toString('latin1')
    while (!said().includes(text) && !this.socket.closed)
      await Promise.race([once(this.socket, 'data').catch(() => undefined), this.closed])
    return said()
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

/** Status of the one request that is written here letter by letter, each header as often as it is given. */
export async function statusOfRaw(
  port: number,
  target: string,
  headers: readonly (readonly [string, string])[],
): Promise<number> {
  using client = await RawClient.dial(port)
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  client.socket.write(`GET ${target} HTTP/1.1\r\n${lines}\r\n`, 'latin1')
  const text = await client.until('\r\n\r\n')
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)
}
