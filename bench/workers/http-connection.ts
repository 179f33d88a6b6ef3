import { connect, type Socket } from 'node:net'

export interface HttpAnswer {
  status: number
  bytes: number
}

const HEAD_END = '\r\n\r\n'

/** One kept connection that asks for one address again and again. Answers must carry their length. */
export class HttpConnection {
  readonly #socket: Socket
  readonly #request: Buffer
  #waiting: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | null = null
  #head = ''
  #answer: HttpAnswer | null = null
  #missing = 0

  static open(port: number, path: string): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => resolve(new HttpConnection(socket, port, path)))
    })
  }

  private constructor(socket: Socket, port: number, path: string) {
    this.#socket = socket
    this.#request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}${HEAD_END}`)
    socket.on('data', (data: Buffer) => this.#take(data))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the server closed the connection')))
  }

  /** One question at a time. */
  get(): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      if (this.#socket.destroyed) this.#fail(new Error('the connection is closed'))
      else this.#socket.write(this.#request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(data: Buffer): void {
    if (this.#answer !== null) this.#takeBody(data.length)
    else this.#takeHead(data)
  }

  #takeHead(data: Buffer): void {
    const seen = this.#head.length
    this.#head += data.toString('latin1')
    const end = this.#head.indexOf(HEAD_END)
    if (end < 0) return
    const head = this.#head.slice(0, end)
    const bytes = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? Number.NaN)
    if (Number.isNaN(bytes)) {
      this.#fail(new Error('an answer without its length'))
      return
    }
    this.#answer = { status: Number(head.slice(9, 12)), bytes }
    this.#missing = bytes
    this.#head = ''
    this.#takeBody(seen + data.length - end - HEAD_END.length)
  }

  #takeBody(length: number): void {
    this.#missing -= length
    if (this.#missing > 0 || this.#answer === null) return
    const answer = this.#answer
    this.#answer = null
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.resolve(answer)
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error)
    this.#waiting = null
  }
}
