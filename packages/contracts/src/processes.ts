import { Type, type Static } from 'typebox'
import {
  boolean,
  integer,
  nullable,
  nullableNumber,
  nullableString,
  number,
  OwnCost,
  string,
  UnknownMap,
  words,
} from './common.ts'
import { ENDED_SOURCES, PROCESS_KINDS, PROCESS_STATUSES } from './words.ts'

const processFields = {
  pid: integer('Process id.'),
  start_id: string('Opaque mark of boot and start time; with pid it names the process for good.'),
  ppid: integer('Pid of the parent; 0 for none.'),
  name: string(
    'Name shown: from cmdline or exe where comm is cut short; control characters made visible; at most 255 characters.',
  ),
  cpu_percent: nullableNumber(
    'Share of the whole machine over the last interval, 0-100. null: first sample.',
  ),
  cpu_percent_of_core: nullableNumber(
    'The same as a share of one core, 0 to 100 × online CPUs (top, htop, psutil).',
  ),
  memory: nullableNumber(
    'Resident set size, bytes (rss, as in psutil). Source: proc_pid_stat(5) field 24. Windows: private working set.',
  ),
  num_threads: nullableNumber('Threads. Source: proc_pid_stat(5) field 20.'),
  status: words(PROCESS_STATUSES, "State in psutil's words."),
  user: nullableString('Name of the real user, or the uid as text when it has no name.'),
  uid: nullableNumber('Real user id; null where the system has none.'),
  kind: words(PROCESS_KINDS, 'Sort of program.'),
  app_id: string('Id of the app this process is grouped under (see /api/apps).'),
  unit: nullableString(
    'systemd unit or scope; of a container its name, or its id where its engine does not tell one.',
  ),
  cmdline: nullableString(
    'Command line, arguments joined by spaces, secrets redacted, at most 1024 characters. null: kernel thread or unknown.',
  ),
  started_at_ms: nullableNumber('Start, epoch milliseconds.'),
  cpu_time_ms: nullableNumber('CPU time used since its start, user and system, milliseconds.'),
  nice: nullableNumber('Nice value, -20 (favoured) to 19.'),
  read_bytes_per_second: nullableNumber(
    'Bytes fetched from storage per second. Source: proc_pid_io(5) read_bytes. Windows: read by any I/O.',
  ),
  write_bytes_per_second: nullableNumber(
    'Bytes sent to storage per second. Source: proc_pid_io(5) write_bytes. Windows: written by any I/O.',
  ),
  vms_bytes: nullableNumber('Virtual size, bytes. Windows: commit size.'),
  pss_bytes: nullableNumber(
    'Proportional set size, bytes, sampled biggest first. Source: smaps_rollup.',
  ),
  uss_bytes: nullableNumber('Unique set size, bytes, sampled with pss_bytes.'),
  swap_bytes: nullableNumber('Swapped out, bytes, sampled with pss_bytes.'),
  memory_sampled_at_ms: nullableNumber(
    'Instant of pss_bytes, uss_bytes and swap_bytes, epoch milliseconds.',
  ),
  unknown: UnknownMap,
}

/** One process. The first six keys are the seed's. */
export const ProcessRow = Type.Object(processFields, { $id: 'ProcessRow' })
export type ProcessRow = Static<typeof ProcessRow>
export type ProcessField = keyof ProcessRow

/** Order of the cells of a process row on the stream. */
export const PROCESS_COLUMNS = Object.keys(processFields) as ProcessField[]

const appFields = {
  id: string('Id of the app, stable while it lives.'),
  name: string('Name as people say it: of the desktop entry, unit, container or program.'),
  cpu_percent: nullableNumber('Sum of its processes, share of the whole machine, 0-100.'),
  cpu_percent_of_core: nullableNumber('The same as a share of one core.'),
  memory: nullableNumber('Memory, bytes: PSS where known, else rss, summed; see memory_source.'),
  memory_source: words(
    ['pss', 'rss', 'mixed'] as const,
    'What memory was summed from. rss counts shared pages once per process.',
  ),
  num_threads: nullableNumber('Sum of threads.'),
  process_count: integer('Number of processes.'),
  pids: Type.Array(Type.Integer(), { description: 'Its processes, oldest first.' }),
  kind: words(PROCESS_KINDS, 'Sort of program.'),
  user: nullableString('User of its processes, null when they differ.'),
  unit: nullableString('systemd unit, scope or container it was grouped by; null when by program.'),
  read_bytes_per_second: nullableNumber('Sum over its processes that are known.'),
  write_bytes_per_second: nullableNumber('Sum over its processes that are known.'),
  started_at_ms: nullableNumber('Start of its oldest process, epoch milliseconds.'),
  started_by: nullableString('What started it: user and place, unit, or kernel.'),
  unknown: UnknownMap,
}

