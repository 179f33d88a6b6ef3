import { Type, type Static } from 'typebox'
import {
  boolean,
  integer,
  nullable,
  nullableNumber,
  nullableString,
  number,
  string,
  UnknownMap,
  words,
} from './common.ts'

/** One socket that waits on a port of this machine, or a connection that is open. */
export const PortSocket = Type.Object({
  protocol: words(['tcp', 'tcp6', 'udp', 'udp6'] as const, 'Protocol.'),
  role: words(
    ['listens', 'connected'] as const,
    'listens: takes calls on local_port; connected: talks to the remote end.',
  ),
  local_address: string('Own address.'),
  local_port: integer('Own port.'),
  remote_address: nullableString('Address of the other end; null when it listens.'),
  remote_port: nullableNumber('Port of the other end; null when it listens.'),
  user: nullableString('User who opened it.'),
  owners: nullable(
    Type.Array(
      Type.Object({
        pid: integer('Process id.'),
        start_id: string('Start mark.'),
        name: string('Name.'),
      }),
    ),
    {
      description:
        'Processes that hold it, at most 16; empty: the kernel itself. null: see unknown.owners (not_permitted: it belongs to another user).',
    },
  ),
  unknown: UnknownMap,
})
export type PortSocket = Static<typeof PortSocket>

/** `GET /api/ports`: who listens, and who is connected. TCP and UDP of the network namespace of this service. */
export const PortList = Type.Object(
  {
    sockets: Type.Array(PortSocket, {
      description: 'Listeners first, then by port; at most 4096.',
    }),
    socket_count: integer('All of them.'),
    complete: boolean('Every process was looked through within the time allowed for it.'),
    sampled_at_ms: number('Instant, epoch milliseconds; an answer is at most 2 s old.'),
  },
  { $id: 'PortList' },
)
export type PortList = Static<typeof PortList>
