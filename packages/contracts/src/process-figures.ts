import { Type, type Static } from 'typebox'
import { boolean, integer, nullableNumber, number, string, UnknownMap } from './common.ts'
import { ASKED_FIELDS } from './words.ts'

export const FiguresQuery = Type.Object(
  {
    fields: Type.String({
      pattern: `^(${ASKED_FIELDS.join('|')})(,(${ASKED_FIELDS.join('|')}))*$`,
      maxLength: 100,
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
  run_delay_percent: Type.Optional(
    nullableNumber(
      'Share of the time since the reading before that its threads were ready and waited for a CPU: 100 is one thread that waited all the time. Source: schedstat of each thread.',
    ),
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
