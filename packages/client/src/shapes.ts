/**
 * Is this an answer of ours at all? Whoever took the port of a service may answer 200 with anything. Looked at is what
 * the page reaches into, a few keys of each answer, not every row: that is what the proof of the service is for.
 */
import {
  API_VERSION,
  type ActionList,
  type AppCloseAnswer,
  type AppListBody,
  type ControlOutcome,
  type Health,
  type PortList,
  type ProcessDeltaFrame,
  type NetworkUse,
  type ProcessFigures,
  type ProcessFrame,
  type ProcessInfo,
  type ProcessListBody,
  type ProcessSnapshotFrame,
  type ServiceList,
  type ServiceOutcome,
  type DriveHealthList,
  type ContainerList,
  type ServiceLog,
  type SessionList,
  type Session,
  type SessionScope,
  type StartupList,
  type StartupOutcome,
  type SystemInfo,
  type SystemStats,
} from '@taskmanager/contracts'

export type IsShaped<T> = (value: unknown) => value is T

type KindOf<T> = T extends number
  ? 'number'
  : T extends string
    ? 'string'
    : T extends readonly unknown[]
      ? 'list'
      : Shape<T>
/** Keys that are there and never null, with what they hold. */
type Shape<T> = { readonly [Key in keyof T]?: KindOf<T[Key]> }
type AnyShape = { readonly [key: string]: 'number' | 'string' | 'list' | AnyShape }

function fits(value: unknown, shape: AnyShape): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(shape).every(([key, kind]) => {
    const held = (value as Record<string, unknown>)[key]
    if (kind === 'list') return Array.isArray(held)
    return typeof kind === 'string' ? typeof held === kind : fits(held, kind)
  })
}

const shaped =
  <T>(shape: Shape<T>): IsShaped<T> =>
  (value): value is T =>
    fits(value, shape as AnyShape)

/** Of another version only the envelope is known: its names may have changed, and it is told apart by its number. */
const ofVersion =
  <T extends { readonly api_version: number }>(envelope: AnyShape, body: Shape<T>): IsShaped<T> =>
  (value): value is T =>
    fits(value, { ...envelope, api_version: 'number' }) &&
    ((value as T).api_version !== API_VERSION || fits(value, body as AnyShape))

const SAMPLE = {
  totals: {},
  accounting: {},
  sampled_at_ms: 'number',
  logical_cpu_count: 'number',
  own_cost: {},
} as const
const TABLE = { columns: 'list', rows: 'list' } as const
const CHANGES = { removed: 'list', added: 'list', changed: 'list' } as const

export const isHealth = shaped<Health>({ service: 'string', api_version: 'number' })
export const isStartupList = shaped<StartupList>({ items: 'list', looked_in: 'list', missing: {} })
export const isStartupOutcome = shaped<StartupOutcome>({ result: 'string', message: 'string' })
export const isServiceList = shaped<ServiceList>({ services: 'list', missing: {} })
export const isServiceOutcome = shaped<ServiceOutcome>({ result: 'string', message: 'string' })
export const isSession = shaped<Session>({ token: 'string' })
export const isSessionScope = shaped<SessionScope>({ scope: 'string' })
export const isStats = ofVersion<SystemStats>(
  { type: 'string' },
  {
    seq: 'number',
    sampled_at_ms: 'number',
    cpu: { cores: 'list' },
    memory: {},
    disks: 'list',
    filesystems: 'list',
    networks: 'list',
    gpus: 'list',
    pressure: {},
    sensors: 'list',
    own_cost: {},
  },
)
export const isSystem = shaped<SystemInfo>({
  os: {},
  cpu: {},
  memory: { modules: 'list' },
  board: {},
  limits: {},
  capabilities: {},
  inventory: 'string',
})
export const isProcessList = shaped<ProcessListBody>({
  ...SAMPLE,
  processes: 'list',
  capabilities: { columns: 'list' },
})
export const isAppList = shaped<AppListBody>({ apps: 'list' })
export const isProcessInfo = shaped<ProcessInfo>({ pid: 'number', start_id: 'string', blast: {} })
export const isPortList = shaped<PortList>({ sockets: 'list' })
export const isActionList = shaped<ActionList>({ actions: 'list' })
export const isNetworkUse = shaped<NetworkUse>({ apart: 'list', sampled_at_ms: 'number' })
export const isDriveHealthList = shaped<DriveHealthList>({
  drives: 'list',
  sampled_at_ms: 'number',
})
export const isContainerList = shaped<ContainerList>({
  containers: 'list',
  notes: 'list',
  sampled_at_ms: 'number',
})
export const isServiceLog = shaped<ServiceLog>({ lines: 'list', sampled_at_ms: 'number' })
export const isSessionList = shaped<SessionList>({ sessions: 'list', sampled_at_ms: 'number' })
export const isProcessFigures = shaped<ProcessFigures>({ processes: 'list' })
export const isOutcome = shaped<ControlOutcome>({ result: 'string' })
export const isOutcomes = shaped<AppCloseAnswer>({ results: 'list' })

const isSnapshot = ofVersion<ProcessSnapshotFrame>(
  { type: 'string' },
  {
    ...SAMPLE,
    seq: 'number',
    processes: TABLE,
    apps: TABLE,
    capabilities: { columns: 'list' },
  },
)
const isDelta = shaped<ProcessDeltaFrame>({
  ...SAMPLE,
  seq: 'number',
  processes: CHANGES,
  apps: CHANGES,
  exits: 'list',
})

/** A frame of the stream of lists. */
export const isProcessFrame: IsShaped<ProcessFrame> = (value): value is ProcessFrame => {
  if (!fits(value, { type: 'string' })) return false
  const { type } = value as { readonly type: string }
  return type === 'snapshot' ? isSnapshot(value) : type === 'delta' && isDelta(value)
}
