import { Type, type Static } from 'typebox'
import {
  integer,
  nullable,
  nullableNumber,
  nullableString,
  number,
  ProcessIdentity,
  string,
  words,
} from './common.ts'
import {
  IO_PRIORITIES,
  MAX_CONTROL_TARGETS,
  PRIORITIES,
  UNDO_MS,
  type PriorityWord,
} from './words.ts'

export const CONTROL_RESULTS = [
  'terminated',
  'ending',
  'still_running',
  'suspended',
  'resumed',
  'priority_changed',
  'affinity_changed',
  'io_priority_changed',
  'efficiency_changed',
  'gone',
  'identity_mismatch',
  'already_dead',
  'needs_elevation',
  'protected',
  'confirmation_required',
  'expired',
  'failed',
] as const
export type ControlResult = (typeof CONTROL_RESULTS)[number]

const startId = ProcessIdentity.properties.start_id
const expiresAt = Type.Optional(
  Type.Number({
    description: 'Epoch milliseconds; a request read later does nothing and answers expired.',
  }),
)
const confirmName = Type.Optional(
  Type.String({
    maxLength: 255,
    description: 'Name of the process, needed for session-critical ones.',
  }),
)
const undoMs = Type.Optional(
  Type.Integer({
    minimum: UNDO_MS.least,
    maximum: UNDO_MS.most,
    description:
      'With TERM only: the process is suspended now and ended after so many milliseconds; until then resume takes it back, and another kill ends it at once.',
  }),
)
const base = { start_id: startId, expires_at: expiresAt, confirm_name: confirmName }

export const KillRequest = Type.Object(
  {
    ...base,
    signal: words(
      ['TERM', 'KILL'] as const,
      'TERM asks the program to finish, KILL ends it at once.',
    ),
    undo_ms: undoMs,
  },
  { additionalProperties: false },
)
export type KillRequest = Static<typeof KillRequest>
export const SuspendRequest = Type.Object(base, { additionalProperties: false })
export type SuspendRequest = Static<typeof SuspendRequest>
export const ResumeRequest = Type.Object(base, { additionalProperties: false })
export const PriorityRequest = Type.Object(
  {
    start_id: startId,
    expires_at: expiresAt,
    priority: Type.Optional(
      words(Object.keys(PRIORITIES) as PriorityWord[], 'Windows-style word.'),
    ),
    nice: Type.Optional(
      Type.Integer({
        minimum: -20,
        maximum: 19,
        description: 'Nice value; give this or priority.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type PriorityRequest = Static<typeof PriorityRequest>
export const AffinityRequest = Type.Object(
  {
    start_id: startId,
    expires_at: expiresAt,
    cpus: Type.Array(Type.Integer({ minimum: 0, maximum: 8191 }), { minItems: 1, maxItems: 8192 }),
  },
  { additionalProperties: false },
)
export type AffinityRequest = Static<typeof AffinityRequest>
export const IoPriorityRequest = Type.Object(
  {
    start_id: startId,
    expires_at: expiresAt,
    io_priority: words(IO_PRIORITIES, 'Who is served first by a disk.'),
  },
  { additionalProperties: false },
)
export type IoPriorityRequest = Static<typeof IoPriorityRequest>

export const EfficiencyRequest = Type.Object(
  {
    start_id: startId,
    expires_at: expiresAt,
    on: Type.Boolean({
      description: 'Efficiency mode of Windows: sparing clock rates and the lowest priority.',
    }),
  },
  { additionalProperties: false },
)
export type EfficiencyRequest = Static<typeof EfficiencyRequest>

const members = Type.Array(ProcessIdentity, { minItems: 1, maxItems: MAX_CONTROL_TARGETS })

/** `POST /api/app/suspend` and `/api/app/resume`: each of an explicit list. */
export const AppSuspendRequest = Type.Object(
  { members, expires_at: expiresAt, confirm_name: confirmName },
  { additionalProperties: false },
)
export type AppSuspendRequest = Static<typeof AppSuspendRequest>

/** `POST /api/app/close`: the client lists every victim; the service never widens the list. */
export const AppCloseRequest = Type.Object(
  {
    members,
    signal: words(['TERM', 'KILL'] as const, 'TERM asks, KILL ends at once.'),
    expires_at: expiresAt,
    confirm_name: confirmName,
    undo_ms: undoMs,
  },
  { additionalProperties: false },
)
export type AppCloseRequest = Static<typeof AppCloseRequest>

/** What happened to one process, observed for up to 3 s; never success on assumption. */
export const ControlOutcome = Type.Object(
  {
    pid: integer('Process id.'),
    start_id: string('As in the request.'),
    name: nullableString('Name of the process; of the present owner after identity_mismatch.'),
    result: words(CONTROL_RESULTS, 'What happened.'),
    message: string('The same in a sentence.'),
    identity: nullable(words(['pinned', 'checked'] as const, 'How the target was held.'), {
      description:
        'pinned: by a kernel handle; checked: compared just before; null: nothing was sent.',
    }),
    status: nullableString("State seen last, in psutil's words."),
    owner: nullable(
      Type.Object({
        pid: integer('Pid.'),
        name: string('Name.'),
        started_at_ms: nullableNumber('Start.'),
      }),
      {
        description:
          'Present owner of the pid (identity_mismatch), or the parent of a zombie (already_dead).',
      },
    ),
    nice: nullableNumber('Nice value after priority_changed.'),
    ends_at_ms: nullableNumber('After ending: when it is sent TERM, epoch milliseconds.'),
    audit: words(['written', 'failed'] as const, 'Whether the action was written to the log.'),
    elapsed_ms: number('From request to result.'),
  },
  { $id: 'ControlOutcome' },
)
export type ControlOutcome = Static<typeof ControlOutcome>

export const AppCloseAnswer = Type.Object({
  results: Type.Array(ControlOutcome, {
    description: 'One per member, in the order of the request.',
  }),
  summary: Type.Record(Type.String(), Type.Integer(), { description: 'Result word to count.' }),
})
export type AppCloseAnswer = Static<typeof AppCloseAnswer>

export const PidParams = Type.Object({
  pid: Type.String({ pattern: '^[1-9][0-9]{0,9}$', description: 'Process id.' }),
})
