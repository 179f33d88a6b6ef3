import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { ERRORS, type ErrorBody, type ErrorCode } from '@taskmanager/contracts'
import { ServiceError } from './errors.ts'
import type { LogOnce } from './log-once.ts'
import { withoutSecrets } from './logging.ts'

/** The single error handler: a refusal is answered as it is meant, a bug is logged whole and answered bare. */
export function createErrorHandler(logOnce: LogOnce) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const refusal = refusalOf(error)
    if (refusal.code === 'internal') {
      const route = request.routeOptions.url ?? 'none'
      logOnce.error(
        `route ${request.method} ${route}`,
        { err: error, id: request.id, route, method: request.method },
        'A request failed.',
      )
    }
    sendError(reply, refusal, request.id)
  }
}

export function sendError(reply: FastifyReply, refusal: ServiceError, id: string): void {
  if (refusal.retryAfterSeconds !== undefined)
    reply.header('retry-after', refusal.retryAfterSeconds)
  if (refusal.code === 'unauthorized') reply.header('www-authenticate', 'Bearer')
  void reply
    .code(refusal.status)
    .type('application/json; charset=utf-8')
    .send(errorBody(refusal, id))
}

export function errorBody(refusal: ServiceError, id: string): ErrorBody {
  const body: ErrorBody = { error: refusal.code, message: refusal.message, id }
  if (refusal.detail !== undefined) body.detail = refusal.detail
  return body
}

const INTERNAL =
  'The service could not answer because of a fault of its own. Its log has the details.'

/** Turns whatever was thrown into an answer. */
export function refusalOf(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error
  const { validation, code = '', statusCode = 500 } = error as Partial<FastifyError>
  if (validation !== undefined) return validationRefusal(error as FastifyError)
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new ServiceError('body_too_large', 'The body is larger than 16 KiB.')
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new ServiceError('unsupported_media_type', 'Only application/json is understood.')
  }
  const known = CODE_OF_STATUS.get(statusCode)
  if (known === undefined || known === 'internal') {
    return new ServiceError('internal', INTERNAL, { cause: error })
  }
  // The parser quotes what it stumbled over.
  return new ServiceError(known, sentence(withoutSecrets((error as Error).message)))
}

/** What Fastify itself may answer, by status; everything else is a bug of ours. */
const CODE_OF_STATUS = new Map<number, ErrorCode>([
  [400, 'bad_request'],
  [404, 'not_found'],
  [ERRORS.body_too_large, 'body_too_large'],
  [414, 'bad_request'],
  [ERRORS.unsupported_media_type, 'unsupported_media_type'],
])

/** A request that does not fit its schema, in a sentence that names the field. */
function validationRefusal(error: FastifyError): ServiceError {
  const first = error.validation?.[0]
  const part = error.validationContext ?? 'request'
  const path = (first?.instancePath ?? '').split('/').slice(1).join('.')
  const missing = first?.keyword === 'required' ? String(first.params['missingProperty']) : null
  if (part === 'params' && path === 'pid') {
    return new ServiceError(
      'invalid_pid',
      'The pid must be a whole number from 1 up, in plain digits.',
    )
  }
  if (missing === 'start_id') {
    return new ServiceError(
      'missing_identity',
      'start_id is missing: a pid alone may name another process by now. Take it from the list or the details.',
    )
  }
  const where = path === '' ? `The ${part}` : `${path} in the ${part}`
  if (missing !== null) return new ServiceError('validation', `${where} lacks ${missing}.`)
  const extra = first?.params['additionalProperty']
  if (typeof extra === 'string') {
    return new ServiceError(
      'validation',
      `${where} has ${JSON.stringify(withoutSecrets(extra))}, which is not known here.`,
    )
  }
  return new ServiceError('validation', sentence(`${where} ${first?.message ?? 'is not valid'}`))
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}