/** One app: processes that belong together. */
export const AppRow = Type.Object(appFields, { $id: 'AppRow' })
export type AppRow = Static<typeof AppRow>
export type AppField = keyof AppRow
export const APP_COLUMNS = Object.keys(appFields) as AppField[]

/** Sums over the listed rows and the counts beside them. */
export const ProcessTotals = Type.Object({
  process_count: integer('Listed processes.'),
  thread_count: integer('Sum of their threads.'),
  busy_count: integer('Processes with at least 1 % of a core in the last interval.'),
  own_count: integer('Processes of the user who runs this service.'),
  kernel_count: integer('Kernel threads among them.'),
  zombie_count: integer('Zombies among them.'),
  app_count: integer('Apps, all kinds.'),
  cpu_percent: nullableNumber('Sum of cpu_percent over the rows.'),
  memory: nullableNumber('Sum of rss, bytes; shared pages count once per process.'),
  read_bytes_per_second: nullableNumber('Sum over rows that are known.'),
  write_bytes_per_second: nullableNumber('Sum over rows that are known.'),
})
export type ProcessTotals = Static<typeof ProcessTotals>

/**
 * Where the busy time of the machine went: listed + ended + irq + steal + unattributed = busy. Percent of the whole
 * machine. The counters of the kernel are cut to ticks of 10 ms: five of them, and two of each parent that waited, so
 * single intervals are off by a few ticks; over many intervals that does not add up.
 */
export const Accounting = Type.Object({
  busy_percent: nullableNumber(
    'Everything but idle and iowait, 0-100; off by up to 20 ms of the interval. Source: proc_stat(5).',
  ),
  listed_percent: nullableNumber('Sum of the listed rows, those of kernel threads included.'),
  kernel_percent: nullableNumber(
    'Of listed_percent: kernel threads. Programs are listed_percent − kernel_percent.',
  ),
  ended_percent: nullableNumber(
    'CPU of processes that ended since the last sample and that no row told of: from the waited-for time of their parents, their own last clock, and the exit records of the kernel where it gives them (see ended_source).',
  ),
  irq_percent: nullableNumber(
    'Interrupts and soft interrupts that no process is charged for. Where the kernel only samples them (no CONFIG_IRQ_TIME_ACCOUNTING) most are part of the processes they interrupt.',
  ),
  steal_percent: nullableNumber('Time the hypervisor gave to others.'),
  unattributed_percent: nullableNumber(
    'What is left of busy_percent: at most about 1 % of it and the rounding of ticks; negative when they round the other way.',
  ),
  ended_count: nullableNumber(
    'Processes that ended since the last sample, those never listed included. With exit records exact; without them from the fork counter, which counts new threads too.',
  ),
  ended: Type.Array(
    Type.Object({
      parent_pid: integer(
        'Nearest ancestor that lives, mostly the parent that waited for them; 0: not known.',
      ),
      parent_name: string('Its name; empty when not known.'),
      name: nullableString(
        'Most frequent name among those that ended. null: nobody saw them (see ended_source).',
      ),
      count: nullableNumber('How many, where known.'),
      cpu_percent: number('Their CPU, share of the whole machine.'),
    }),
    { description: 'By parent, greatest first, at most 5.' },
  ),
})
export type Accounting = Static<typeof Accounting>

export const ListCapabilities = Type.Object({
  cpu_time_resolution: words(['nanosecond', 'tick'] as const, 'How exact CPU times are.'),
  partial: boolean('Some processes are hidden from this service (hidepid, another namespace).'),
  partial_reason: nullableString('Why, in a sentence.'),
  provider: string('Name of the platform provider.'),
  user: nullableString('User who runs this service: whose processes are own ones. null: no name.'),
  ended_source: nullable(words(ENDED_SOURCES, 'The source.'), {
    description:
      'Where processes that ended between two samples are known from. exit_records: the kernel tells of each one (Linux taskstats, needs CAP_NET_ADMIN), so counts and names are exact. waited_for_time: only the CPU time their parents waited for is known, and nothing of processes nobody waits for. null: this system tells neither.',
  }),
  columns: Type.Array(Type.String(), { description: 'Row fields this platform can fill at all.' }),
})
export type ListCapabilities = Static<typeof ListCapabilities>

