import {
  Health,
  HealthQuery,
  LaunchCode,
  LaunchCodeRequest,
  Session,
  SessionRequest,
  SessionScope,
} from '@taskmanager/contracts'
import { API_VERSION, type ServiceName } from '@taskmanager/contracts'
import type { Callers } from './callers.ts'
import { ServiceError } from './errors.ts'
import { controlRefusal } from './guard.ts'
import { CODE_LIFETIME_SECONDS, LaunchCodes } from './launch-codes.ts'
import type { PageServerCheck } from './page-server.ts'
import type { ServiceApp } from './service-app.ts'
import type { TokenStore } from './token-store.ts'

export interface SessionDeps {
  name: ServiceName
  tokens: TokenStore
  callers: Callers
  pageServer: PageServerCheck
  /** Monotonic milliseconds, for the life of one-time codes. */
  now?: () => number
}

/** `GET /health`: is this service up, and is it ours. The only address that is open to everybody. */
export function addHealth(app: ServiceApp, { name, tokens }: SessionDeps): void {
  app.get(
    '/health',
    {
      config: { access: 'open' },
      schema: {
        summary: 'Whether the service is up, with a proof that it is ours',
        querystring: HealthQuery,
        response: { 200: Health },
      },
    },
    async (request): Promise<Health> => {
      const { challenge } = request.query
      const proof = challenge === undefined ? null : tokens.proof(name, challenge)
      const health: Health = { status: 'ok', service: name, api_version: API_VERSION }
      return proof === null ? health : { ...health, proof }
    },
  )
}

/** `/api/session`: how the page gets the control token, and what a caller may do. `POST /api/launch-code`: one-time codes for it (8001). */
export function addSession(app: ServiceApp, deps: SessionDeps): void {
  const codes = new LaunchCodes(deps.now)
  app.post(
    '/api/session',
    {
      config: { access: 'session' },
      schema: {
        summary: 'The control token, for the page of the user who started the services',
        body: SessionRequest,
        response: { 200: Session },
      },
    },
    async (request): Promise<Session> => {
      const token = controlToken(deps.tokens) // first: without one nobody can prove anything
      if (!(await deps.pageServer.isOurs())) {
        throw new ServiceError(
          'unavailable',
          'The page server is not running, so this page may not be ours. Start Task Manager Pro again.',
        )
      }
      const { code } = request.body
      if (code !== undefined && !codes.redeem(code)) {
        deps.callers.countWrong()
        throw new ServiceError(
          'unauthorized',
          'This one-time code was used, has expired, or never was. Open the page from the launcher again.',
        )
      }
      if (code === undefined && request.caller.via !== 'peer') {
        throw new ServiceError(
          'unauthorized',
          'It is not certain that this page belongs to the user who started the services. Open it from the launcher, or paste a token.',
        )
      }
      return { token, scope: 'control' }
    },
  )
  app.get(
    '/api/session',
    { schema: { summary: 'What the caller may do here', response: { 200: SessionScope } } },
    async ({ caller }): Promise<SessionScope> => {
      const refusal = controlRefusal(caller)
      return { scope: refusal === null ? 'control' : 'read', reason: refusal?.message ?? null }
    },
  )
  if (deps.name !== 'accuracy') return
  app.post(
    '/api/launch-code',
    {
      schema: {
        summary: 'A one-time code for the page',
        body: LaunchCodeRequest,
        response: { 200: LaunchCode },
      },
    },
    async ({ body: { replaces } }): Promise<LaunchCode> => {
      const wanted = replaces === undefined || codes.redeem(replaces)
      return { code: wanted ? codes.create() : null, expires_in_seconds: CODE_LIFETIME_SECONDS }
    },
  )
}

function controlToken(tokens: TokenStore): string {
  const token = tokens.controlToken
  if (token !== null) return token
  throw new ServiceError(
    'unavailable',
    'There is no control token: the services were not started by the launcher, or the stats service of the system has stopped.',
  )
}
