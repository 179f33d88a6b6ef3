import { Type, type Static } from 'typebox'
import { ERRORS, type ErrorCode } from './errors.ts'
import {
  boolean,
  integer,
  nullable,
  nullableNumber,
  nullableString,
  number,
  string,
  words,
} from './schema.ts'
import { UNKNOWN_REASONS } from './words.ts'

const errorCodes = Object.keys(ERRORS) as ErrorCode[]

/** The body of every answer that is not a success. */
export const ErrorBody = Type.Object(
  {
    error: words(errorCodes, 'Code of the error, for programs.'),
    message: string('What happened, why, and what to do, for a person.'),
    id: string('Id of the request, also in the log of the service.'),
    detail: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Facts about the error, for example the present owner of a reused pid.',
      }),
    ),
  },
  { $id: 'Error' },
)
export type ErrorBody = Static<typeof ErrorBody>

export const UnknownReasonSchema = words(UNKNOWN_REASONS, 'Why a value is null.')

/** Field name to the reason why it is null; fields that are known do not appear. */
export const UnknownMap = Type.Record(Type.String(), UnknownReasonSchema, {
  description:
    'Why fields of this object are null: field name to reason. Empty when everything is known.',
})
export type UnknownMap = Static<typeof UnknownMap>

/** A process is named by its pid and the opaque mark of its start; a pid alone names it only for an instant. */
export const ProcessIdentity = Type.Object(
  {
    pid: Type.Integer({ minimum: 1, maximum: 2147483647, description: 'Process id.' }),
    start_id: Type.String({
      pattern: '^[A-Za-z0-9_.-]{1,96}$',
      description:
        'Opaque mark of boot and start time; from details it also pins the kernel object.',
    }),
  },
  { additionalProperties: false },
)
export type ProcessIdentity = Static<typeof ProcessIdentity>

export const OwnCost = Type.Object(
  {
    cpu_percent: nullableNumber(
      'CPU of this service over its last interval, 0-100 of the whole machine. Source: process.cpuUsage().',
    ),
    memory_bytes: nullableNumber(
      'Memory of this service: PSS where the system tells, else RSS, bytes.',
    ),
    sweep_cpu_ms: nullableNumber('CPU time of the last sample, milliseconds.'),
    sweep_wall_ms: nullableNumber('Duration of the last sample, milliseconds.'),
  },
  { description: 'What this service itself uses.' },
)
export type OwnCost = Static<typeof OwnCost>

export const Health = Type.Object({
  status: Type.Literal('ok'),
  service: string('Name of the service: stats, accuracy or pages.'),
  api_version: integer('Version of the wire format.'),
  proof: Type.Optional(string('HMAC over the challenge, base64url, when a challenge was given.')),
})
export type Health = Static<typeof Health>

export const HealthQuery = Type.Object(
  { challenge: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{22,64}$' })) },
  { additionalProperties: false },
)

export const SessionRequest = Type.Object(
  {
    code: Type.Optional(
      Type.String({ pattern: '^[A-Za-z0-9_-]{22}$', description: 'One-time launch code.' }),
    ),
  },
  { additionalProperties: false },
)
export const Session = Type.Object({
  token: string('Bearer token for control requests.'),
  scope: Type.Literal('control'),
})
export type Session = Static<typeof Session>
/** What the caller may do on the connection it asks by. */
export const SessionScope = Type.Object({
  scope: words(['read', 'control'] as const, 'What the caller may do here.'),
  reason: nullableString('Why it may not control; null when it may.'),
})
export type SessionScope = Static<typeof SessionScope>
export const LaunchCodeRequest = Type.Object(
  {
    replaces: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{22}$',
        description: 'An older code, which dies. A new one is given only if it had not been used.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type LaunchCodeRequest = Static<typeof LaunchCodeRequest>
export const LaunchCode = Type.Object({
  code: nullableString(
    'One-time code, 128 bits, base64url. null: the code it was to replace has been used.',
  ),
  expires_in_seconds: integer('Seconds until the code dies.'),
})
export type LaunchCode = Static<typeof LaunchCode>

/** What a viewer may send on a stream: how often it wants frames. The service samples at the fastest asked rate. */
export const StreamRequest = Type.Object(
  {
    type: Type.Literal('rate'),
    interval_ms: Type.Integer({ minimum: 500, maximum: 60000 }),
  },
  { additionalProperties: false },
)
export type StreamRequest = Static<typeof StreamRequest>

export { boolean, integer, nullable, nullableNumber, nullableString, number, string, words }
