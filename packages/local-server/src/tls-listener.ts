import type { Server as HttpServer } from 'node:http'
import type { Server } from 'node:net'
import type { ConnectionLimit } from './connections.ts'
import { SERVER_LIMITS } from './limits.ts'
import type { RemoteAccess } from './remote-access.ts'

/**
 * Speaks TLS at an address and hands what is inside to an HTTP server, whose limits, guard and streams serve it like
 * everything else. It ends with that server.
 */
export function createTlsListener(
  { certificate, key }: RemoteAccess,
  http: HttpServer,
  connections: ConnectionLimit,
): Server {
  const tls = process.getBuiltinModule('node:tls') // only here: most runs never need it
  const server = tls.createServer({
    cert: certificate,
    key,
    handshakeTimeout: SERVER_LIMITS.headersTimeout,
  })
  connections.watchHandshakes(server)
  server.on('secureConnection', (socket) => http.emit('connection', socket))
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  http.once('close', () => server.close())
  return server
}
