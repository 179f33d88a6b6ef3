import { randomBytes } from 'node:crypto'
import cors from '@fastify/cors'
import websocket from '@fastify/websocket'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { ConfigError, ConnectionLimit, loopbackSite, remoteSite } from '@taskmanager/local-server'
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  type preValidationHookHandler,
} from 'fastify'
import type { DestinationStream } from 'pino'
import { Callers, NOBODY, type Caller, type PeerLookup } from './callers.ts'
import type { ServiceConfig } from './config.ts'
import { addDocs, collectApi } from './docs.ts'
import { createErrorHandler, errorBody, refusalOf } from './error-handler.ts'
import { ServiceError } from './errors.ts'
import { Guard, type GuardedRoute } from './guard.ts'
import { answerClientError, BODY_LIMIT_BYTES, HTTP_LIMITS } from './http-limits.ts'
import { LogOnce } from './log-once.ts'
import { createLogger } from './logging.ts'
import { PageServerCheck } from './page-server.ts'
import { convertQuery } from './query-values.ts'
import type { ServiceApp } from './service-app.ts'
import { addHealth, addSession } from './session-routes.ts'
import type { StreamHub } from './stream-hub.ts'
import type { DirectoryFault } from './token-file.ts'
import { TokenStore } from './token-store.ts'

export interface ServiceOptions {
  config: ServiceConfig
  /** Who owns the other end of a connection: `createPeerLookup({ ownerUid: config.ownerUid })` of the platform package. */
  peers: PeerLookup
  /** What lets others into the run directory, by the platform package; `null` where its mode says it all. */
  directoryFault?: DirectoryFault | null
  /** Where log lines go; stdout by default. */
  logTo?: DestinationStream
  /** Monotonic milliseconds, for the life of one-time codes; tests hand in their own. */
  now?: () => number
  /** How often the token files are read again, milliseconds; 2000 by default. */
  tokenPollMs?: number
  /** Called for every request and stream that presented a token that is right, but for what a page follows. */
  onTokenUse?: () => void
  /** Control requests a second, four times as many at once; 5 by default. A test that sends thousands says more. */
  controlsPerSecond?: number
}

/** A service before it listens: add routes to `app`, streams with `addStream`, then `startListening(service)`. */
export interface Service {
  app: ServiceApp
  config: ServiceConfig
  tokens: TokenStore
  /** One line per kind of fault per minute. */
  logOnce: LogOnce
  /** Every stream added by `addStream`; they are ended when the service stops. */
  streams: Set<StreamHub>
  connections: ConnectionLimit
  /** The port held now; the configured one before listening. */
  port: number
}

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
}

interface QuerySchema {
  properties?: Record<string, { type?: unknown }>
}

/**
 * Builds a service with everything both services share: limits, guard, errors, health, session, API page, log.
 * @throws ConfigError when other computers are to be let in and there is no token to ask them for
 */
