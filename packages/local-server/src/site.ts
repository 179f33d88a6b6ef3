import type { Socket } from 'node:net'
import type { RemoteAccess } from './remote-access.ts'

/** One way in. Compared as whole strings: no suffix, no part, no pattern. */
export interface Site {
  /** Values of `Host` that are answered, in lower case. */
  readonly hosts: readonly string[]
  /** The origins of our own page. */
  readonly origins: readonly string[]
}

export interface SitePorts {
  /** Of this server. */
  readonly own: number
  /** Of the page server. */
  readonly pages: number
}

/** The three ways to spell this computer from itself. A name that was rebound to loopback is none of them. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'] as const

export function loopbackSite(ports: SitePorts): Site {
  return siteOf('http', LOOPBACK_NAMES, ports)
}

/** Other computers use TLS and the configured names, and nothing else. */
export function remoteSite(remote: RemoteAccess, ports: SitePorts): Site {
  return siteOf('https', remote.hostNames, ports)
}

/** As browsers spell it: the port that the scheme implies is left out. */
function siteOf(scheme: 'http' | 'https', names: readonly string[], ports: SitePorts): Site {
  const urls = (port: number) => names.map((name) => new URL(`${scheme}://${name}:${port}`))
  return {
    hosts: urls(ports.own).map(({ host }) => host),
    origins: urls(ports.pages).map(({ origin }) => origin),
  }
}

/** Whether a connection came in by TLS, which is spoken on the addresses for other computers and nowhere else. */
export function isRemote(socket: Socket): boolean {
  return 'encrypted' in socket && socket.encrypted === true
}

/** Every value of a header as it came, none joined and none dropped. `name` is lower case. */
export function rawHeaderValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const key = rawHeaders[i]
    if (key?.length === name.length && key.toLowerCase() === name)
      values.push(rawHeaders[i + 1] ?? '')
  }
  return values
}
