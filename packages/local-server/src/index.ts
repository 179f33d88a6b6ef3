/**
 * How a program of ours holds its port: on both loopback addresses, and on others by TLS where that is set up; who it
 * answers to, and how many connections it keeps. The services and the page server share it; it imports nothing.
 */
export { ConnectionLimit } from './connections.ts'
export { createServer, get } from './http.ts'
export { holdPort, PortTakenError, placeOf, type Place } from './hold-port.ts'
export { SERVER_LIMITS } from './limits.ts'
export { hasLoopbackV6 } from './loopback.ts'
export { readRemoteAccess, type RemoteAccess } from './remote-access.ts'
export { ConfigError, readFlag } from './settings.ts'
export {
  isRemote,
  loopbackSite,
  rawHeaderValues,
  remoteSite,
  type Site,
  type SitePorts,
} from './site.ts'
export { createTlsListener } from './tls-listener.ts'
