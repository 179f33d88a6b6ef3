import type { IncomingMessage } from 'node:http'
import { NOBODY, type Caller, type Callers } from './callers.ts'
import {
  isRemote,
  loopbackSite,
  remoteSite,
  type RemoteAccess,
  type Site,
  type SitePorts,
} from '@taskmanager/local-server'
import { ServiceError } from './errors.ts'
import { checkContentType, checkHost, checkOrigin, checkTarget } from './guard-rules.ts'
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
  /** For `Host` and `Origin`; asked every time, since tests learn them only by listening. */
  ports: () => SitePorts
  /** Origins beside our own page's, on loopback. */
  extraOrigins: readonly string[]
  remote: RemoteAccess | null
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

const NOWHERE: Site = { hosts: [], origins: [] }
const LOOKING_ONLY =
  'From other computers this machine may only be looked at. TASKMANAGER_REMOTE_CONTROL=1 opens control there.'

/**
 * The one place where a request is let in, HTTP and WebSocket alike, known route or not. The order matters:
 * target and Host, Origin, preflight, caller, scope, content type. Nothing of the body has been read yet.
 */
export class Guard {
  readonly #options: GuardOptions
  readonly #controlRate: TokenBucket
  #sites: { ports: SitePorts; local: Site; remote: Site | null } | null = null

  constructor(options: GuardOptions) {
    this.#options = options
    const { controlsPerSecond } = options
    this.#controlRate = new TokenBucket(controlsPerSecond, controlsPerSecond * 4)
  }

  /** @throws ServiceError with the refusal */
  admit(request: IncomingMessage, route: GuardedRoute | null, upgrade: boolean): Verdict {
    const { rawHeaders, method, socket } = request
    const { hosts, origins } = this.#siteOf(isRemote(socket))
    checkTarget(request.url)
    checkHost(rawHeaders, hosts)
    const origin = checkOrigin(rawHeaders, origins)
    if (isPreflight(request, origin)) return { caller: NOBODY, origin, preflight: true }

    const access = route?.access ?? 'read' // an unknown address is nobody's business without access
    const caller = this.#callerOf(request, access)
    requireScope(access, caller, origin)
    if (route === null || upgrade !== route.stream) throw noSuchAddress(route)
    if (changes(method)) checkContentType(rawHeaders)
    if (access === 'control') this.#takeControlTurn()
    return { caller, origin, preflight: false }
  }

  /** Who may be named on a connection: loopback and other computers share no name and no page. */
  #siteOf(isFromOther: boolean): Site {
    const { extraOrigins, remote } = this.#options
    const ports = this.#options.ports()
    if (this.#sites?.ports.own !== ports.own) {
      const local = loopbackSite(ports)
      this.#sites = {
        ports,
        local: { ...local, origins: [...local.origins, ...extraOrigins] },
        remote: remote === null ? null : remoteSite(remote, ports),
      }
    }
    return isFromOther ? (this.#sites.remote ?? NOWHERE) : this.#sites.local
  }

  /** A session request is judged by its connection alone: the page asks for one because its token went stale. */
  #callerOf(request: IncomingMessage, access: Access): Caller {
    const { callers } = this.#options
    if (access === 'open') return NOBODY
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

/** Why a caller who may read may not control; `null` when it may. */
export function controlRefusal(caller: Caller): ServiceError | null {
  if (caller.scope === 'control') return null
  if (caller.lookingOnly) return new ServiceError('forbidden_scope', LOOKING_ONLY)
  if (caller.via === 'token') {
    return new ServiceError('forbidden_scope', 'This token may read; control needs the other one.')
  }
  return new ServiceError(
    'unauthorized',
    'Control needs the control token. The page gets it by itself; programs read it from its file.',
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
      if (caller.lookingOnly) throw new ServiceError('forbidden_scope', LOOKING_ONLY)
      return
    case 'read':
      if (caller.scope !== 'none') return
      throw new ServiceError(
        'unauthorized',
        'Reading needs to come from the user who started the services, or a token.',
      )
    case 'control': {
      // Who has no access at all is told that first, from wherever it asks.
      const known = caller.scope === 'none' ? { ...caller, lookingOnly: false } : caller
      const refusal = controlRefusal(known)
      if (refusal !== null) throw refusal
    }
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
