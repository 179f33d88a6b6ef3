/** Every code an answer `{ error, message, id }` may carry, with its HTTP status. One catalogue for all services. */
export const ERRORS = {
  bad_request: 400,
  invalid_pid: 400,
  missing_identity: 400,
  validation: 400,
  unauthorized: 401,
  forbidden_origin: 403,
  forbidden_scope: 403,
  needs_elevation: 403,
  protected: 403,
  confirmation_required: 403,
  not_found: 404,
  gone: 404,
  expired: 408,
  identity_mismatch: 409,
  already_dead: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  wrong_host: 421,
  too_many_requests: 429,
  headers_too_large: 431,
  internal: 500,
  not_supported: 501,
  unavailable: 503,
} as const satisfies Record<string, number>

export type ErrorCode = keyof typeof ERRORS
