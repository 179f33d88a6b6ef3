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
import { IO_PRIORITIES, PROCESS_KINDS, PROCESS_STATUSES } from './words.ts'

export const INFO_SECTIONS = ['threads', 'files', 'sockets', 'limits', 'memory', 'tree'] as const
export type InfoSection = (typeof INFO_SECTIONS)[number]

export const ProcessRef = Type.Object({
  pid: integer('Process id.'),
  start_id: string('Start mark.'),
  name: string('Name.'),
  user: nullableString('User.'),
})
export type ProcessRef = Static<typeof ProcessRef>

export const ThreadInfo = Type.Object({
  tid: integer('Thread id.'),
  name: string('comm of the thread. Windows: as its program calls it; empty: not at all.'),
  status: words(PROCESS_STATUSES, "State in psutil's words."),
  cpu_time_ms: number('User and system, milliseconds.'),
  started_at_ms: nullableNumber('Epoch milliseconds. null: not told.'),
  nice: nullableNumber('Nice value.'),
  processor: nullableNumber('CPU it ran on last.'),
  wait_channel: nullableString(
    'Kernel function it sleeps in, such as futex_wait. null: it runs, or the kernel does not say. Source: proc_pid_wchan(5). Windows: why it waits, such as WrQueue (KWAIT_REASON).',
  ),
  system_call: nullable(
    Type.Object({
      name: string('Call into the kernel, such as read.'),
      fd: nullableNumber('Descriptor it is about. null: of none, or of several.'),
      target: nullableString(
        'What that descriptor leads to: a path, the ends of a connection, or the name the kernel has for it. null: not known.',
      ),
    }),
    {
      description:
        'The call it sleeps in. null: it runs, or in none that is known to sleep, or this service may not know (see unknown). Source: proc_pid_syscall(5).',
    },
  ),
})
export type ThreadInfo = Static<typeof ThreadInfo>

export const OpenFile = Type.Object({
  fd: integer('Descriptor.'),
  kind: words(
    ['file', 'directory', 'pipe', 'socket', 'device', 'anonymous', 'other'] as const,
    'What it refers to.',
  ),
  path: string('Path or kernel name.'),
  mode: nullable(words(['r', 'w', 'rw'] as const, 'How it was opened.'), {
    description: 'null: not readable.',
  }),
  deleted: boolean('The file was deleted.'),
})
export type OpenFile = Static<typeof OpenFile>

export const SocketInfo = Type.Object({
  fd: nullableNumber('Descriptor. null: this system does not tell it.'),
  protocol: words(['tcp', 'tcp6', 'udp', 'udp6', 'unix', 'other'] as const, 'Protocol.'),
  local: string('Local address and port, or path.'),
  remote: nullableString('Remote address and port; null when none.'),
  state: nullableString('LISTEN, ESTABLISHED, …; null for protocols without.'),
})
export type SocketInfo = Static<typeof SocketInfo>

const Listener = Type.Object({
  port: integer('Port it listens on.'),
  protocol: string('tcp, tcp6, udp, udp6.'),
  address: string('Address it listens on.'),
  clients: Type.Array(
    Type.Object({
      pid: nullable(Type.Integer()),
      name: nullableString('Name, or null for a remote peer.'),
      address: string('Peer.'),
    }),
    {
      description: 'Who is connected, at most 32.',
    },
  ),
  client_count: integer('All of them.'),
})

