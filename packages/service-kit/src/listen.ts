import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  createServer,
  createTlsListener,
  hasLoopbackV6,
  holdPort,
  placeOf,
  type Place,
} from '@taskmanager/local-server'
import type { Service } from './create-service.ts'
import { answerClientError, HTTP_LIMITS } from './http-limits.ts'

export interface Listening {
  port: number
  /** Addresses held: 127.0.0.1, ::1 where the machine has it, and those for other computers. */
  addresses: string[]
}

/**
 * Holds the port on 127.0.0.1 and, where the machine has it, on ::1, with the same limits and the same routes; by TLS
 * also where other computers are let in. All or none.
 * @throws PortTakenError
 */
export async function startListening(service: Service): Promise<Listening> {
  const { app, config, connections } = service
  const { remote } = config
  await app.ready()
  const v6 = hasLoopbackV6() ? secondServer(service) : null
  const forOthers = (remote?.addresses ?? []).map((address) => ({
    address,
    server: createTlsListener(remote!, app.server, connections),
  }))
  const places: Place[] = [
    ...(v6 === null ? [] : [placeOf(v6, '::1')]),
    ...forOthers.map(({ server, address }) => placeOf(server, address)),
    fastifyPlace(service),
  ]
  const port = await holdPort(places, config.port)
  service.port = port
  const held = [app.server, ...(v6 === null ? [] : [v6]), ...forOthers.map(({ server }) => server)]
  if (!held.every((server) => (server.address() as AddressInfo | null)?.port === port)) {
    throw new Error(`Port ${port} is not held on every address.`)
  }
  const addresses = held.map((server) => (server.address() as AddressInfo).address)
  app.log.info({ port, addresses }, 'listening')
  return { port, addresses }
}

/** The last place: it cannot be given back alone. */
function fastifyPlace({ app }: Service): Place {
  return {
    address: '127.0.0.1',
    async listen(port) {
      await app.listen({ host: '127.0.0.1', port, listenTextResolver: () => 'ready' })
      return (app.server.address() as AddressInfo).port
    },
    close: () => app.close(),
  }
}

function secondServer(service: Service): Server {
  const { app, connections } = service
  const server = createServer(HTTP_LIMITS, (request, response) => app.routing(request, response))
  server.on('upgrade', (request, socket, head) => app.server.emit('upgrade', request, socket, head))
  server.on('clientError', (error, socket) => answerClientError(error, socket as never, app.log))
  connections.watch(server)
  app.server.once('close', () => server.close())
  return server
}
