import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerOptions } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import type { ErrorBody, ErrorCode } from '@taskmanager/contracts'
import { SERVER_LIMITS } from '@taskmanager/local-server'

export const BODY_LIMIT_BYTES = 16 * 1024

/** Limits of every HTTP server of a service. */
export const HTTP_LIMITS = {
  ...SERVER_LIMITS,
  /** Only WebSocket is an upgrade; `curl --http2` asks for another and must be answered as usual. */
  shouldUpgradeCallback: (request: IncomingMessage) =>
    request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket',
} satisfies ServerOptions

const ANSWERS: Record<string, [status: string, code: ErrorCode, message: string]> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'headers_too_large',
    'The headers are larger than 16 KiB.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    'expired',
    'The request did not arrive in time.',
  ],
}
const MALFORMED: (typeof ANSWERS)[string] = [
  '400 Bad Request',
  'bad_request',
  'This is not a well-formed HTTP request.',
]

/** Answers what never became a request: malformed, too large or too slow. The connection ends with it. */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  log: FastifyBaseLogger,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const id = randomBytes(6).toString('base64url')
  log.debug({ code: error.code, id }, 'not a request')
  const [status, code, message] = ANSWERS[error.code ?? ''] ?? MALFORMED
  const body = JSON.stringify({ error: code, message, id } satisfies ErrorBody)
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
