import { ERRORS, type ErrorCode } from '@taskmanager/contracts'

/**
 * A refusal the caller is meant to read: throw it anywhere in a route.
 * `message` says what happened, why and what to do; `detail` carries facts for programs.
 */
export class ServiceError extends Error {
  override name = 'ServiceError'
  readonly code: ErrorCode
  readonly detail: Record<string, unknown> | undefined
  /** Seconds for `Retry-After`, with 429 and 503. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    more: { detail?: Record<string, unknown>; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.detail = more.detail
    this.retryAfterSeconds = more.retryAfterSeconds
  }

  get status(): number {
    return ERRORS[this.code]
  }
}
