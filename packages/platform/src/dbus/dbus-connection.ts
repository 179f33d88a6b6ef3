import net from 'node:net'
import { decodeMessage, encodeCall, type DBusCall, type DBusMessage } from './dbus-message.ts'
import { textOf, type DBusValue } from './dbus-values.ts'

/** The other side refused a call: `org.freedesktop.DBus.Error.AccessDenied` and what it says. */
export class DBusError extends Error {
  override readonly name = 'DBusError'
  readonly errorName: string

  constructor(errorName: string, message: string) {
    super(message)
    this.errorName = errorName
  }
}

/** No bus listens there, or the connection was lost. */
export class NoBusError extends Error {
  override readonly name = 'NoBusError'
}

export interface Bus extends Disposable {
  /** @throws DBusError · NoBusError, also when no answer came in time */
  call(call: Partial<DBusCall> & Target, timeoutMs?: number): Promise<DBusValue[]>
  /** Calls back for each signal; which of them come is asked for by `AddMatch`. */
  onSignal(listener: (signal: Extract<DBusMessage, { kind: 'signal' }>) => void): void
}

type Target = Pick<DBusCall, 'destination' | 'path' | 'interface' | 'member'>

const ANSWER_MS = 3000

/** Opens a bus by the path of its socket and says who we are. */
export async function openBus(socketPath: string): Promise<Bus> {
  const socket = net.connect({ path: socketPath })
  const pending = new Map<number, PromiseWithResolvers<DBusValue[]>>()
  const listeners: ((signal: Extract<DBusMessage, { kind: 'signal' }>) => void)[] = []
  let lost: Error | null = null
  const lose = (error: Error): void => {
    lost ??= error
    socket.destroy()
    for (const { reject } of pending.values()) reject(lost)
    pending.clear()
  }
  socket.on('error', (error) => lose(new NoBusError(`${socketPath}: ${error.message}`)))
  socket.on('close', () => lose(new NoBusError(`${socketPath}: the connection was closed`)))

  let serial = 0
  const call: Bus['call'] = async (wanted, timeoutMs = ANSWER_MS) => {
    if (lost !== null) throw lost
    serial += 1
    const number = serial
    const answer = Promise.withResolvers<DBusValue[]>()
    pending.set(number, answer)
    const late = setTimeout(() => {
      pending.delete(number)
      answer.reject(new NoBusError(`${wanted.member} was not answered in ${timeoutMs} ms`))
    }, timeoutMs)
    const whole = { signature: '', body: [], interactive: false, ...wanted }
    socket.write(encodeCall(number, whole))
    try {
      return await answer.promise
    } finally {
      clearTimeout(late)
    }
  }
  const hear = (message: DBusMessage): void => {
    if (message.kind === 'signal') for (const listener of listeners) listener(message)
    if (message.kind !== 'return' && message.kind !== 'error') return
    const answer = pending.get(message.replyTo)
    pending.delete(message.replyTo)
    if (message.kind === 'return') answer?.resolve(message.body)
    else answer?.reject(new DBusError(message.errorName, textOf(message.body[0])))
  }

  try {
    const rest = await authenticate(socket)
    readMessages(socket, rest, hear, lose)
    await call({ ...BUS_ITSELF, member: 'Hello' })
  } catch (error) {
    lose(error as Error)
    throw error
  }
  return {
    call,
    onSignal: (listener) => void listeners.push(listener),
    [Symbol.dispose]: () => lose(new NoBusError('closed by us')),
  }
}

export const BUS_ITSELF = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const

/**
 * SASL EXTERNAL: the kernel tells the bus who we are. Answers what came behind it.
 * Source: D-Bus Specification, "Authentication Protocol".
 */
function authenticate(socket: net.Socket): Promise<Buffer> {
  const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex')
  socket.write(`\0AUTH EXTERNAL ${uid}\r\n`)
  return new Promise((resolve, reject) => {
    let heard = Buffer.alloc(0)
    const finish = (settle: () => void): void => {
      clearTimeout(late)
      socket.off('data', onData)
      socket.off('close', onClose)
      socket.off('error', onError)
      settle()
    }
    const onClose = () => finish(() => reject(new NoBusError('the bus closed the connection')))
    const onError = (error: Error) => finish(() => reject(new NoBusError(error.message)))
    const late = setTimeout(
      () => finish(() => reject(new NoBusError(`the bus said nothing in ${ANSWER_MS} ms`))),
      ANSWER_MS,
    )
    const onData = (chunk: Buffer): void => {
      heard = Buffer.concat([heard, chunk])
      const end = heard.indexOf('\r\n')
      if (end === -1) {
        if (heard.length > 4096) finish(() => reject(new NoBusError('this is not a bus')))
        return
      }
      const line = heard.toString('latin1', 0, end)
      if (!line.startsWith('OK ')) {
        return finish(() => reject(new NoBusError(`the bus refused us: ${line.slice(0, 80)}`)))
      }
      socket.write('BEGIN\r\n')
      finish(() => resolve(heard.subarray(end + 2)))
    }
    socket.on('data', onData)
    socket.on('close', onClose)
    socket.on('error', onError)
  })
}

function readMessages(
  socket: net.Socket,
  first: Buffer,
  hear: (message: DBusMessage) => void,
  lose: (error: Error) => void,
): void {
  let waiting: Buffer[] = [first]
  const decode = (): void => {
    let bytes = waiting.length === 1 ? (waiting[0] as Buffer) : Buffer.concat(waiting)
    for (;;) {
      const decoded = decodeMessage(bytes)
      if (decoded === null) break
      bytes = bytes.subarray(decoded.length)
      hear(decoded.message)
    }
    waiting = [bytes]
  }
  socket.on('data', (chunk: Buffer) => {
    waiting.push(chunk)
    try {
      decode()
    } catch (error) {
      lose(error as Error)
    }
  })
}
