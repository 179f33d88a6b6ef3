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
import type { AuditLog } from '../audit.ts'
import { startupSentence } from '../present/startup-outcome.ts'

interface StartupDeps {
  startup: StartupProvider | null
  audit: AuditLog
  elevated: boolean
}

const KEPT_MS = 2000
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
  let kept: { list: Promise<StartupList>; atMs: number } | null = null
  app.get(
    '/api/startup',
    {
      schema: {
        summary: 'What starts with the session or the machine',
        tags,
        response: { 200: StartupList, 501: ErrorBody },
      },
    },
    () => {
      const startup = required(deps)
      const now = Date.now()
      if (kept === null || Math.abs(now - kept.atMs) > KEPT_MS)
        kept = { list: readList(startup, now), atMs: now }
      return kept.list
    },
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
        kept = null // The next list shall show it.
        if (!(outcome.result in REFUSALS)) return outcome
        const code = REFUSALS[outcome.result as keyof typeof REFUSALS]
        throw new ServiceError(code, outcome.message, { detail: { outcome } })
      },
    )
  }
}

async function readList(startup: StartupProvider, nowMs: number): Promise<StartupList> {
  const { items, lookedIn, missing } = await startup.list()
  return { items: [...items], looked_in: [...lookedIn], missing, sampled_at_ms: nowMs }
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
  const audit = deps.audit.write({
    action: `${action} at startup`,
    result,
    message,
    pid: null,
    start_id: null,
    name,
    user: null,
    origin: callerOrigin,
    token: caller.tokenId,
    elevated: deps.elevated,
  })
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
