import { DBusFormatError, DBusReader, DBusWriter, textOf, type DBusValue } from './dbus-values.ts'

// Source: D-Bus Specification, "Message Format".
const CALL = 1
const RETURN = 2
const ERROR = 3
const SIGNAL = 4
const LITTLE_ENDIAN = 0x6c
const PROTOCOL_VERSION = 1
const FIXED_HEADER = 16
/** The specification allows 128 MiB; a list of a thousand units has half a one. */
const LONGEST_MESSAGE = 16 * 1024 * 1024

const FIELD = {
  path: 1,
  interface: 2,
  member: 3,
  errorName: 4,
  replySerial: 5,
  destination: 6,
  signature: 8,
} as const
const FIELD_TYPES = {
  path: 'o',
  interface: 's',
  member: 's',
  destination: 's',
  signature: 'g',
} as const

export interface DBusCall {
  destination: string
  path: string
  interface: string
  member: string
  /** Types of `body`; empty: nothing is sent. */
  signature: string
  body: readonly DBusValue[]
  /** The user may be asked for a password by the desktop. */
  interactive: boolean
}

export type DBusMessage =
  | { kind: 'return'; replyTo: number; body: DBusValue[] }
  | { kind: 'error'; replyTo: number; errorName: string; body: DBusValue[] }
  | { kind: 'signal'; path: string; interface: string; member: string; body: DBusValue[] }
  | { kind: 'other' }

const ALLOW_INTERACTIVE_AUTHORIZATION = 0x4

export function encodeCall(serial: number, call: DBusCall): Buffer {
  const body = new DBusWriter()
  body.writeAll(call.signature, call.body)
  const bodyBytes = body.toBuffer()
  const fields = new DBusWriter()
  for (const name of Object.keys(FIELD_TYPES) as (keyof typeof FIELD_TYPES)[]) {
    if (call[name] === '') continue
    fields.align(8)
    fields.bytes(Buffer.of(FIELD[name]))
    fields.write('g', FIELD_TYPES[name])
    fields.write(FIELD_TYPES[name], call[name])
  }
  const fieldBytes = fields.toBuffer()
  const head = Buffer.alloc(FIXED_HEADER)
  head[0] = LITTLE_ENDIAN
  head[1] = CALL
  head[2] = call.interactive ? ALLOW_INTERACTIVE_AUTHORIZATION : 0
  head[3] = PROTOCOL_VERSION
  head.writeUInt32LE(bodyBytes.length, 4)
  head.writeUInt32LE(serial, 8)
  head.writeUInt32LE(fieldBytes.length, 12)
  const message = new DBusWriter()
  message.bytes(head)
  message.bytes(fieldBytes)
  message.align(8)
  message.bytes(bodyBytes)
  return message.toBuffer()
}

/**
 * The first whole message of what has come; null: more bytes are needed.
 * @throws DBusFormatError when they can't be a message of ours
 */
export function decodeMessage(bytes: Buffer): { message: DBusMessage; length: number } | null {
  if (bytes.length < FIXED_HEADER) return null
  if (bytes[0] !== LITTLE_ENDIAN) throw new DBusFormatError('a message is not little endian')
  const bodyLength = bytes.readUInt32LE(4)
  const fieldLength = bytes.readUInt32LE(12)
  const bodyAt = Math.ceil((FIXED_HEADER + fieldLength) / 8) * 8
  const length = bodyAt + bodyLength
  if (length > LONGEST_MESSAGE) throw new DBusFormatError(`a message of ${length} bytes`)
  if (bytes.length < length) return null
  const whole = bytes.subarray(0, length)
  const fields = readFields(whole)
  const body = (): DBusValue[] => readBody(whole, bodyAt, fields)
  return { message: messageOf(bytes[1] ?? 0, fields, body), length }
}

type Fields = ReadonlyMap<number, DBusValue>

/** They are an array of structs of a byte and a variant, which begins behind twelve bytes of the header. */
function readFields(message: Buffer): Fields {
  const fields = new Map<number, DBusValue>()
  for (const field of new DBusReader(message, 12).read('a(yv)') as DBusValue[][]) {
    fields.set(Number(field[0]), field[1] as DBusValue)
  }
  return fields
}

/** Positions in a body are counted from its begin, which is a multiple of eight. */
function readBody(message: Buffer, bodyAt: number, fields: Fields): DBusValue[] {
  const signature = textOf(fields.get(FIELD.signature))
  return new DBusReader(message.subarray(bodyAt)).readAll(signature)
}

function messageOf(type: number, fields: Fields, body: () => DBusValue[]): DBusMessage {
  const text = (field: number): string => textOf(fields.get(field))
  const replyTo = Number(fields.get(FIELD.replySerial) ?? 0)
  switch (type) {
    case RETURN:
      return { kind: 'return', replyTo, body: body() }
    case ERROR:
      return { kind: 'error', replyTo, errorName: text(FIELD.errorName), body: body() }
    case SIGNAL: {
      const [path, from, member] = [FIELD.path, FIELD.interface, FIELD.member].map(text)
      return {
        kind: 'signal',
        path: path ?? '',
        interface: from ?? '',
        member: member ?? '',
        body: body(),
      }
    }
    default:
      return { kind: 'other' }
  }
}
