/**
 * Whether a request names us and nobody else: exactly one `Host` header, equal to one of our own spellings with our
 * port. A name that was rebound to 127.0.0.1 by a hostile DNS server arrives here with that name and is refused.
 * @param rawHeaders names and values alternating, as received (`IncomingMessage.rawHeaders`): the parsed form hides doubles
 */
export function isOwnHost(rawHeaders: readonly string[], port: number): boolean {
  const [host, ...more] = valuesOf(rawHeaders, 'host')
  return host !== undefined && more.length === 0 && ownNames(port).includes(host.toLowerCase())
}

/** Whether another page sent the request: it carries an `Origin`, and not exactly one of our own, letter by letter. */
export function isForeignOrigin(rawHeaders: readonly string[], port: number): boolean {
  const [origin, ...more] = valuesOf(rawHeaders, 'origin')
  if (origin === undefined) return false
  return more.length > 0 || !ownNames(port).some((name) => origin === `http://${name}`)
}

function ownNames(port: number): string[] {
  return [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]
}

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === name) values.push(rawHeaders[i + 1] ?? '')
  }
  return values
}
