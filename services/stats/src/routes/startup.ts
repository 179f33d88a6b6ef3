import {
  ErrorBody,
  STARTUP_ACTIONS,
  StartupList,
  StartupOutcome,
  StartupRequest,
  type ErrorCode,
  type StartupAction,
  type StartupResult,
} from '@taskmanager/contracts'
import type { StartupProvider } from '@taskmanager/platform'
import { ServiceError, type ServiceApp } from '@taskmanager/service-kit'
import type { FastifyRequest } from 'fastify'
import { entryWithoutProcess, type AuditLog } from '../audit.ts'
import { KeptReading } from '../kept-reading.ts'
import { startupSentence } from '../present/startup-outcome.ts'
import { orRefuse } from './refuse.ts'

interface StartupDeps {
  startup: StartupProvider | null
  audit: AuditLog
  elevated: boolean
}

const SUMMARIES: Record<StartupAction, string> = {
  enable: 'Let it start with the session',
  disable: 'Keep it from starting with the session',
}

/** Results that are refusals: their code is the answer's. What could not be written is told as it went. */
const REFUSALS = {
  gone: 'gone',
  protected: 'protected',
  expired: 'expired',
} as const satisfies Partial<Record<StartupResult, ErrorCode>>

/** `GET /api/startup`, read when somebody wants it and kept for two seconds, and what is switched there. */
export function addStartup(app: ServiceApp, deps: StartupDeps): void {
  const tags = ['startup']
  const kept = new KeptReading(async () => readList(required(deps)))
  app.get(
    '/api/startup',
    {
      schema: {
        summary: 'What starts with the session or the machine',
        tags,
        response: { 200: StartupList, 501: ErrorBody },
      },
    },
    () => kept.get(),
  )
  const response = {
    200: StartupOutcome,
    400: ErrorBody,
    403: ErrorBody,
    404: ErrorBody,
    408: ErrorBody,
  }
  for (const action of STARTUP_ACTIONS) {
    app.post(
      `/api/startup/${action}`,
      { schema: { summary: SUMMARIES[action], tags, body: StartupRequest, response } },
      async (request) => {
        const outcome = await carryOut(deps, request, action)
        kept.forget()
        return orRefuse(outcome, REFUSALS)
      },
    )
  }
}

async function readList(startup: StartupProvider): Promise<StartupList> {
  const { items, lookedIn, missing } = await startup.list()
  return { items: [...items], looked_in: [...lookedIn], missing, sampled_at_ms: Date.now() }
}

async function carryOut(
  deps: StartupDeps,
  {
    body: { id, expires_at: expiresAtMs },
    caller,
    callerOrigin,
  }: Pick<FastifyRequest<{ Body: StartupRequest }>, 'body' | 'caller' | 'callerOrigin'>,
  action: StartupAction,
): Promise<StartupOutcome> {
  const report = await required(deps).act({ id, action, expiresAtMs })
  const { result, name, state } = report
  const message = startupSentence(action, report)
  const by = { origin: callerOrigin, token: caller.tokenId, elevated: deps.elevated }
  const audit = await deps.audit.write(
    entryWithoutProcess({ action: `${action} at startup`, result, message, name }, by),
  )
  return { id, name, result, message, state, audit }
}

function required({ startup }: StartupDeps): StartupProvider {
  if (startup === null)
    throw new ServiceError(
      'not_supported',
      'What starts with the session is not available on this system yet.',
    )
  return startup
}
