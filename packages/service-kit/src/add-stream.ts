import type { Service } from './create-service.ts'
import { ServiceError } from './errors.ts'
import type { StreamHub, StreamSocket } from './stream-hub.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set by `addStream`: the route is a WebSocket. */
    stream?: boolean
  }
}

/** Serves a hub at a path. Callers need what every read needs; everything else is refused before the upgrade. */
export function addStream(service: Service, path: string, hub: StreamHub): void {
  service.streams.add(hub)
  service.app.route({
    method: 'GET',
    url: path,
    config: { access: 'read', stream: true },
    schema: { hide: true },
    onRequest: async () => {
      if (!hub.isFull) return
      throw new ServiceError(
        'unavailable',
        'All streams of this service are taken. Try again later.',
        {
          retryAfterSeconds: 15,
        },
      )
    },
    handler: async () => {
      throw new ServiceError('not_found', 'This address is a stream: open it as a WebSocket.')
    },
    wsHandler: (socket, request) => {
      hub.attach(socket satisfies StreamSocket, request.caller.via === 'token')
    },
  })
}
