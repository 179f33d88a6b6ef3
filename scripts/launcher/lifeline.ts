import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Names the end of a lifeline, and what its other end has to say to be taken for it. Not secret to this user. */
export interface LifelineName {
  readonly pipe: string
  readonly word: string
}

const NAME = /^([0-9a-f]{32})\.([0-9a-f]{32})$/
const WORD_BYTES = 33
/** Said and not shown by closing one direction, which a named pipe cannot. */
const STOP = 'stop\n'
const CONNECT_WITHIN_MS = 10_000

/** In one word, for a command line. */
export const lifelineText = ({ pipe, word }: LifelineName): string => `${pipe}.${word}`

/** @returns null for what is none */
export function parseLifeline(text: string): LifelineName | null {
  const [, pipe, word] = NAME.exec(text) ?? []
  return pipe === undefined || word === undefined ? null : { pipe, word }
}

const random = () => randomBytes(16).toString('hex')
/** A named pipe; a socket without a file on Linux, where only tests have one. */
const addressOf = (pipe: string) =>
  process.platform === 'win32'
    ? `\\\\.\\pipe\\task-manager-pro-${pipe}`
    : `\0task-manager-pro-${pipe}`

/**
 * The near end of a pipe between a program and one that it had started without being its parent: what the other end
 * says, and an end for both when one ends. Names of pipes are public, so whoever does not know the word is hung up on.
 */
export class LifelineServer {
  readonly name: LifelineName
  readonly #server: Server
  #other: Socket | null = null
  #isStopped = false

  private constructor(name: LifelineName, server: Server) {
    this.name = name
    this.#server = server
  }

  static async listen(onText: (text: string) => void): Promise<LifelineServer> {
    const name = { pipe: random(), word: random() }
    const server = createServer()
    const lifeline = new LifelineServer(name, server)
    server.on('connection', (socket) => lifeline.#admit(socket, onText))
    server.listen(addressOf(name.pipe))
    await once(server, 'listening')
    return lifeline
  }

  #admit(socket: Socket, onText: (text: string) => void): void {
    let said = ''
    let isAdmitted = false
    socket.setEncoding('utf8')
    socket.on('error', () => socket.destroy())
    socket.on('data', (text: string) => {
      if (isAdmitted) return onText(text)
      said += text
      if (said.length < WORD_BYTES) return
      if (this.#other !== null || said.slice(0, WORD_BYTES) !== `${this.name.word}\n`) {
        socket.destroy()
        return
      }
      isAdmitted = true
      this.#other = socket
      if (said.length > WORD_BYTES) onText(said.slice(WORD_BYTES))
      if (this.#isStopped) socket.write(STOP)
    })
  }

  /** Tells the other end to stop, also one that is still to come. */
  stop(): void {
    this.#isStopped = true
    this.#other?.write(STOP)
  }

  /** Once the other program has ended. */
  close(): void {
    this.#other?.destroy()
    this.#server.close()
  }
}

/** The far end. Whatever comes in, and its end, means to stop. @throws when there is nobody at the near one */
export async function joinLifeline({ pipe, word }: LifelineName): Promise<Socket> {
  const socket = connect({ path: addressOf(pipe) })
  const late = new AbortController()
  try {
    await Promise.race([
      once(socket, 'connect', { signal: late.signal }),
      sleep(CONNECT_WITHIN_MS, undefined, { signal: late.signal }).then(() => {
        throw new Error('nobody answered')
      }),
    ])
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    late.abort()
  }
  socket.write(`${word}\n`)
  return socket
}
