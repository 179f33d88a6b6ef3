import { Type, type Static } from 'typebox'
import { nullable, nullableNumber, nullableString, number, string, words } from './common.ts'
import type { ServiceResult } from './services.ts'

const STARTUP_KINDS = [
  'desktop_entry',
  'crontab',
  'cron_directory',
  'timer',
  'run_key',
  'startup_folder',
  'launch_agent',
  'launch_daemon',
] as const
const STARTUP_SCOPES = ['everybody', 'you'] as const
const STARTUP_STATES = ['enabled', 'disabled', 'cannot_start'] as const
export type StartupState = (typeof STARTUP_STATES)[number]
export const STARTUP_ACTIONS = ['enable', 'disable'] as const
export type StartupAction = (typeof STARTUP_ACTIONS)[number]
const STARTUP_RESULTS = [
  'done',
  'failed',
  'gone',
  'protected',
  'expired',
] as const satisfies readonly ServiceResult[]
export type StartupResult = (typeof STARTUP_RESULTS)[number]

const state = words(
  STARTUP_STATES,
  'enabled: it starts; disabled: somebody switched it off; cannot_start: switched on, and reason says why it does not start.',
)

/** Something that starts with the session or the machine, or by the clock. */
export const StartupItem = Type.Object({
  id: string('Opaque; names it in requests while it is listed.'),
  name: string('Name as its file gives it, else the name of the file or of the program.'),
  command: nullableString(
    'Command line without field codes, secrets redacted, at most 1024 characters. null: it has none.',
  ),
  app_id: nullableString(
    'Application id that units of it carry (app-ID@autostart.service). null: it is no desktop entry.',
  ),
  kind: words(
    STARTUP_KINDS,
    'desktop_entry: a file in an autostart directory, starts with the session; crontab: a line of the user, of /etc/crontab or of a file in /etc/cron.d; cron_directory: a file in /etc/cron.daily and its like; timer: a timer of systemd; run_key: a value of a Run key of the registry, startup_folder: a file of a startup folder, both start with the session of Windows; launch_agent: a job of launchd that starts with the session, launch_daemon: one that starts with the machine.',
  ),
  scope: words(
    STARTUP_SCOPES,
    'everybody: set up for all users of the machine; you: for the user of this service alone.',
  ),
  file: string(
    'Path of the file that decides; of a timer its unit, of a Run key the key and value of the registry.',
  ),
  schedule: nullableString('When it runs, in words. null: when the session starts.'),
  next_at_ms: nullableNumber('When a timer runs next, epoch milliseconds. null: not known.'),
  runs_as: nullableString('Who a job of the machine runs as. null: who it is of.'),
  state: nullable(state, {
    description: 'null: whether somebody switched it off may not be read; reason says why.',
  }),
  reason: nullableString(
    'Why it cannot start, what its start hangs on, or why its state is not known. null: nothing to say.',
  ),
  fixed: nullableString('Why it cannot be switched here. null: it can.'),
})
export type StartupItem = Static<typeof StartupItem>

const missing = (of: string) =>
  nullable(Type.String(), { description: `Why not all of ${of} is listed; null: all of it is.` })

/**
 * `GET /api/startup`. Services are not among them: they are in `/api/services`. Source: Desktop Application Autostart
 * Specification, crontab(5); Run keys, startup folders and StartupApproved of Windows; launchd.plist(5) of macOS.
 */
export const StartupList = Type.Object(
  {
    items: Type.Array(StartupItem, { description: 'By name; at most 1000 of one directory.' }),
    looked_in: Type.Array(Type.String(), {
      description: 'Directories and files that were looked at, whether they are there or not.',
    }),
    missing: Type.Object({
      own: missing("the user's own autostart directory, Run key or startup folder"),
      everybody: missing(
        'the Run keys and the startup folder that Windows has for everybody (always null on other systems)',
      ),
      crontab: missing("the user's crontab"),
      cron: missing('files of the cron of the machine'),
      timers: missing('timers of systemd'),
    }),
    sampled_at_ms: number('Instant, epoch milliseconds; an answer is at most 2 s old.'),
  },
  { $id: 'StartupList' },
)
export type StartupList = Static<typeof StartupList>

/** `POST /api/startup/enable` and `disable`. */
export const StartupRequest = Type.Object(
  {
    id: Type.String({
      pattern: '^[A-Za-z0-9_-]{22}$',
      description: 'As the list has it. It is looked up there and is no part of a path.',
    }),
    expires_at: Type.Optional(
      Type.Number({
        description: 'Epoch milliseconds; a request read later does nothing and answers expired.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type StartupRequest = Static<typeof StartupRequest>

/** What became of it, as the files say afterwards. */
export const StartupOutcome = Type.Object(
  {
    id: string('As in the request.'),
    name: nullableString('As the list has it; null: it is not listed.'),
    result: words(STARTUP_RESULTS, 'What happened.'),
    message: string('The same in a sentence.'),
    state: nullable(state),
    audit: words(['written', 'failed'] as const, 'Whether the action was written to the log.'),
  },
  { $id: 'StartupOutcome' },
)
export type StartupOutcome = Static<typeof StartupOutcome>
