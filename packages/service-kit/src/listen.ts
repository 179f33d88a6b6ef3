import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Service } from './create-service.ts'
import { createServer } from './http.ts'
import { answerClientError, HTTP_LIMITS } from './http-limits.ts'
import { hasLoopbackV6 } from './loopback.ts'

/** A port of ours is held by another program. The message names port and address and says what to do. */
export class PortTakenError extends Error {
  override name = 'PortTakenError'
  readonly port: number
  readonly address: string
  constructor(port: number, address: string, cause: unknown) {
    super(
      `Port ${port} on ${address} is used by another program. Stop that program, then start again; ` +
        'the port is fixed, because the page expects the service there.',
      { cause },
    )
    this.port = port
    this.address = address
  }
}

export interface Listening {
  port: number
  /** Addresses held: 127.0.0.1, and ::1 where the machine has it. */
  addresses: string[]
}

/**
 * Holds the port on 127.0.0.1 and, where the machine has it, on ::1, with the same limits and the same routes.
 * Both or none: whoever holds the other address would receive what browsers send to `localhost`.
 * @throws PortTakenError
 */
export async function listenOnLoopback(service: Service): Promise<Listening> {
  const { app, config } = service
  const v6 = hasLoopbackV6() ? secondServer(service) : null
  await app.ready()
  const port = await holdBoth(service, v6, config.port)
  service.port = port
  const addresses = v6 === null ? ['127.0.0.1'] : ['127.0.0.1', '::1']
  const held = [app.server, ...(v6 === null ? [] : [v6])]
  if (!held.every((server) => (server.address() as AddressInfo | null)?.port === port)) {
    throw new Error(`Port ${port} is not held on every loopback address.`)
  }
  app.log.info({ port, addresses }, 'listening')
  return { port, addresses }
}

async function holdBoth(service: Service, v6: Server | null, wanted: number): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = v6 === null ? wanted : await listen(v6, '::1', wanted)
    try {
      await service.app.listen({ host: '127.0.0.1', port, listenTextResolver: () => 'ready' })
      return (service.app.server.address() as AddressInfo).port
    } catch (error) {
      if (v6 !== null) await new Promise((resolve) => v6.close(resolve))
      // Any free port was asked for, and the one that ::1 got is taken on 127.0.0.1: take another.
      if (wanted === 0 && attempt < 10) continue
      throw portError(error, port, '127.0.0.1')
    }
  }
}

function listen(server: Server, address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(portError(error, port, address))
    server.once('error', fail)
    server.listen({ host: address, port, ipv6Only: true }, () => {
      server.off('error', fail)
      resolve((server.address() as AddressInfo).port)
    })
  })
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

function portError(error: unknown, port: number, address: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return new PortTakenError(port, address, error)
  if (code !== 'EACCES') return error
  return new Error(`Port ${port} on ${address} may not be held by this user.`, { cause: error })
}
