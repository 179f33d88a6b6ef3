import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConnectionLimit } from './connections.ts'

/** Without the ES facade of `node:http`, which loads all of undici: 2 MB of memory for nothing. */
const { createServer } = process.getBuiltinModule('node:http')

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export interface Listener {
  readonly port: number
  /** The loopback addresses held: `127.0.0.1`, and `::1` where the machine has it. */
  readonly addresses: readonly string[]
  close(): Promise<void>
}

const LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
  /** The guard answers a missing Host itself, like a wrong one. */
  requireHostHeader: false,
} as const

/**
 * Listens on both loopback addresses. Browsers try `::1` first for `localhost`: whoever held it alone would receive our
 * visitors, so a taken second address is an error like a taken first one. Only a machine without IPv6 goes without.
 * @param port 0 takes a free one (tests)
 * @throws the listen error, with nothing left open
 */
export async function listenOnLoopback(handler: Handler, port: number): Promise<Listener> {
  const connections = new ConnectionLimit()
  const v4 = boundedServer(handler, connections)
  await listen(v4, '127.0.0.1', port)
  const actualPort = (v4.address() as AddressInfo).port
  const v6 = boundedServer(handler, connections)
  const servers = [v4]
  try {
    await listen(v6, '::1', actualPort)
    servers.push(v6)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'EADDRNOTAVAIL' && code !== 'EAFNOSUPPORT') {
      await closeServer(v4)
      throw error
    }
  }
  return {
    port: actualPort,
    addresses: servers.map((server) => (server.address() as AddressInfo).address),
    async close() {
      const closed = servers.map(closeServer)
      connections.closeAll()
      await Promise.all(closed)
    },
  }
}

function boundedServer(handler: Handler, connections: ConnectionLimit): Server {
  const server = createServer(LIMITS, (request, response) => {
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

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, ipv6Only: true, exclusive: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}