export async function createService(options: ServiceOptions): Promise<Service> {
  const { config } = options
  const log: FastifyBaseLogger = createLogger(config.name, config.logLevel, options.logTo)
  const tokens = new TokenStore(
    config.runDir,
    {
      ownerUid: config.tokenOwnerUid,
      groupMayRead: config.groupMayReadTokens,
      directoryFault: options.directoryFault ?? null,
    },
    options.tokenPollMs,
  )
  if (config.remote !== null && tokens.problem !== null) {
    tokens.close()
    throw new ConfigError(`Other computers are let in only with a token. ${tokens.problem}`)
  }
  const callers = new Callers(tokens, options.peers, {
    requireToken: config.requireToken,
    remoteControl: config.remote?.control === true,
  })
  const idPrefix = randomBytes(4).toString('base64url')
  let requests = 0
  const app: ServiceApp = Fastify({
    http: HTTP_LIMITS,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: HTTP_LIMITS.requestTimeout,
    keepAliveTimeout: HTTP_LIMITS.keepAliveTimeout,
    trustProxy: false,
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger of its own for each request would cost it more than the guard does, and hardly any request logs a line.
    childLoggerFactory: (logger) => logger,
    genReqId: () => `${idPrefix}-${(requests += 1).toString(36)}`,
    return503OnClosing: true,
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, log),
    frameworkErrors: (error, request, reply) => answerUnroutable(error, request, reply),
    // Fastify's own validator: loaded anyway, and at a third of the start-up CPU of TypeBox's compiler.
    // Nothing is converted, dropped or filled in: a body says what it means, or is refused.
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        allErrors: false,
      },
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
  const service: Service = {
    app,
    config,
    tokens,
    logOnce: new LogOnce(log),
    streams: new Set(),
    connections: new ConnectionLimit(),
    port: config.port,
  }
  const guard = new Guard({
    ports: () => ({ own: service.port, pages: config.pagePort }),
    extraOrigins: config.extraOrigins,
    remote: config.remote,
    callers,
    controlsPerSecond: options.controlsPerSecond ?? 5,
  })

  /** What the router refuses never reaches a hook, so the guard looks at it here: nobody learns more by a bad URL. */
  function answerUnroutable(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    let refusal = refusalOf(error)
    try {
      guard.admit(request.raw, null, false)
    } catch (refused) {
      refusal = refusalOf(refused)
    }
    // The guard finds no route and nothing else wrong, so what remains is the malformed address.
    const mayKnow = refusal.code === 'not_found'
    const answer = mayKnow
      ? new ServiceError('bad_request', 'The address is not well formed.')
      : refusal
    const body = JSON.stringify(errorBody(answer, request.id))
    reply.raw.writeHead(answer.status, {
      ...SECURITY_HEADERS,
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    })
    // Of an upgrade nobody else would close the socket: no hook runs for what the router refused.
    reply.raw.end(body, () => request.raw.socket.destroySoon())
  }

  service.connections.watch(app.server)
  app.decorateRequest('caller', null as unknown as Caller) // set by the guard before any route sees it
  app.decorateRequest('callerOrigin', null)
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler(createErrorHandler(service.logOnce))
  app.setNotFoundHandler(() => {
    throw new ServiceError('not_found', 'There is nothing at this address.')
  })

  // Before the guard, since it only writes what a browser may know of the answer; it admits and refuses nobody.
  await app.register(cors, {
    origin: pageOrigins(config),
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type'],
    maxAge: 600,
    credentials: false,
    preflightContinue: true,
    strictPreflight: false,
  })
  await app.register(websocket, {
    options: {
      maxPayload: 4096,
      perMessageDeflate: false,
      handleProtocols: (offered: Set<string>) => (offered.has('tmp.v1') ? 'tmp.v1' : false),
    },
    preClose: (done) => {
      for (const hub of service.streams) hub.closeAll(1001, 'The service stops.')
      done()
    },
    errorHandler: (error, _socket, request) =>
      request.log.debug({ err: error, id: request.id }, 'stream error'),
  })
  await collectApi(app, config.name)

  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS)
    try {
      const verdict = guard.admit(request.raw, guardedRoute(request), request.ws)
      request.caller = verdict.caller
      request.callerOrigin = verdict.origin
      const isUse = verdict.caller.via === 'token' && request.routeOptions.config.followed !== true
      if (isUse) options.onTokenUse?.()
      if (verdict.preflight) void reply.code(204).send()
      else done()
    } catch (refused) {
      request.caller = NOBODY
      done(refused as Error)
    }
  })
  app.addHook('onRoute', (route) => {
    const query = route.schema?.querystring as QuerySchema | undefined
    const properties = query?.properties
    if (properties === undefined) return
    const convert: preValidationHookHandler = (request, _reply, done) => {
      convertQuery(request.query as Record<string, unknown>, properties)
      done()
    }
    route.preValidation = [convert, ...[route.preValidation ?? []].flat()]
  })
  // Added only where it is seen: a hook that logs to nobody would still cost every request.
  if (config.logLevel === 'debug' || config.logLevel === 'trace')
    app.addHook('onResponse', logAnswer)
  tokens.onRevoked(() => {
    for (const hub of service.streams) hub.closeRevoked()
  })
  app.addHook('onClose', async () => {
    tokens.close()
    service.logOnce.close()
  })

  const pageServer = new PageServerCheck(config.pagePort, tokens)
  const sessionDeps = { name: config.name, tokens, callers, pageServer }
  addHealth(app, sessionDeps)
  addSession(app, options.now === undefined ? sessionDeps : { ...sessionDeps, now: options.now })
  addDocs(app)
  if (tokens.problem !== null) {
    log.warn(
      `No token is accepted: ${tokens.problem} Reading works for the same user; control is off.`,
    )
  }
  return service
}

/** Of every way in; which of them is meant on a connection is the guard's business. */
function pageOrigins({ port, pagePort, remote, extraOrigins }: ServiceConfig): string[] {
  const ports = { own: port, pages: pagePort }
  const sites = [loopbackSite(ports), ...(remote === null ? [] : [remoteSite(remote, ports)])]
  return [...sites.flatMap(({ origins }) => origins), ...extraOrigins]
}

function logAnswer(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const route = request.routeOptions.url ?? 'none'
  const ms = Math.round(reply.elapsedTime * 10) / 10
  const { id, method } = request
  request.log.debug({ id, method, route, status: reply.statusCode, ms }, 'answered')
  done()
}

function guardedRoute(request: FastifyRequest): GuardedRoute | null {
  // The CORS plugin answers OPTIONS everywhere; only its preflights mean something here.
  if (request.is404 || request.method === 'OPTIONS') return null
  const { config } = request.routeOptions
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  return { access: config.access ?? (isRead ? 'read' : 'control'), stream: config.stream ?? false }
}
