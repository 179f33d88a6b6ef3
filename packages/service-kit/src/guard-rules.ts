/** The pure half of the guard: what one request says about itself, judged without looking at anything else. */
import { rawHeaderValues } from '@taskmanager/local-server'
import { ServiceError } from './errors.ts'

/** @throws ServiceError bad_request (400): an absolute target, or `*`, or anything else not starting with a slash. */
export function checkTarget(url: string | undefined): void {
  if (url?.startsWith('/') !== true) {
    throw new ServiceError('bad_request', 'The request target must be a path that begins with "/".')
  }
}

/** @throws ServiceError wrong_host (421) */
export function checkHost(rawHeaders: readonly string[], allowed: readonly string[]): void {
  const hosts = rawHeaderValues(rawHeaders, 'host')
  const host = hosts[0]?.toLowerCase()
  if (hosts.length !== 1 || host === undefined || !allowed.includes(host)) {
    throw new ServiceError(
      'wrong_host',
      `This service answers only to ${allowed.join(', ')}. Open it by one of these names.`,
    )
  }
}

/**
 * The one allowed origin of the request, or `null` when it carries none.
 * @throws ServiceError forbidden_origin (403)
 */
export function checkOrigin(
  rawHeaders: readonly string[],
  allowed: readonly string[],
): string | null {
  const origins = rawHeaderValues(rawHeaders, 'origin')
  if (origins.length === 0) {
    checkFetchSite(rawHeaders)
    return null
  }
  const origin = origins[0]
  if (origins.length !== 1 || origin === undefined || !allowed.includes(origin)) {
    throw new ServiceError('forbidden_origin', 'Requests from this page are not accepted.')
  }
  return origin
}

/** Images, scripts and links of other sites, and of other ports of this computer, send no origin but say this. */
function checkFetchSite(rawHeaders: readonly string[]): void {
  const sites = rawHeaderValues(rawHeaders, 'sec-fetch-site')
  if (sites.some((site) => site === 'cross-site' || site === 'same-site')) {
    throw new ServiceError(
      'forbidden_origin',
      'Requests that another page starts are not accepted. Type the address to open it.',
    )
  }
}

/** A plain form can send no other type than three, and JSON is not among them; so only JSON may change anything. */
export function checkContentType(rawHeaders: readonly string[]): void {
  const types = rawHeaderValues(rawHeaders, 'content-type')
  if (types.length !== 1 || !/^application\/json(; ?charset=utf-8)?$/i.test(types[0] ?? '')) {
    throw new ServiceError(
      'unsupported_media_type',
      'Send the body as JSON with the header "content-type: application/json".',
    )
  }
}