/** What ends, breaks or comes back when this process is ended. Read when the dialog opens. */
export const BlastRadius = Type.Object({
  descendants: Type.Array(ProcessRef, { description: 'Children and their children, at most 256.' }),
  descendant_count: integer('All of them.'),
  listeners: nullable(Type.Array(Listener), {
    description: 'Ports it serves and their clients. null: not permitted.',
  }),
  files_writing: nullable(Type.Array(Type.String()), {
    description: 'Paths open for writing, at most 32. null: not permitted.',
  }),
  files_writing_count: nullableNumber('All of them.'),
  restarted_by: nullable(
    Type.Object({
      manager: words(['systemd', 'Windows', 'launchd'] as const, 'Who will start it again.'),
      unit: string(
        'systemd unit, job of launchd, or services of Windows, with commas between them.',
      ),
      policy: nullableString(
        'Restart= of a systemd unit; condition of KeepAlive of a job of launchd. null: whatever ended it, or Windows, which has no such word.',
      ),
      delay_ms: nullableNumber('Milliseconds until then; null: not told.'),
    }),
    {
      description: 'What will start it again. null: nothing, or not told (unknown).',
    },
  ),
  other_user: boolean('Belongs to another user than the one of this service.'),
  session_critical: boolean(
    'Ends the desktop session, a login, a bus or a container: name it to confirm (confirm_name).',
  ),
  has_windows: nullable(Type.Boolean(), { description: 'Shows windows; null: cannot be told.' }),
  permitted: boolean('This service may end it.'),
  protected_reason: nullableString('Why it can never be ended here; null when it can.'),
})
export type BlastRadius = Static<typeof BlastRadius>

