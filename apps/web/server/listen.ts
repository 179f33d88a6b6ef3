import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  ConnectionLimit,
  createServer,
  createTlsListener,
  hasLoopbackV6,
  holdPort,
  placeOf,
  SERVER_LIMITS,
  type RemoteAccess,
} from '@taskmanager/local-server'

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export interface Listener {
  readonly port: number
  /** Addresses held: `127.0.0.1`, `::1` where the machine has it, and those for other computers. */
  readonly addresses: readonly string[]
  close(): Promise<void>
}

/**
 * Listens on both loopback addresses, and by TLS where other computers are let in. Browsers try `::1` first for
 * `localhost`: whoever held it alone would receive our visitors, so a taken second address is an error like a taken
 * first one.
 * @param port 0 takes a free one (tests)
 * @throws PortTakenError, with nothing left open
 */
export async function startListening(
  handler: Handler,
  port: number,
  remote: RemoteAccess | null = null,
): Promise<Listener> {
  const connections = new ConnectionLimit()
  const v4 = boundedServer(handler, connections)
  const held = [
    { server: v4, address: '127.0.0.1' },
    ...(hasLoopbackV6() ? [{ server: boundedServer(handler, connections), address: '::1' }] : []),
    ...(remote?.addresses ?? []).map((address) => ({
      server: createTlsListener(remote!, v4, connections),
      address,
    })),
  ]
  const actualPort = await holdPort(
    held.map(({ server, address }) => placeOf(server, address)),
    port,
  )
  return {
    port: actualPort,
    addresses: held.map(({ server }) => (server.address() as AddressInfo).address),
    async close() {
      const closed = held.map(({ server }) => new Promise((resolve) => server.close(resolve)))
      connections.closeAll()
      await Promise.all(closed)
    },
  }
}

function boundedServer(handler: Handler, connections: ConnectionLimit): Server {
  // There is no stream here: who asks for one is answered as if it had asked for a page.
  const options = { ...SERVER_LIMITS, shouldUpgradeCallback: () => false }
  const server = createServer(options, (request, response) => {
    handler(request, response).catch((error: unknown) => {
      console.error(
        JSON.stringify({ level: 'error', message: 'request failed', error: String(error) }),
      )
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  connections.watch(server)
  return server
}
