import {
  AffinityRequest,
  AppCloseAnswer,
  AppCloseRequest,
  AppSuspendRequest,
  ControlOutcome,
  EfficiencyRequest,
  ErrorBody,
  IoPriorityRequest,
  KillRequest,
  PidParams,
  PRIORITIES,
  PriorityRequest,
  ResumeRequest,
  SuspendRequest,
  type ControlResult,
  type ErrorCode,
} from '@taskmanager/contracts'
import type { ControlAction, ControlTarget, ProcessControl } from '@taskmanager/platform'
import { ServiceError, type ServiceApp } from '@taskmanager/service-kit'
import type { FastifyRequest } from 'fastify'
import { auditEntry, type AuditLog } from '../audit.ts'
import type { AskedBy, PendingEnds, Performed } from '../pending-ends.ts'
import { presentOutcome } from '../present/outcome.ts'
import { orRefuse } from './refuse.ts'

export interface ControlDeps {
  control: ProcessControl
  /** Ends that can be taken back. */
  pending: PendingEnds
  audit: AuditLog
  /** Whether this service acts with more rights than its user has. */
  elevated: boolean
}

/** What a request adds to a target. */
interface Order {
  /** As the log names it. */
  action: string
  forced: boolean
  does: ControlAction
  /** How long it can be taken back; only of TERM. */
  undoMs?: number | undefined
}

/** Results that are refusals: their code is the answer's. `failed` is no fault of the service but of the wish. */
const REFUSALS = {
  gone: 'gone',
  identity_mismatch: 'identity_mismatch',
  already_dead: 'already_dead',
  needs_elevation: 'needs_elevation',
  protected: 'protected',
  confirmation_required: 'confirmation_required',
  expired: 'expired',
  failed: 'not_supported',
} as const satisfies Partial<Record<ControlResult, ErrorCode>>

/** pid_t is a signed 32-bit number. */
const MAX_PID = 2_147_483_647

const tags = ['control']
const response = {
  200: ControlOutcome,
  400: ErrorBody,
  403: ErrorBody,
  404: ErrorBody,
  408: ErrorBody,
  409: ErrorBody,
}

/** End, suspend, resume, priorities, affinity of one process, and the end of an explicit list. */
export function addControl(app: ServiceApp, deps: ControlDeps): void {
  const params = PidParams
  app.post(
    '/api/process/:pid/kill',
    { schema: { summary: 'End a process', tags, params, body: KillRequest, response } },
    (request) => one(deps, request, endOrder(request.body)),
  )
  for (const [word, signal] of [
    ['suspend', 'STOP'],
    ['resume', 'CONT'],
  ] as const) {
    const body = word === 'suspend' ? SuspendRequest : ResumeRequest
    app.post(
      `/api/process/:pid/${word}`,
      { schema: { summary: `${word} a process`, tags, params, body, response } },
      (request) =>
        one(deps, request, {
          action: word,
          forced: false,
          does: { kind: 'signal', signal },
        }),
    )
  }
  app.post(
    '/api/process/:pid/priority',
    { schema: { summary: 'Change the priority', tags, params, body: PriorityRequest, response } },
    (request) => {
      const nice = niceOf(request.body)
      return one(deps, request, {
        action: `priority ${nice}`,
        forced: false,
        does: { kind: 'priority', nice },
      })
    },
  )
  app.post(
    '/api/process/:pid/affinity',
    { schema: { summary: 'Choose its CPUs', tags, params, body: AffinityRequest, response } },
    (request) =>
      one(deps, request, {
        action: 'affinity',
        forced: false,
        does: { kind: 'affinity', cpus: request.body.cpus },
      }),
  )
  app.post(
    '/api/process/:pid/io-priority',
    {
      schema: {
        summary: 'Change the I/O priority',
        tags,
        params,
        body: IoPriorityRequest,
        response,
      },
    },
    (request) =>
      one(deps, request, {
        action: `io priority ${request.body.io_priority}`,
        forced: false,
        does: { kind: 'io_priority', level: request.body.io_priority },
      }),
  )
  app.post(
    '/api/process/:pid/efficiency',
    {
      schema: {
        summary: 'Switch the efficiency mode of Windows',
        tags,
        params,
        body: EfficiencyRequest,
        response,
      },
    },
    (request) =>
      one(deps, request, {
        action: `efficiency mode ${request.body.on ? 'on' : 'off'}`,
        forced: false,
        does: { kind: 'efficiency', on: request.body.on },
      }),
  )
  const closeResponse = { 200: AppCloseAnswer, 400: ErrorBody }
  app.post(
    '/api/app/close',
    {
      schema: {
        summary: 'End each of an explicit list of processes',
        tags,
        body: AppCloseRequest,
        response: closeResponse,
      },
    },
    (request) => all(deps, request, endOrder(request.body)),
  )
  for (const [word, signal] of [
    ['suspend', 'STOP'],
    ['resume', 'CONT'],
  ] as const) {
    const summary = `${word} each of an explicit list of processes`
    app.post(
      `/api/app/${word}`,
      { schema: { summary, tags, body: AppSuspendRequest, response: closeResponse } },
      (request) =>
        all(deps, request, { action: word, forced: false, does: { kind: 'signal', signal } }),
    )
  }
}

