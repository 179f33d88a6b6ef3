import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Caller } from './callers.ts'
import type { Access } from './guard.ts'

/** Fastify as every service uses it: TypeBox schemas give the types of params, query, body and answer. */
export type ServiceApp = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. Without it: GET and HEAD need `read`, everything else `control`. */
    access?: Access
    /** A page asks for it again and again while it stands open: a token shown to it is no use of rights. */
    followed?: boolean
  }
  interface FastifyRequest {
    /** Who sent the request, as the guard found out. */
    caller: Caller
    /** The allowed origin the request carries; `null` without one. */
    callerOrigin: string | null
  }
}
