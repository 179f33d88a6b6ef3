import { Type, type Static } from 'typebox'
import { boolean, nullableNumber, nullableString, number, string } from './common.ts'
import { ServiceRequest, type ServiceScope } from './services.ts'

/** Which service, as in the orders to one. */
export const ServiceLogQuery = Type.Object(
  { scope: ServiceRequest.properties.scope, name: ServiceRequest.properties.name },
  { additionalProperties: false },
)
export interface ServiceLogQuery {
  scope: ServiceScope
  name: string
}

/** One entry of the journal. */
export const LogLine = Type.Object({
  at_ms: number(
    'When it was written, epoch milliseconds with fraction. Source: __REALTIME_TIMESTAMP.',
  ),
  priority: nullableNumber('0 emergency … 3 error, 4 warning, 6 info, 7 debug. Source: syslog(3).'),
  text: string(
    'What was written: control characters made visible, colours left out, at most 4096 characters; may have several lines.',
  ),
  identifier: nullableString('Who wrote it, as it calls itself. Source: SYSLOG_IDENTIFIER.'),
  pid: nullableNumber('Process that wrote it.'),
})
export type LogLine = Static<typeof LogLine>

/** `GET /api/service/log`: the end of the journal of one service. */
export const ServiceLog = Type.Object(
  {
    lines: Type.Array(LogLine, { description: 'Oldest first, at most 200.' }),
    has_older: boolean('There are older ones.'),
    missing: nullableString(
      'Why there are none, in a sentence; null: it has written none, or they are there.',
    ),
    sampled_at_ms: number('Instant, epoch milliseconds.'),
  },
  { $id: 'ServiceLog' },
)
export type ServiceLog = Static<typeof ServiceLog>
