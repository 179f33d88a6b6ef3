import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { findPortHolder } from './port-holder.ts'
import { SERVICE_LABELS, SERVICE_NAMES } from './services.ts'
import type { Ports, ServiceName } from './services.ts'

export interface TakenPort {
  readonly service: ServiceName
  readonly port: number
  readonly addresses: readonly string[]
  /** `EADDRINUSE`, `EACCES` for a port that needs rights, or `EADDRNOTAVAIL` for an address of another machine. */
  readonly code: string
}

export interface PortCheck {
  readonly taken: readonly TakenPort[]
  /** Loopback addresses this machine has: `127.0.0.1`, mostly also `::1`. */
  readonly addresses: readonly string[]
}

/**
 * Tries to hold every port on both loopback addresses at once, then lets go. Browsers try `::1` first for `localhost`, so a
 * port that is free on IPv4 alone is not free.
 * @param forOthers further addresses, on which other computers are let in
 */
export async function checkPorts(
  ports: Ports,
  services: readonly ServiceName[] = SERVICE_NAMES,
  forOthers: readonly string[] = [],
): Promise<PortCheck> {
  const addresses = (await hasIpv6Loopback()) ? ['127.0.0.1', '::1'] : ['127.0.0.1']
  const attempts = services.flatMap((service) =>
    [...addresses, ...forOthers].map((address) => ({ service, address })),
  )
  const results = await Promise.all(
    attempts.map(async ({ service, address }) => ({
      service,
      address,
      held: await hold(ports[service], address),
    })),
  )
  await Promise.all(
    results.flatMap(({ held }) => (typeof held === 'string' ? [] : [release(held)])),
  )
  const failures = results.flatMap(({ service, address, held }) =>
    typeof held === 'string' ? [{ service, address, code: held }] : [],
  )
  const taken = services.flatMap((service): TakenPort[] => {
    const failed = failures.filter((failure) => failure.service === service)
    const [first] = failed
    if (first === undefined) return []
    return [
      {
        service,
        port: ports[service],
        addresses: failed.map(({ address }) => address),
        code: first.code,
      },
    ]
  })
  return { taken, addresses }
}

async function hasIpv6Loopback(): Promise<boolean> {
  const held = await hold(0, '::1')
  if (typeof held === 'string') return false
  await release(held)
  return true
}

/** The listening server, or the code of the error. */
function hold(port: number, host: string): Promise<Server | string> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
    server.listen({ port, host, ipv6Only: true, exclusive: true }, () => resolve(server))
  })
}

function release(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}

/** One line that names each taken port, its holder where known, and what to do. */
export function describeTakenPorts(taken: readonly TakenPort[]): string {
  const strange = taken.find(({ code }) => code === 'EADDRNOTAVAIL')
  if (strange !== undefined)
    return `TASKMANAGER_LISTEN holds ${strange.addresses.join(' and ')}, which is not an address of this machine.`
  const parts = taken.map(({ service, port, addresses, code }) => {
    const what = `Port ${port} (${SERVICE_LABELS[service]})`
    if (code === 'EACCES') return `${what} needs rights this user does not have`
    return `${what} is taken on ${addresses.join(' and ')} by ${describeHolder(port)}`
  })
  return `${parts.join('; ')}. Stop that program and start again, or choose other ports with --ports.`
}

function describeHolder(port: number): string {
  const holder = findPortHolder(port)
  if (holder === null) return 'another program'
  if (holder.pid !== null) return `${holder.name ?? 'a process'} (pid ${holder.pid})`
  return `a process of another user (uid ${holder.uid})`
}
