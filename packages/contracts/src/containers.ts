import { Type, type Static } from 'typebox'
import {
  integer,
  nullable,
  nullableNumber,
  nullableString,
  number,
  string,
  UnknownMap,
  words,
} from './common.ts'

export const CONTAINER_ENGINES = [
  'docker',
  'podman',
  'kubernetes',
  'containerd',
  'lxc',
  'nspawn',
] as const
export type ContainerEngine = (typeof CONTAINER_ENGINES)[number]

export const CONTAINER_STATES = [
  'running',
  'paused',
  'restarting',
  'created',
  'stopped',
  'dead',
] as const
export type ContainerState = (typeof CONTAINER_STATES)[number]

/** A container by what the kernel accounts to its cgroup. What its processes use is the sum of their rows (`app_id`). */
export const Container = Type.Object({
  id: string('The first 12 characters of its id, or its name where the engine has only names.'),
  name: nullableString(
    'Name, of the files or the socket of its engine, else the host name it was given.',
  ),
  image: nullableString('Image it was made from.'),
  engine: nullable(words(CONTAINER_ENGINES, 'What made it, by the path of its cgroup.'), {
    description: 'null: its path names none that is known.',
  }),
  state: words(
    CONTAINER_STATES,
    'running or paused by the kernel; what has no process by its engine.',
  ),
  app_id: string('Id of the app its processes are grouped under (see /api/apps).'),
  processes: integer('Processes in it; 0: it does not run.'),
  pid: nullableNumber('Its first process; null: it does not run.'),
  start_id: nullableString('Start mark of that process.'),
  started_at_ms: nullableNumber('Start of its first process, epoch milliseconds.'),
  memory_bytes: nullableNumber(
    'Memory its cgroup is charged with, cached files included. Source: memory.current, memory.usage_in_bytes.',
  ),
  memory_limit_bytes: nullableNumber(
    'The tightest limit of its cgroup and of those above; null: none below the memory of the machine.',
  ),
  cpu_limit_count: nullableNumber('CPUs it may use, by its quota, with fraction; null: no quota.'),
  throttled_percent: nullableNumber(
    'Share of the periods of its quota in which it had to wait for the next one, since the reading before. Source: cpu.stat.',
  ),
  tasks: nullableNumber('Processes and threads in its cgroup. Source: pids.current.'),
  tasks_limit: nullableNumber('How many it may have; null: no limit. Source: pids.max.'),
  network: nullable(
    words(
      ['own', 'shared', 'machine'] as const,
      'own: a network of its own; shared: one it has together with other containers of the list, and the traffic is of all of them; machine: that of the machine.',
    ),
    { description: 'null: not told.' },
  ),
  recv_bytes_per_second: nullableNumber('Received by its network, loopback left out.'),
  sent_bytes_per_second: nullableNumber('Sent by its network, loopback left out.'),
  unknown: UnknownMap,
})
export type Container = Static<typeof Container>

/** `GET /api/containers`. */
export const ContainerList = Type.Object(
  {
    containers: Type.Array(Container, {
      description: 'Those that run, and those that do not where their engine tells of them.',
    }),
    notes: Type.Array(string('A sentence.'), {
      description: 'Why names, images or stopped containers of an engine are not known.',
    }),
    sampled_at_ms: number('Instant, epoch milliseconds; an answer is at most 2 s old.'),
  },
  { $id: 'ContainerList' },
)
export type ContainerList = Static<typeof ContainerList>
