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
} from './common.ts'
import { ASKED_FIELDS } from './words.ts'

export const FiguresQuery = Type.Object(
  {
    fields: Type.String({
      pattern: `^(${ASKED_FIELDS.join('|')})(,(${ASKED_FIELDS.join('|')}))*$`,
      maxLength: 400,
      description: `Which figures: ${ASKED_FIELDS.join(', ')}; comma separated.`,
    }),
  },
  { additionalProperties: false },
)

/** Figures of one process that are read only while somebody asks. Those not asked for are left out. */
const AskedFigures = Type.Object({
  pid: integer('Process id.'),
  start_id: string('Start mark.'),
  num_fds: Type.Optional(nullableNumber('Open file descriptors. Source: proc_pid_fd(5).')),
  num_handles: Type.Optional(
    nullableNumber('Handles of files, keys, events and all else; of Windows.'),
  ),
  run_delay_percent: Type.Optional(
    nullableNumber(
      'Share of the time since the reading before that its threads were ready and waited for a CPU: 100 is one thread that waited all the time. Source: schedstat of each thread.',
    ),
  ),
  io_delay_percent: Type.Optional(
    nullableNumber(
      'The same of waiting for a disk. Counted only where delay accounting is on (sysctl kernel.task_delayacct), of processes that began after that; unknown says not_supported where it is off. Source: field 42 of stat of each thread.',
    ),
  ),
  swap_delay_percent: Type.Optional(
    nullableNumber(
      'The same of waiting for memory that was swapped out. As above, and only told to a service that may ask the kernel (CAP_NET_ADMIN). Source: taskstats.',
    ),
  ),
  context_switches_per_second: Type.Optional(
    nullableNumber(
      'How often its threads were put on a CPU since the reading before. Source: schedstat of each thread; Windows: SystemProcessInformation.',
    ),
  ),
  swap_bytes: Type.Optional(
    nullableNumber('Its own memory that is swapped out. Source: VmSwap, proc_pid_status(5).'),
  ),
  session_id: Type.Optional(
    nullableNumber('Session. Source: proc_pid_stat(5) field 6; of Windows its own.'),
  ),
  terminal: Type.Optional(
    nullableString('Controlling terminal, pts/3 or tty1; null without unknown: it has none.'),
  ),
  elevated: Type.Optional(
    nullable(Type.Boolean(), {
      description:
        'It may do what its user alone may not: root, or any capability. Source: CapEff, proc_pid_status(5). Windows: it has the full rights of an administrator (TokenElevation).',
    }),
  ),
  efficiency_mode: Type.Optional(
    nullable(Type.Boolean(), {
      description:
        'Windows lets it run slowly and sparingly (power throttling, the leaf of the Task Manager).',
    }),
  ),
  architecture: Type.Optional(
    nullableString(
      'x64, x86, arm64, arm. Source: width of the words of proc_pid_auxv(5); Windows: IsWow64Process2.',
    ),
  ),
  exe_replaced: Type.Optional(
    nullable(Type.Boolean(), {
      description:
        'The file of its program was deleted or replaced since it started: a restart would run another one. Source: proc_pid_exe(5).',
    }),
  ),
  unknown: UnknownMap,
})
export type AskedFigures = Static<typeof AskedFigures>

/** `GET /api/process-figures`: what is too dear to be in the list, of every process; at most 2 s old. */
export const ProcessFigures = Type.Object(
  {
    processes: Type.Array(AskedFigures, {
      description: 'Every process that could be looked into.',
    }),
    complete: boolean('Every process was looked into within the CPU time allowed for it.'),
    sampled_at_ms: number('Instant, epoch milliseconds; an answer is at most 2 s old.'),
  },
  { $id: 'ProcessFigures' },
)
export type ProcessFigures = Static<typeof ProcessFigures>