const sampleFields = {
  totals: ProcessTotals,
  accounting: Accounting,
  sampled_at_ms: number('Instant of the sample, epoch milliseconds.'),
  interval_ms: nullableNumber(
    'Measured length of the interval, monotonic milliseconds. null: first sample.',
  ),
  logical_cpu_count: integer('CPUs online in this interval.'),
  own_cost: OwnCost,
  capabilities: ListCapabilities,
  skipped: integer('Processes that could not be read as they should; see the log.'),
}

export const ProcessList = Type.Object({
  processes: Type.Array(Type.Partial(ProcessRow), {
    description: 'Rows; with ?fields= only those keys.',
  }),
  ...sampleFields,
})
export type ProcessListBody = Omit<Static<typeof ProcessList>, 'processes'> & {
  processes: ProcessRow[]
}

export const AppList = Type.Object({ apps: Type.Array(AppRow), ...sampleFields })
export type AppListBody = Static<typeof AppList>

export const ProcessQuery = Type.Object(
  {
    sort: Type.Optional(
      Type.String({
        pattern: '^-?[a-z_]{1,40}$',
        description: 'Field to sort by; a leading minus sorts descending.',
      }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100000, description: 'At most so many rows.' }),
    ),
    fields: Type.Optional(
      Type.String({
        maxLength: 600,
        pattern: '^[a-z_]+(,[a-z_]+)*$',
        description: 'Only these keys, comma separated.',
      }),
    ),
    search: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'Rows whose name, command line, user, unit or pid contain this text.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type ProcessQuery = Static<typeof ProcessQuery>

/** A whole table: rows are arrays in the order of `columns`. */
const TableSnapshot = Type.Object({
  columns: Type.Array(Type.String()),
  rows: Type.Array(Type.Array(Type.Unknown())),
})
export type TableSnapshot = Static<typeof TableSnapshot>

/**
 * What changed in a table. Apply in this order: `removed` (keys), `added` (whole rows), `changed`
 * (`[key, columnIndex, value, columnIndex, value, …]`). A reused pid is removed and added in one frame.
 */
const TableDelta = Type.Object({
  removed: Type.Array(Type.Unknown()),
  added: Type.Array(Type.Array(Type.Unknown())),
  changed: Type.Array(Type.Array(Type.Unknown())),
})
export type TableDelta = Static<typeof TableDelta>

/** First frame of `WS /api/processes/stream`, and the first after frames were skipped. Keys: pid, app id. */
export const ProcessSnapshotFrame = Type.Object({
  type: Type.Literal('snapshot'),
  api_version: integer('Version of the wire format.'),
  seq: integer('Number of the sample.'),
  processes: TableSnapshot,
  apps: TableSnapshot,
  ...sampleFields,
})
export type ProcessSnapshotFrame = Static<typeof ProcessSnapshotFrame>

/** How one process ended. */
export const ProcessExit = Type.Object({
  pid: integer('Process id.'),
  start_id: string('Start mark of the row that left.'),
  exit_code: nullableNumber('0-255; null: a signal ended it.'),
  signal: nullableString('Name of the signal that ended it; null: it ended by itself.'),
})
export type ProcessExit = Static<typeof ProcessExit>

/** Every further frame. It applies on the frame whose number is `seq - 1`. `capabilities` comes only with snapshots. */
export const ProcessDeltaFrame = Type.Object({
  type: Type.Literal('delta'),
  seq: integer('Number of the sample.'),
  processes: TableDelta,
  exits: Type.Array(ProcessExit, {
    description:
      'How rows that left have ended, of those the kernel told of (exit records, see capabilities.ended_source). Source: ac_exitcode of taskstats.',
  }),
  apps: TableDelta,
  totals: ProcessTotals,
  accounting: Accounting,
  sampled_at_ms: sampleFields.sampled_at_ms,
  interval_ms: sampleFields.interval_ms,
  logical_cpu_count: sampleFields.logical_cpu_count,
  own_cost: OwnCost,
  skipped: sampleFields.skipped,
})
export type ProcessDeltaFrame = Static<typeof ProcessDeltaFrame>
export type ProcessFrame = ProcessSnapshotFrame | ProcessDeltaFrame
