import type { IncomingMessage } from 'node:http'
import type { Caller, Callers } from './callers.ts'
import { ServiceError } from './errors.ts'
import {
  allowedHosts,
  checkContentType,
  checkHost,
  checkOrigin,
  checkTarget,
} from './guard-rules.ts'
import { TokenBucket } from './token-bucket.ts'

/** Who may call a route. `session` additionally needs an allowed origin; its handler asks for the rest. */
export type Access = 'open' | 'read' | 'control' | 'session'

/** What the guard knows about the route a request found; `null` when it found none. */
export interface GuardedRoute {
  access: Access
  /** True for a WebSocket stream. */
  stream: boolean
}

export interface GuardOptions {
  /** Port of the `Host` header; asked every time, since tests learn it only by listening. */
  port: () => number
  allowedOrigins: readonly string[]
  callers: Callers
  /** Four times as many at once; the rest is refused. */
  controlsPerSecond: number
}

export interface Verdict {
  caller: Caller
  /** The allowed origin of the request; `null` without one. */
  origin: string | null
  /** True: answer 204 and look no further; the CORS headers say the rest. */
  preflight: boolean
}

const UNKNOWN_CALLER: Caller = { scope: 'none', via: 'none', tokenId: null }

/**
 * The one place where a request is let in, HTTP and WebSocket alike, known route or not. The order matters:
 * target and Host, Origin, preflight, caller, scope, content type. Nothing of the body has been read yet.
 */
export class Guard {
  readonly #options: GuardOptions
  readonly #controlRate: TokenBucket
  #hosts: { port: number; names: readonly string[] } | null = null

  constructor(options: GuardOptions) {
    this.#options = options
    const { controlsPerSecond } = options
    this.#controlRate = new TokenBucket(controlsPerSecond, controlsPerSecond * 4)
  }

  /** @throws ServiceError with the refusal */
  admit(request: IncomingMessage, route: GuardedRoute | null, upgrade: boolean): Verdict {
    const { allowedOrigins } = this.#options
    const { rawHeaders, method } = request
    checkTarget(request.url)
    checkHost(rawHeaders, this.#allowedHosts())
    const origin = checkOrigin(rawHeaders, allowedOrigins)
    if (isPreflight(request, origin)) return { caller: UNKNOWN_CALLER, origin, preflight: true }

    const access = route?.access ?? 'read' // an unknown address is nobody's business without access
    const caller = this.#callerOf(request, access)
    requireScope(access, caller, origin)
    if (route === null || upgrade !== route.stream) throw noSuchAddress(route)
    if (changes(method)) checkContentType(rawHeaders)
    if (access === 'control') this.#takeControlTurn()
    return { caller, origin, preflight: false }
  }

  #allowedHosts(): readonly string[] {
    const port = this.#options.port()
    if (this.#hosts?.port !== port) this.#hosts = { port, names: allowedHosts(port) }
    return this.#hosts.names
  }

  /** A session request is judged by its connection alone: the page asks for one because its token went stale. */
  #callerOf(request: IncomingMessage, access: Access): Caller {
    const { callers } = this.#options
    if (access === 'open') return UNKNOWN_CALLER
    return access === 'session' ? callers.byPeer(request.socket) : callers.identify(request)
  }

  #takeControlTurn(): void {
    if (this.#controlRate.take()) return
    throw new ServiceError(
      'too_many_requests',
      `More than ${this.#options.controlsPerSecond} control requests a second. Nothing was done; try again in a second.`,
      { retryAfterSeconds: 1 },
    )
  }
}

function isPreflight(request: IncomingMessage, origin: string | null): boolean {
  return (
    request.method === 'OPTIONS' &&
    origin !== null &&
    request.headers['access-control-request-method'] !== undefined
  )
}

function requireScope(access: Access, caller: Caller, origin: string | null): void {
  switch (access) {
    case 'open':
      return
    case 'session':
      if (origin === null) {
        throw new ServiceError(
          'forbidden_origin',
          'A session is only for the page of this product.',
        )
      }
      return
    case 'read':
      if (caller.scope !== 'none') return
      throw new ServiceError(
        'unauthorized',
        'Reading needs to come from the user who started the services, or a token.',
      )
    case 'control':
      if (caller.scope === 'control') return
      if (caller.via === 'token') {
        throw new ServiceError(
          'forbidden_scope',
          'This token may read; control needs the other one.',
        )
      }
      throw new ServiceError(
        'unauthorized',
        'Control needs the control token. The page gets it by itself; programs read it from its file.',
      )
  }
}

function noSuchAddress(route: GuardedRoute | null): ServiceError {
  return new ServiceError(
    'not_found',
    route?.stream === true
      ? 'This address is a stream: open it as a WebSocket.'
      : 'There is nothing at this address. GET /openapi.json lists what there is.',
  )
}

function changes(method: string | undefined): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'
}