type ManyRequest = FastifyRequest<{ Body: AppSuspendRequest }>

async function all(
  deps: ControlDeps,
  request: Pick<ManyRequest, 'body' | 'caller' | 'callerOrigin'>,
  order: Order,
): Promise<AppCloseAnswer> {
  const { members, expires_at: expiresAtMs, confirm_name: confirmName } = request.body
  const results = await Promise.all(
    members.map(({ pid, start_id: startId }) =>
      carryOut(deps, request, { pid, startId, confirmName, expiresAtMs }, order),
    ),
  )
  const summary: Record<string, number> = {}
  for (const { result } of results) summary[result] = (summary[result] ?? 0) + 1
  return { results, summary }
}

function endOrder({ signal, undo_ms: undoMs }: Pick<KillRequest, 'signal' | 'undo_ms'>): Order {
  const forced = signal === 'KILL'
  if (forced && undoMs !== undefined)
    throw new ServiceError('validation', 'A forced end cannot be taken back: undo_ms needs TERM.')
  const polite = undoMs === undefined ? 'end' : 'end with undo'
  return { action: forced ? 'force end' : polite, forced, does: { kind: 'signal', signal }, undoMs }
}

function niceOf({ nice, priority }: PriorityRequest): number {
  if ((nice === undefined) === (priority === undefined)) {
    throw new ServiceError('validation', 'Give either priority (a word) or nice (a number).')
  }
  return nice ?? PRIORITIES[priority as keyof typeof PRIORITIES]
}

type OneRequest = FastifyRequest<{
  Params: { pid: string }
  Body: { start_id: string; confirm_name?: string; expires_at?: number }
}>

async function one(
  deps: ControlDeps,
  request: Pick<OneRequest, 'params' | 'body' | 'caller' | 'callerOrigin'>,
  order: Order,
): Promise<ControlOutcome> {
  const pid = Number(request.params.pid)
  if (pid > MAX_PID) throw new ServiceError('invalid_pid', `No process id is above ${MAX_PID}.`)
  const target = {
    pid,
    startId: request.body.start_id,
    confirmName: request.body.confirm_name,
    expiresAtMs: request.body.expires_at,
  }
  const outcome = await carryOut(deps, request, target, order)
  return orRefuse(outcome, REFUSALS)
}

async function carryOut(
  deps: ControlDeps,
  { caller, callerOrigin }: Pick<FastifyRequest, 'caller' | 'callerOrigin'>,
  target: ControlTarget,
  order: Order,
): Promise<ControlOutcome> {
  const startMs = performance.now()
  const by = { origin: callerOrigin, token: caller.tokenId }
  const { report, ending } = await once(target, order, () => perform(deps, target, order, by))
  const outcome = presentOutcome(report, order.forced, ending)
  const written = await deps.audit.write(
    auditEntry(order.action, report, outcome, { ...by, elevated: deps.elevated }),
  )
  return { ...outcome, audit: written, elapsed_ms: Math.round(performance.now() - startMs) }
}

async function perform(
  { control, pending }: ControlDeps,
  target: ControlTarget,
  { does, undoMs }: Order,
  by: AskedBy,
): Promise<Performed> {
  if (undoMs !== undefined) return pending.begin(target, undoMs, by)
  if (does.kind !== 'signal' || does.signal === 'STOP')
    return { report: await control.act(target, does), ending: null }
  const report = does.signal === 'CONT' ? pending.resume(target) : pending.end(target, does.signal)
  return { report: await report, ending: null }
}

const underWay = new Map<string, Promise<Performed>>()

/** A double click, or a retry while the first request is being watched, joins it: one signal, two answers. */
function once(
  { pid, startId, confirmName }: ControlTarget,
  { does, undoMs }: Order,
  act: () => Promise<Performed>,
): Promise<Performed> {
  const key = JSON.stringify([pid, startId, confirmName, does, undoMs])
  const running = underWay.get(key)
  if (running !== undefined) return running
  const acting = act().finally(() => underWay.delete(key))
  underWay.set(key, acting)
  return acting
}