/** `GET /api/process/:pid/info`. Sections not asked for by `?include=` are absent; not permitted ones are null. */
export const ProcessInfo = Type.Object(
  {
    pid: integer('Process id.'),
    start_id: string(
      'Stronger start mark: also holds the identity of the kernel object where the kernel has one.',
    ),
    ppid: integer('Pid of the parent.'),
    name: string('Name.'),
    comm: string("The kernel's short name."),
    cmdline: nullable(Type.Array(Type.String()), {
      description:
        'Arguments, secrets redacted, at most 4096 characters in all. null: not permitted; empty: kernel thread or zombie.',
    }),
    cmdline_truncated: boolean('Arguments were cut.'),
    exe: nullableString('Path of the program.'),
    exe_deleted: nullable(Type.Boolean(), {
      description: 'The program was replaced or deleted on disk.',
    }),
    libraries_replaced: nullable(Type.Array(Type.String()), {
      description:
        'Libraries it runs whose files were replaced or deleted since: it needs a restart to use the new ones. At most 32. Source: proc_pid_maps(5).',
    }),
    cwd: nullableString('Working directory.'),
    status: words(PROCESS_STATUSES, "State in psutil's words."),
    kind: words(PROCESS_KINDS, 'Sort of program.'),
    user: nullableString('Real user.'),
    uid: nullableNumber('Real user id.'),
    effective_user: nullableString('Effective user.'),
    gid: nullableNumber('Real group id.'),
    started_at_ms: nullableNumber('Epoch milliseconds.'),
    cpu_time_user_ms: nullableNumber('User time, milliseconds.'),
    cpu_time_system_ms: nullableNumber('System time, milliseconds.'),
    num_threads: nullableNumber('Threads.'),
    nice: nullableNumber('Nice value.'),
    io_priority: nullable(words([...IO_PRIORITIES, 'realtime'] as const, 'I/O priority.'), {
      description:
        'Who is served first by a disk; normal: as the nice value says. Source: ioprio_get(2).',
    }),
    scheduler: nullableString('other, fifo, rr, batch, idle, deadline.'),
    affinity: nullable(Type.Array(Type.Integer()), { description: 'CPUs it may run on.' }),
    oom_score: nullableNumber('Badness, 0-2000.'),
    tty: nullableString('Controlling terminal.'),
    session: nullableNumber('Session id.'),
    unit: nullableString(
      'systemd unit, scope or container. Windows: the services it runs, joined by commas.',
    ),
    cgroup: nullableString('cgroup path.'),
    container: nullableString('Container id.'),
    memory: Type.Object({
      rss_bytes: nullableNumber('Resident.'),
      vms_bytes: nullableNumber('Virtual.'),
      commit_bytes: nullableNumber('What the system guarantees it: commit size of Windows.'),
      shared_bytes: nullableNumber('Resident and shared (file and shm).'),
      peak_rss_bytes: nullableNumber('Highest rss.'),
      swap_bytes: nullableNumber('Swapped out.'),
      pss_bytes: nullableNumber('Proportional; with ?include=memory.'),
      uss_bytes: nullableNumber(
        'Unique; with ?include=memory. Windows: private working set, always.',
      ),
      footprint_bytes: nullableNumber(
        'What it costs the machine, compressed pages included: the memory of the lists on macOS, which alone tells it.',
      ),
      peak_footprint_bytes: nullableNumber('Highest footprint.'),
      locked_bytes: nullableNumber(
        'Kept in RAM whatever happens: locked on Linux, wired on macOS.',
      ),
      page_faults: nullableNumber('Since its start, those served from memory included.'),
    }),
    io: nullable(
      Type.Object({
        read_bytes: number('Fetched from storage. Windows: read by any I/O.'),
        write_bytes: number('Sent to storage. Windows: written by any I/O.'),
        read_chars: nullableNumber('read(2) traffic; null where it is not counted.'),
        write_chars: nullableNumber('write(2) traffic; null where it is not counted.'),
      }),
      { description: 'Since its start. null: not permitted.' },
    ),
    energy_joules: nullableNumber(
      'What the system reckons its CPU time took since it began, joules. Source: RUSAGE_INFO_V6 of macOS 13 and newer, on Apple silicon.',
    ),
    context_switches_voluntary: nullableNumber('Of its first thread, since its start.'),
    context_switches_involuntary: nullableNumber('Of its first thread, since its start.'),
    num_fds: nullableNumber('Open descriptors. null: not permitted.'),
    num_handles: nullableNumber('Handles of files, keys, events and all else; of Windows.'),
    efficiency_mode: nullable(Type.Boolean(), {
      description: 'Windows lets it run slowly and sparingly (power throttling); of Windows.',
    }),
    wait_channel: nullableString('Kernel function its first thread sleeps in. null: it runs.'),
    run_delay_ms: nullableNumber(
      'Its living threads waited for a CPU, since the start of each. Source: schedstat of each thread.',
    ),
    io_delay_ms: nullableNumber(
      'They waited for a disk. Counted only where delay accounting is on (sysctl kernel.task_delayacct); unknown says not_supported where it is off. Source: field 42 of stat of each thread.',
    ),
    ancestors: Type.Array(ProcessRef, {
      description:
        'Parent first, up to PID 1. Windows: empty where the parent has ended; unknown then says gone.',
    }),
    blast: BlastRadius,
    unknown: UnknownMap,
    sampled_at_ms: number('Instant, epoch milliseconds.'),
    threads: Type.Optional(nullable(Type.Array(ThreadInfo))),
    files: Type.Optional(nullable(Type.Array(OpenFile))),
    sockets: Type.Optional(nullable(Type.Array(SocketInfo))),
    limits: Type.Optional(
      nullable(
        Type.Array(
          Type.Object({
            name: string('As proc_pid_limits(5).'),
            soft: nullableNumber('null: unlimited.'),
            hard: nullableNumber('null: unlimited.'),
            unit: nullableString('Unit.'),
          }),
        ),
      ),
    ),
    tree: Type.Optional(
      Type.Array(
        Type.Object({
          pid: integer('Pid.'),
          ppid: integer('Parent.'),
          name: string('Name.'),
          start_id: string('Start mark.'),
        }),
        { description: 'Its branch, itself first.' },
      ),
    ),
  },
  { $id: 'ProcessInfo' },
)
export type ProcessInfo = Static<typeof ProcessInfo>

export const InfoQuery = Type.Object(
  {
    include: Type.Optional(
      Type.String({
        maxLength: 80,
        pattern: '^[a-z]+(,[a-z]+)*$',
        description: `Any of ${INFO_SECTIONS.join(', ')}.`,
      }),
    ),
    start_id: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_.-]{1,96}$',
        description: 'Answer 409 when the pid now names another process.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type InfoQuery = Static<typeof InfoQuery>
