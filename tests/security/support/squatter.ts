import { createServer, type Server, type Socket } from 'node:net'
import type { ServiceName } from '@taskmanager/contracts'
import { until } from '../../launcher/launched.ts'
import type { StartedProduct } from '../../support/started-product.ts'

const HOSTS = ['127.0.0.1', '::1'] as const

/** Holds a port, answers everything, and keeps what it was told. */
export interface Squatter extends AsyncDisposable {
  heard(): string
}

/** `stranger`: a program that came to this port by chance. `impostor`: one that answers as if it were us, to any page. */
export type SquatterKind = 'stranger' | 'impostor'

/** Takes the port on the given addresses; waits until a program that is about to end has let go of it. */
export async function squat(
  port: number,
  kind: SquatterKind,
  hosts: readonly string[] = HOSTS,
): Promise<Squatter> {
  const heard: Buffer[] = []
  const sockets = new Set<Socket>()
  const servers: Server[] = []
  for (const host of hosts) {
    await until(`the squatter has ${port} on ${host}`, async () => {
      const server = await hold(port, host, (socket) => {
        sockets.add(socket)
        socket.on('error', () => undefined)
        socket.on('data', (chunk: Buffer) => {
          heard.push(chunk)
          socket.end(ANSWERS[kind])
        })
      })
      if (server !== null) servers.push(server)
      return server !== null
    })
  }
  return {
    heard: () => Buffer.concat(heard).toString('latin1'),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await Promise.all(
        servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
      )
    },
  }
}

/** A service crashes, and a stranger has its port before the launcher, which is made to wait, starts it again. */
export async function usurp(
  product: StartedProduct,
  name: ServiceName,
  kind: SquatterKind,
): Promise<Squatter> {
  process.kill(product.pid, 'SIGSTOP')
  try {
    process.kill(product.servicePid(name) ?? Number.NaN, 'SIGKILL')
    return await squat(product.ports[name], kind)
  } finally {
    process.kill(product.pid, 'SIGCONT')
  }
}

const CLAIMS = JSON.stringify({
  status: 'ok',
  service: 'stats',
  api_version: 1,
  proof: 'x'.repeat(43),
  token: 'x'.repeat(43),
  scope: 'control',
})
const ANSWERS: Record<SquatterKind, string> = {
  stranger: 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  impostor: [
    'HTTP/1.1 200 OK',
    'Content-Type: application/json',
    'Access-Control-Allow-Origin: *',
    'Access-Control-Allow-Headers: authorization, content-type',
    `Content-Length: ${CLAIMS.length}`,
    'Connection: close',
    '',
    CLAIMS,
  ].join('\r\n'),
}

function hold(
  port: number,
  host: string,
  onConnection: (socket: Socket) => void,
): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer(onConnection)
    server.once('error', () => resolve(null))
    server.listen({ port, host, ipv6Only: true, exclusive: true }, () => resolve(server))
  })
}
