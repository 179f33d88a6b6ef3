import { Type, type Static } from 'typebox'
import { boolean, nullable, nullableString, number, string, words } from './common.ts'

export const SERVICE_SCOPES = ['system', 'user'] as const
export type ServiceScope = (typeof SERVICE_SCOPES)[number]
export const SERVICE_STATES = [
  'active',
  'reloading',
  'inactive',
  'failed',
  'activating',
  'deactivating',
  'maintenance',
  'refreshing',
  'unknown',
] as const
export const SERVICE_ACTIONS = ['start', 'stop', 'restart', 'enable', 'disable'] as const
export type ServiceAction = (typeof SERVICE_ACTIONS)[number]
export const SERVICE_RESULTS = [
  'done',
  'pending',
  'failed',
  'gone',
  'needs_elevation',
  'protected',
  'confirmation_required',
  'expired',
  'unavailable',
] as const
export type ServiceResult = (typeof SERVICE_RESULTS)[number]

const scope = words(
  SERVICE_SCOPES,
  'system: of the machine; user: of the session of the user of this service.',
)
const state = words(
  SERVICE_STATES,
  "What it does now, in systemd's words (ActiveState), of Windows and macOS in those that mean the same.",
)
const starts = nullableString(
  "Whether it starts by itself, in systemd's words (UnitFileState): enabled, disabled, static (only when another needs it), masked (never), generated, … Of Windows: enabled (automatic), disabled (by hand), masked (disabled). Of macOS: enabled (RunAtLoad, KeepAlive), scheduled (by the clock), static, masked (disabled). null: it has no file, or its start is not told.",
)

export const ServiceUnit = Type.Object({
  name: string('As the service manager calls it: nginx.service; Spooler; com.apple.mDNSResponder.'),
  unit: string('The same as process rows have it in `unit`.'),
  scope,
  description: nullableString(
    'What it is, in its own words, of macOS mostly the command that it runs; null: it is not loaded.',
  ),
  state,
  sub_state: nullableString('The state more exactly: running, exited, dead, auto-restart, …'),
  starts,
  critical: boolean(
    'A login, the desktop or the network hangs on it: its stop needs the typed name.',
  ),
  pid: nullable(
    Type.Integer({
      description:
        'Process it runs in, on macOS, and on Windows, where several may share one. null: it has none, or process rows name it in `unit`.',
    }),
  ),
})
export type ServiceUnit = Static<typeof ServiceUnit>

const missing = (whose: string) =>
  nullable(Type.String(), { description: `Why nothing of ${whose} is listed; null: all of it is.` })

/**
 * `GET /api/services`. Source: ListUnits and ListUnitFiles of org.freedesktop.systemd1(5); EnumServicesStatusExW and
 * QueryServiceConfigW of Windows; SMCopyAllJobDictionaries and launchd.plist(5) of macOS.
 */
export const ServiceList = Type.Object(
  {
    services: Type.Array(ServiceUnit),
    missing: Type.Object({
      system: missing('the machine'),
      user: missing("the user's session"),
    }),
    sampled_at_ms: number('Instant, epoch milliseconds; an answer is at most 2 s old.'),
  },
  { $id: 'ServiceList' },
)
export type ServiceList = Static<typeof ServiceList>

/** `POST /api/service/start`, `stop`, `restart`, `enable`, `disable`. */
export const ServiceRequest = Type.Object(
  {
    scope,
    name: Type.String({
      pattern: '^[^/\\u0000-\\u001f\\u007f]{1,256}$',
      description: 'Name as the list has it.',
    }),
    confirm_name: Type.Optional(
      Type.String({ maxLength: 255, description: 'The same once more, for a critical one.' }),
    ),
    expires_at: Type.Optional(
      Type.Number({
        description: 'Epoch milliseconds; a request read later does nothing and answers expired.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type ServiceRequest = Static<typeof ServiceRequest>

/** What became of it, as the service manager saw it. */
export const ServiceOutcome = Type.Object(
  {
    name: string('As in the request.'),
    scope,
    result: words(SERVICE_RESULTS, 'What happened; pending: its job is not done after 8 s.'),
    message: string('The same in a sentence.'),
    state: nullable(state),
    starts,
    audit: words(['written', 'failed'] as const, 'Whether the action was written to the log.'),
    elapsed_ms: number('From request to result.'),
  },
  { $id: 'ServiceOutcome' },
)
export type ServiceOutcome = Static<typeof ServiceOutcome>
