import {
  AffinityRequest,
  AppCloseAnswer,
  AppCloseRequest,
  ControlOutcome,
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
import { ServiceError, withoutSecrets, type ServiceApp } from '@taskmanager/service-kit'
import type { FastifyRequest } from 'fastify'
import type { AuditLog } from '../audit.ts'
import { presentOutcome } from '../present/outcome.ts'

export interface ControlDeps {
  control: ProcessControl
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
    (request) => {
      const { signal } = request.body
      const order = {
        action: signal === 'KILL' ? 'force end' : 'end',
        forced: signal === 'KILL',
        does: { kind: 'signal', signal } as const,
      }
      return one(deps, request, order)
    },
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
    async (request): Promise<AppCloseAnswer> => {
      const { members, signal, expires_at: expiresAtMs, confirm_name: name } = request.body
      const order: Order = {
        action: signal === 'KILL' ? 'force end' : 'end',
        forced: signal === 'KILL',
        does: { kind: 'signal', signal },
      }
      const results = await Promise.all(
        members.map(({ pid, start_id: startId }) =>
          carryOut(deps, request, { pid, startId, confirmName: name, expiresAtMs }, order),
        ),
      )
      const summary: Record<string, number> = {}
      for (const { result } of results) summary[result] = (summary[result] ?? 0) + 1
      return { results, summary }
    },
  )
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
  if (!(outcome.result in REFUSALS)) return outcome
  const code = REFUSALS[outcome.result as keyof typeof REFUSALS]
  throw new ServiceError(code, outcome.message, { detail: { outcome } })
}

async function carryOut(
  { control, audit, elevated }: ControlDeps,
  { caller, callerOrigin }: Pick<FastifyRequest, 'caller' | 'callerOrigin'>,
  target: ControlTarget,
  { action, forced, does }: Order,
): Promise<ControlOutcome> {
  const startMs = performance.now()
  const report = await once(control, target, does)
  const outcome = presentOutcome(report, forced)
  // It has any form a client likes; one that puts its token there must not find it in the log, which reading shows.
  const startId = withoutSecrets(target.startId)
  const written = audit.write({
    action,
    result: outcome.result,
    message: outcome.message,
    pid: target.pid,
    start_id: startId,
    name: outcome.name,
    user: report.user,
    origin: callerOrigin,
    token: caller.tokenId,
    elevated,
  })
  return {
    ...outcome,
    start_id: startId,
    audit: written,
    elapsed_ms: Math.round(performance.now() - startMs),
  }
}

const underWay = new Map<string, ReturnType<ProcessControl['act']>>()

/** A double click, or a retry while the first request is being watched, joins it: one signal, two answers. */
function once(control: ProcessControl, target: ControlTarget, does: ControlAction) {
  const key = JSON.stringify([target.pid, target.startId, target.confirmName, does])
  const running = underWay.get(key)
  if (running !== undefined) return running
  const act = control.act(target, does).finally(() => underWay.delete(key))
  underWay.set(key, act)
  return act
}
