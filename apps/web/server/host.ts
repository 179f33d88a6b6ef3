/**
 * Whether a request names us and nobody else: exactly one `Host` header, equal to one of our own spellings with our
 * port. A name that was rebound to 127.0.0.1 by a hostile DNS server arrives here with that name and is refused.
 * @param rawHeaders names and values alternating, as received (`IncomingMessage.rawHeaders`): the parsed form hides doubles
 */
export function isOwnHost(rawHeaders: readonly string[], port: number): boolean {
  const hosts: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === 'host') hosts.push(rawHeaders[i + 1] ?? '')
  }
  const [host] = hosts
  if (host === undefined || hosts.length !== 1) return false
  return [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`].includes(host.toLowerCase())
}
