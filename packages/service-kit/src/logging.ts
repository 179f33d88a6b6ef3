import { pino, type DestinationStream, type Logger, stdSerializers } from 'pino'
import type { LogLevel } from './config.ts'

/** A token, wherever it stands in a text: ours are 43 base64url characters, one-time codes 22. */
const SECRETS = /\b(bearer[ .]+)\S+|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/gi

/** Replaces everything in a text that could be a token of ours. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(SECRETS, (_whole, bearer: string | undefined) => `${bearer ?? ''}********`)
}

/**
 * JSON lines on stdout. Requests are logged by method and route pattern only, never by URL, headers or body;
 * the redaction is for what a fault may drag in.
 */
export function createLogger(
  name: string,
  level: LogLevel,
  destination?: DestinationStream,
): Logger {
  return pino(
    {
      level,
      base: { service: name },
      timestamp: () => `,"time":${Date.now()}`,
      redact: {
        paths: ['authorization', 'sec-websocket-protocol', 'token', 'headers', 'body'].flatMap(
          (key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`],
        ),
        censor: '********',
      },
      serializers: {
        err: (error: Error) => {
          const plain = stdSerializers.err(error)
          return {
            type: plain.type,
            message: withoutSecrets(plain.message),
            stack: withoutSecrets(plain.stack),
            code: (error as NodeJS.ErrnoException).code,
          }
        },
      },
    },
    ...(destination === undefined ? [] : [destination]),
  )
}
