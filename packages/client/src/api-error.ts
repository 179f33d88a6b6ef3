import { ERRORS, type ErrorBody, type ErrorCode } from '@taskmanager/contracts'
import { isAxiosError } from 'axios'

/** `no_answer`: nothing came back. `wrong_program`: something else listens on the port; nothing was sent to it. */
export type ClientErrorCode = ErrorCode | 'no_answer' | 'wrong_program'

interface ApiErrorFields {
  readonly status: number
  readonly error: ClientErrorCode
  readonly message: string
  readonly id: string | null
  readonly detail?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Every rejection of this package. `status` is the HTTP status, 0 without an answer; `message` is a sentence for a
 * person; `id` names the request in the log of the service, `null` when no service answered.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly error: ClientErrorCode
  readonly id: string | null
  readonly detail: Readonly<Record<string, unknown>>

  constructor(fields: ApiErrorFields, options?: ErrorOptions) {
    super(fields.message, options)
    this.status = fields.status
    this.error = fields.error
    this.id = fields.id
    this.detail = fields.detail ?? {}
  }

  /** Nobody answered, or not this time: the same may be granted when it is asked again. */
  get isPassing(): boolean {
    return this.error === 'no_answer' || this.status === 429 || this.status >= 500
  }
}

/** Somebody else is on a port of ours. */
export function wrongProgram(port: number): ApiError {
  return new ApiError({
    status: 0,
    error: 'wrong_program',
    message: `Port ${port} is used by another program. Nothing was sent to it.`,
    id: null,
  })
}

/** Turns whatever a request rejected with into an `ApiError`. */
export function toApiError(cause: unknown, port: number): ApiError {
  if (cause instanceof ApiError) return cause
  if (isAxiosError(cause) && cause.response !== undefined) {
    const body: unknown = cause.response.data
    const { status } = cause.response
    if (isErrorBody(body)) return new ApiError({ status, ...body }, { cause })
    return new ApiError(
      {
        status,
        error: status === 401 ? 'unauthorized' : 'internal',
        message: `Port ${port} answered with status ${status} and no reason.`,
        id: null,
      },
      { cause },
    )
  }
  return new ApiError(
    { status: 0, error: 'no_answer', message: `Port ${port} does not answer.`, id: null },
    { cause },
  )
}

function isErrorBody(body: unknown): body is ErrorBody {
  if (typeof body !== 'object' || body === null) return false
  const { error, message, id } = body as Record<string, unknown>
  return (
    typeof error === 'string' &&
    Object.hasOwn(ERRORS, error) &&
    typeof message === 'string' &&
    typeof id === 'string'
  )
}
