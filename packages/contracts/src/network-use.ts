import { Type, type Static } from 'typebox'
import { boolean, integer, nullable, number, string } from './common.ts'

const ProcessMark = {
  pid: integer('Process id.'),
  start_id: string('Start mark.'),
}

/** What one process sends and receives by TCP, payload without headers, bytes per second. */
const ProcessTraffic = Type.Object({
  ...ProcessMark,
  recv_bytes_per_second: number('Received from other computers. Source: tcp_info.'),
  sent_bytes_per_second: number('Sent to other computers.'),
  inside_recv_bytes_per_second: number('Received from programs of this computer.'),
  inside_sent_bytes_per_second: number('Sent to programs of this computer.'),
})

const Traffic = (what: string) =>
  Type.Object(
    {
      recv_bytes_per_second: number('Received, bytes per second.'),
      sent_bytes_per_second: number('Sent, bytes per second.'),
    },
    { description: what },
  )

/** `GET /api/network-use`: who uses the network. What no process is known for is told beside them, never left out. */
export const NetworkUse = Type.Object(
  {
    processes: nullable(Type.Array(ProcessTraffic), {
      description:
        'Processes that hold a TCP connection; one held by several counts for one of them. Who is not among them and may be looked into uses no TCP. null: the first reading, rates need a second one.',
    }),
    apart: Type.Array(Type.Object(ProcessMark), {
      description: 'Processes with a network of their own, as in a container: not told here.',
    }),
    processes_hidden: boolean(
      'Some processes of other users may not be looked into: who is not named may use the network all the same.',
    ),
    interfaces: nullable(Traffic('What the interfaces carried in the same time.'), {
      description: 'null: not told, or the first reading.',
    }),
    unheld: nullable(
      Traffic('TCP connections that no process seen here holds: of other users, or the kernel.'),
      { description: 'null: the first reading.' },
    ),
    rest: nullable(
      Traffic(
        'What the interfaces carried beyond all TCP connections: headers, UDP, containers, connections that have closed.',
      ),
      { description: 'null: not told, or the first reading.' },
    ),
    sampled_at_ms: number('Instant, epoch milliseconds; an answer is at most 2 s old.'),
  },
  { $id: 'NetworkUse' },
)
export type NetworkUse = Static<typeof NetworkUse>
