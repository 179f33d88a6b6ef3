import { rawHeaderValues, type Site } from '@taskmanager/local-server'

/**
 * Whether a request names us and nobody else: exactly one `Host` header, equal to one of our own spellings with our
 * port. A name that was rebound to this computer by a hostile DNS server arrives here with that name and is refused.
 * @param rawHeaders names and values alternating, as received (`IncomingMessage.rawHeaders`): the parsed form hides doubles
 */
export function isOwnHost(rawHeaders: readonly string[], { hosts }: Site): boolean {
  const [host, ...more] = rawHeaderValues(rawHeaders, 'host')
  return host !== undefined && more.length === 0 && hosts.includes(host.toLowerCase())
}

/** Whether another page sent the request: it carries an `Origin`, and not exactly one of our own, letter by letter. */
export function isForeignOrigin(rawHeaders: readonly string[], { origins }: Site): boolean {
  const [origin, ...more] = rawHeaderValues(rawHeaders, 'origin')
  return origin !== undefined && (more.length > 0 || !origins.includes(origin))
}
