/** A real service on real sockets for the tests of this package; nothing is mocked. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request as httpRequest, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasLoopbackV6 } from '@taskmanager/local-server'
import type { PeerLookup, PeerRelation } from './callers.ts'
import { closeService } from './close.ts'
import { readConfig } from './config.ts'
import { createService, type Service } from './create-service.ts'
import { startListening } from './listen.ts'
import { ensureRunDirectory, healthProof, writeTokens, type Tokens } from './tokens.ts'

export interface Rig {
  service: Service
  port: number
  tokens: Tokens
  runDir: string
  lines: string[]
  close(): Promise<void>
}

export interface RigOptions {
  name?: 'stats' | 'accuracy'
  relation?: PeerRelation
  peers?: PeerLookup
  env?: NodeJS.ProcessEnv
  now?: () => number
  onTokenUse?: () => void
  routes?: (service: Service) => void
}

/** Starts a service on a free port, with its own private directory and tokens. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const root = mkdtempSync(join(tmpdir(), 'service-kit-'))
  const runDir = join(root, 'run')
  ensureRunDirectory(runDir)
  const tokens = writeTokens(runDir)
  const lines: string[] = []
  const env = {
    PORT: '0',
    TASKMANAGER_RUN_DIR: runDir,
    TASKMANAGER_LOG_LEVEL: 'debug',
    ...options.env,
  }
  const service = await createService({
    config: readConfig(options.name ?? 'accuracy', env),
    peers: options.peers ?? { relationOf: () => options.relation ?? 'same_user' },
    logTo: { write: (line: string) => void lines.push(line) },
    tokenPollMs: 25,
    ...(options.now === undefined ? {} : { now: options.now }),
    ...(options.onTokenUse === undefined ? {} : { onTokenUse: options.onTokenUse }),
  })
  options.routes?.(service)
  const { port } = await startListening(service)
  const close = async () => {
    await closeService(service)
    rmSync(root, { recursive: true, force: true })
  }
  return { service, port, tokens, runDir, lines, close }
}

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
  error: string | undefined
}

export interface Ask {
  method?: string
  host?: string
  /** Name and value pairs, sent as they are; `host` is added unless one is among them. */
  headers?: readonly (readonly [string, string])[]
  body?: string
}

/** One request with exactly these headers; an upgrade that is granted answers 101. */
export function ask(
  port: number,
  path: string,
  { method = 'GET', host, headers = [], body }: Ask = {},
) {
  const all = headers.some(([name]) => name.toLowerCase() === 'host')
    ? headers
    : [['host', `localhost:${port}`] as const, ...headers]
  return new Promise<Answer>((resolve, reject) => {
    const request = httpRequest(
      {
        host: host ?? '127.0.0.1',
        port,
        path,
        method,
        agent: false,
        setHost: false,
        headers: all.flat(),
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: text,
            error: errorOf(text),
          }),
        )
      },
    )
    request.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ status: 101, headers: response.headers, body: '', error: undefined })
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** Bytes as they are; the whole answer as text, once the service hangs up or the status line is there. */
export function askRaw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk
      if (text.includes('\r\n\r\n')) socket.end()
    })
    socket.on('close', () => resolve(text))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve(text) : reject(error),
    )
  })
}

export const UPGRADE = [
  ['connection', 'Upgrade'],
  ['upgrade', 'websocket'],
  ['sec-websocket-version', '13'],
  ['sec-websocket-key', 'AAAAAAAAAAAAAAAAAAAAAA=='],
] as const

export const bearer = (token: string) => ['authorization', `Bearer ${token}`] as const
export const JSON_TYPE = ['content-type', 'application/json'] as const

/** A page server on all loopback addresses that proves with a read token (a wrong one makes it a squatter). */
export async function startPageServer(
  readToken: string,
  wantedPort = 0,
): Promise<{ port: number; close(): void }> {
  const servers: Server[] = []
  const answer = (url: string) => {
    const challenge = new URL(url, 'http://localhost').searchParams.get('challenge') ?? ''
    return JSON.stringify({ proof: healthProof(readToken, 'pages', challenge) })
  }
  let port = wantedPort
  for (const host of hasLoopbackV6() ? ['127.0.0.1', '::1'] : ['127.0.0.1']) {
    const server = createServer((request, response) => response.end(answer(request.url ?? '/')))
    await new Promise<void>((resolve) => server.listen(port, host, resolve))
    port = (server.address() as AddressInfo).port
    servers.push(server)
  }
  return { port, close: () => servers.forEach((server) => server.close()) }
}

function errorOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { error?: string }).error
  } catch {
    return undefined // not one of our JSON answers
  }
}
