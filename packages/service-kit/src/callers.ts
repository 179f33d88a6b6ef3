import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { BEARER_PROTOCOL_PREFIX, STREAM_PROTOCOL } from '@taskmanager/contracts'
import { isRemote, rawHeaderValues } from '@taskmanager/local-server'
import { ServiceError } from './errors.ts'
import { TokenBucket } from './token-bucket.ts'
import type { TokenStore } from './token-store.ts'

/** The two ends of one TCP connection as this service sees them: local is ours, remote is the caller's. */
export interface PeerConnection {
  localAddress: string
  localPort: number
  remoteAddress: string
  remotePort: number
}

/** `unknown`: the system does not tell here (not loopback, not supported, already gone); a token is needed. */
export type PeerRelation = 'same_user' | 'administrator' | 'other_user' | 'unknown'

/** Who owns the other end of a loopback connection. `createPeerLookup()` of the platform package is one. */
export interface PeerLookup {
  relationOf(connection: PeerConnection): PeerRelation
}

export interface Caller {
  /** `none` reads and changes nothing; control includes read. */
  scope: 'none' | 'read' | 'control'
  /** How the scope was earned. A stream earned by a token ends when that token is revoked. */
  via: 'token' | 'peer' | 'none'
  /** First 8 hex digits of SHA-256 of the token, for the audit log; `null` without a token. */
  tokenId: string | null
  /** From another computer, where control is off: the control token reads and no more. */
  lookingOnly: boolean
}

export const NOBODY: Caller = { scope: 'none', via: 'none', tokenId: null, lookingOnly: false }

export interface CallersOptions {
  /** Belonging to the same user is not enough to read. */
  requireToken: boolean
  /** Control is open to other computers. */
  remoteControl: boolean
}

/** Tells who sends a request: by its token if it has one, else by the owner of the other end of its connection. */
export class Callers {
  readonly #tokens: TokenStore
  readonly #peers: PeerLookup
  readonly #options: CallersOptions
  /** Wrong tokens, all callers together. A right token never asks here, so nobody can lock it out. */
  readonly #wrongTokens = new TokenBucket(10, 10)
  readonly #relations = new WeakMap<Socket, PeerRelation>()

  constructor(tokens: TokenStore, peers: PeerLookup, options: CallersOptions) {
    this.#tokens = tokens
    this.#peers = peers
    this.#options = options
  }

  /** @throws ServiceError unauthorized (401) for a wrong token, too_many_requests (429) for many of them. */
  identify(request: IncomingMessage): Caller {
    const token = presentedToken(request.rawHeaders)
    if (token !== null) return this.#byToken(token, this.#isLookingOnly(request.socket))
    return this.byPeer(request.socket)
  }

  /** By the owner of the other end alone: the user of the services and administrators may read, from this computer. */
  byPeer(socket: Socket): Caller {
    const nobody = { ...NOBODY, lookingOnly: this.#isLookingOnly(socket) }
    if (this.#options.requireToken || isRemote(socket)) return nobody
    const relation = this.#relationOf(socket)
    const trusted = relation === 'same_user' || relation === 'administrator'
    return trusted ? { ...nobody, scope: 'read', via: 'peer' } : nobody
  }

  #isLookingOnly(socket: Socket): boolean {
    return isRemote(socket) && !this.#options.remoteControl
  }

  /** Counts one wrong token or code. @throws ServiceError too_many_requests (429) beyond 10 a second. */
  countWrong(): void {
    if (this.#wrongTokens.take()) return
    throw new ServiceError('too_many_requests', 'Too many wrong tokens. Try again in a second.', {
      retryAfterSeconds: 1,
    })
  }

  #byToken(token: string, lookingOnly: boolean): Caller {
    const scope = this.#tokens.scopeOf(token)
    if (scope !== null) {
      const tokenId = createHash('sha256').update(token).digest('hex').slice(0, 8)
      return { scope: lookingOnly ? 'read' : scope, via: 'token', tokenId, lookingOnly }
    }
    this.countWrong()
    throw new ServiceError(
      'unauthorized',
      'The token is not valid, or no longer. Reload the page, or read the token file again.',
    )
  }

  /** One look-up per connection: the owner of a socket's other end does not change. */
  #relationOf(socket: Socket): PeerRelation {
    const known = this.#relations.get(socket)
    if (known !== undefined) return known
    const relation = this.#lookUp(socket)
    this.#relations.set(socket, relation)
    return relation
  }

  #lookUp(socket: Socket): PeerRelation {
    const { localAddress, localPort, remoteAddress, remotePort } = socket
    if (remoteAddress === undefined || !isLoopback(remoteAddress)) return 'unknown'
    return this.#peers.relationOf({
      localAddress: localAddress ?? '',
      localPort: localPort ?? 0,
      remoteAddress,
      remotePort: remotePort ?? 0,
    })
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}

/**
 * The token of a request: from `Authorization: Bearer`, or from the subprotocols of a stream; `null` without one.
 * @throws ServiceError when there are two, or the header is of another scheme.
 */
function presentedToken(rawHeaders: readonly string[]): string | null {
  const authorizations = rawHeaderValues(rawHeaders, 'authorization')
  const fromProtocols = bearerOfProtocols(rawHeaderValues(rawHeaders, 'sec-websocket-protocol'))
  if (authorizations.length + (fromProtocols === null ? 0 : 1) > 1) {
    throw new ServiceError('bad_request', 'Send one token, not several.')
  }
  const authorization = authorizations[0]
  if (authorization === undefined) return fromProtocols
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? ''
}

function bearerOfProtocols(headers: readonly string[]): string | null {
  if (headers.length === 0) return null
  const offered = headers
    .join(',')
    .split(',')
    .map((protocol) => protocol.trim())
  if (!offered.includes(STREAM_PROTOCOL)) {
    throw new ServiceError('bad_request', `The only subprotocol spoken here is ${STREAM_PROTOCOL}.`)
  }
  const bearers = offered.filter((protocol) => protocol.startsWith(BEARER_PROTOCOL_PREFIX))
  if (bearers.length > 1) throw new ServiceError('bad_request', 'Send one token, not several.')
  return bearers[0]?.slice(BEARER_PROTOCOL_PREFIX.length) ?? null
}
