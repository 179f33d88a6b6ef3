import {
  ErrorBody,
  SERVICE_ACTIONS,
  ServiceList,
  ServiceOutcome,
  ServiceRequest,
  type ErrorCode,
  type ServiceAction,
  type ServiceResult,
} from '@taskmanager/contracts'
import type { ServicesProvider } from '@taskmanager/platform'
import { ServiceError, type ServiceApp } from '@taskmanager/service-kit'
import type { FastifyRequest } from 'fastify'
import { entryWithoutProcess, type AuditLog } from '../audit.ts'
import { KeptReading } from '../kept-reading.ts'
import { serviceSentence } from '../present/service-outcome.ts'
import { orRefuse } from './refuse.ts'

interface ServicesDeps {
  services: ServicesProvider | null
  audit: AuditLog
  elevated: boolean
}

const SUMMARIES: Record<ServiceAction, string> = {
  start: 'Start a service',
  stop: 'Stop a service',
  restart: 'Restart a service',
  enable: 'Let a service start by itself',
  disable: 'Keep a service from starting by itself',
}

/** Results that are refusals: their code is the answer's. What systemd failed at, or could not be asked, is told as it went. */
const REFUSALS = {
  gone: 'gone',
  needs_elevation: 'needs_elevation',
  protected: 'protected',
  confirmation_required: 'confirmation_required',
  expired: 'expired',
} as const satisfies Partial<Record<ServiceResult, ErrorCode>>

/** `GET /api/services`, asked for when somebody wants it and kept for two seconds, and what is done to them. */
export function addServices(app: ServiceApp, deps: ServicesDeps): void {
  const tags = ['services']
  const kept = new KeptReading(async () => readList(required(deps)))
  app.get(
    '/api/services',
    {
      schema: {
        summary: 'Services of the machine and of the session',
        tags,
        response: { 200: ServiceList, 501: ErrorBody },
      },
    },
    () => kept.get(),
  )
  const response = {
    200: ServiceOutcome,
    400: ErrorBody,
    403: ErrorBody,
    404: ErrorBody,
    408: ErrorBody,
  }
  for (const action of SERVICE_ACTIONS) {
    app.post(
      `/api/service/${action}`,
      { schema: { summary: SUMMARIES[action], tags, body: ServiceRequest, response } },
      async (request) => {
        const outcome = await carryOut(deps, request, action)
        kept.forget()
        return orRefuse(outcome, REFUSALS)
      },
    )
  }
}

async function readList(services: ServicesProvider): Promise<ServiceList> {
  const { services: all, missing } = await services.list()
  return { services: [...all], missing, sampled_at_ms: Date.now() }
}

async function carryOut(
  deps: ServicesDeps,
  {
    body,
    caller,
    callerOrigin,
  }: Pick<FastifyRequest<{ Body: ServiceRequest }>, 'body' | 'caller' | 'callerOrigin'>,
  action: ServiceAction,
): Promise<ServiceOutcome> {
  const startMs = performance.now()
  const { scope, name } = body
  const services = required(deps)
  const report = await services.act({
    scope,
    name,
    action,
    confirmName: body.confirm_name,
    expiresAtMs: body.expires_at,
  })
  const { result, state, starts } = report
  const told = { manager: services.manager, log: services.logOf({ scope, name }) }
  const message = serviceSentence({ scope, name, action }, report, told)
  const by = { origin: callerOrigin, token: caller.tokenId, elevated: deps.elevated }
  const audit = await deps.audit.write(
    entryWithoutProcess({ action: `${action} ${scope} service`, result, message, name }, by),
  )
  const elapsedMs = Math.round(performance.now() - startMs)
  return { name, scope, result, message, state, starts, audit, elapsed_ms: elapsedMs }
}

function required({ services }: ServicesDeps): ServicesProvider {
  if (services === null)
    throw new ServiceError('not_supported', 'Services are not available on this system yet.')
  return services
}
