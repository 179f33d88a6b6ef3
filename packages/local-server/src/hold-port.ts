import type { AddressInfo, Server } from 'node:net'
import { ConfigError } from './settings.ts'

/** An address, and how a port is taken there and given back. */
export interface Place {
  readonly address: string
  /** Resolves to the port: the wanted one, or any free one for 0. */
  listen(port: number): Promise<number>
  close(): Promise<unknown>
}

/** A port of ours is held by another program. The message names port and address and says what to do. */
export class PortTakenError extends Error {
  override name = 'PortTakenError'
  readonly port: number
  readonly address: string
  constructor(port: number, address: string, cause: unknown) {
    super(
      `Port ${port} on ${address} is used by another program. Stop that program, then start again; ` +
        'the port is fixed, because the page expects the service there.',
      { cause },
    )
    this.port = port
    this.address = address
  }
}

/**
 * Takes one port at every place, or at none: whoever held another address of ours would receive what is meant for us.
 * @param wanted 0 takes any port that is free at all of them (tests)
 * @throws PortTakenError, ConfigError for an address that this machine does not have
 */
export async function holdPort(places: readonly Place[], wanted: number): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const held: Place[] = []
    let port = wanted
    try {
      for (const place of places) {
        port = await place.listen(port)
        held.push(place)
      }
      return port
    } catch (error) {
      await Promise.all(held.map((place) => place.close()))
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (taken && wanted === 0 && attempt < 10) continue // the one that was free at the first place is taken at another
      throw portError(error, port, places[held.length]?.address ?? '')
    }
  }
}

/** A server of Node's at one address; an IPv6 one leaves IPv4 alone. */
export function placeOf(server: Server, address: string): Place {
  return {
    address,
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host: address, port, ipv6Only: true, exclusive: true }, () => {
          server.off('error', reject)
          resolve((server.address() as AddressInfo).port)
        })
      }),
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

function portError(error: unknown, port: number, address: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return new PortTakenError(port, address, error)
  if (code === 'EADDRNOTAVAIL')
    return new ConfigError(
      `TASKMANAGER_LISTEN holds ${address}, which is not an address of this machine.`,
      { cause: error },
    )
  if (code !== 'EACCES') return error
  return new Error(`Port ${port} on ${address} may not be held by this user.`, { cause: error })
}
