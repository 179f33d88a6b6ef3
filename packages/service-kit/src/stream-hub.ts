import { CLOSE_REVOKED } from '@taskmanager/contracts'
import { parseStreamRequest } from './stream-request.ts'

/** As much of a WebSocket as the hub uses (of the `ws` library). */
export interface StreamSocket {
  /** Bytes taken from us and not yet taken by the system. */
  readonly bufferedAmount: number
  send(data: Buffer, options: { binary: boolean }): void
  ping(): void
  close(code: number, reason: string): void
  terminate(): void
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown
  on(event: 'pong' | 'close', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** What one tick has to say. */
export interface StreamFrame {
  /**
   * The whole state of this tick as JSON text. Called at most once per frame, and only when somebody needs it;
   * it may be called until the next `publish`, and must then still describe this tick.
   */
  snapshot: () => string
  /** What changed since the frame before, as JSON text; `null` when everybody shall get the snapshot. */
  delta: string | null
}

export interface StreamHubOptions {
  /** Called when the fastest asked interval changes, in milliseconds: the sampler adapts. */
  onDemand?: (intervalMs: number) => void
  /** Monotonic milliseconds. */
  now?: () => number
  limits?: Partial<StreamLimits>
}

export interface StreamLimits {
  maxSockets: number
  /** Above so many unsent bytes a client is passed over, and later gets a snapshot. */
  skipBytes: number
  /** Above so many it is closed. */
  closeBytes: number
  /** Passed over for so long it is closed. */
  stallMs: number
  heartbeatMs: number
}

const LIMITS: StreamLimits = {
  maxSockets: 32,
  skipBytes: 1024 * 1024,
  closeBytes: 8 * 1024 * 1024,
  stallMs: 30_000,
  heartbeatMs: 15_000,
}

/** With a viewer that asked for nothing else, and with no viewer at all. */
export const WATCHED_INTERVAL_MS = 1000
export const IDLE_INTERVAL_MS = 5000
/** A page that polls counts as a viewer for so long after each question. */
const POLLING_VIEWER_MS = 10_000
/** How long a closing handshake may take before the connection is cut. */
const CLOSE_GRACE_MS = 1000
/** Ticks come a little early or late; a client gets its frame when this much of its interval has passed. */
const ALMOST = 0.9

interface Client {
  socket: StreamSocket
  byToken: boolean
  intervalMs: number
  needsSnapshot: boolean
  /** When it was first passed over without having recovered since; `null` while it keeps up. */
  stalledSinceMs: number | null
  lastFrameMs: number | null
  missedPongs: number
}

/**
 * All viewers of one stream. One serialised delta per tick is shared by all of them, and one snapshot is made when
 * somebody needs it. A slow viewer loses frames and never grows a queue: what it gets next is the newest snapshot.
 */
export class StreamHub {
  readonly #limits: StreamLimits
  readonly #now: () => number
  readonly #onDemand: ((intervalMs: number) => void) | undefined
  readonly #clients = new Set<Client>()
  #frame: { snapshot: () => Buffer } | null = null
  #heartbeat: NodeJS.Timeout | null = null
  #pollingTimer: NodeJS.Timeout | null = null
  #demandMs = IDLE_INTERVAL_MS

  constructor(options: StreamHubOptions = {}) {
    this.#limits = { ...LIMITS, ...options.limits }
    this.#now = options.now ?? (() => performance.now())
    this.#onDemand = options.onDemand
  }

  get clientCount(): number {
    return this.#clients.size
  }

  get isFull(): boolean {
    return this.#clients.size >= this.#limits.maxSockets
  }

  /** The fastest interval any viewer asks for; 1000 when none asked, 5000 when nobody watches. */
  fastestAskedIntervalMs(): number {
    return this.#demandMs
  }

  /** Tells everybody about a new tick. */
  publish(frame: StreamFrame): void {
    const now = this.#now()
    this.#frame = { snapshot: once(() => Buffer.from(frame.snapshot())) }
    const delta = frame.delta === null ? null : Buffer.from(frame.delta)
    for (const client of this.#clients) this.#offer(client, delta, now)
  }

  /** A viewer that polls instead of streaming: call it for each HTTP request that reads the same data. */
  noteReader(): void {
    if (this.#pollingTimer === null) {
      this.#pollingTimer = setTimeout(() => {
        this.#pollingTimer = null
        this.#updateDemand()
      }, POLLING_VIEWER_MS)
      this.#pollingTimer.unref()
      this.#updateDemand()
    } else {
      this.#pollingTimer.refresh()
    }
  }

  /** Takes a socket in; it gets a snapshot at once when there has been a tick. */
  attach(socket: StreamSocket, byToken: boolean): void {
    const client: Client = {
      socket,
      byToken,
      intervalMs: WATCHED_INTERVAL_MS,
      needsSnapshot: true,
      stalledSinceMs: null,
      lastFrameMs: null,
      missedPongs: 0,
    }
    this.#clients.add(client)
    socket.on('message', (data, isBinary) => this.#hear(client, data, isBinary))
    socket.on('pong', () => (client.missedPongs = 0))
    socket.on('close', () => this.#detach(client))
    // A malformed frame: the library has sent the fitting close code; a peer that ignores it is cut off.
    socket.on('error', () => cutAfterGrace(socket))
    this.#startHeartbeat()
    this.#updateDemand()
    if (this.#frame !== null) this.#offer(client, null, this.#now())
  }

  /** Ends the streams that were opened with a token, since tokens were revoked. */
  closeRevoked(): void {
    for (const client of this.#clients) {
      if (client.byToken) this.#end(client, CLOSE_REVOKED, 'The token was revoked.')
    }
  }

  closeAll(code: number, reason: string): void {
    for (const client of this.#clients) this.#end(client, code, reason)
  }

  #offer(client: Client, delta: Buffer | null, now: number): void {
    const { socket } = client
    const unsent = socket.bufferedAmount
    if (unsent > this.#limits.skipBytes) {
      client.needsSnapshot = true
      client.stalledSinceMs ??= now
      this.#endIfStalled(client, now)
      return
    }
    client.stalledSinceMs = null
    const early =
      client.lastFrameMs !== null && now - client.lastFrameMs < client.intervalMs * ALMOST
    if (early) {
      client.needsSnapshot = true // the delta it does not get now is missing from its state
      return
    }
    const data = client.needsSnapshot || delta === null ? this.#frame?.snapshot() : delta
    if (data === undefined) return
    client.needsSnapshot = false
    client.lastFrameMs = now
    socket.send(data, { binary: false })
  }

  #endIfStalled(client: Client, now: number): void {
    const { stalledSinceMs, socket } = client
    if (stalledSinceMs === null) return
    const tooLong = now - stalledSinceMs >= this.#limits.stallMs
    if (tooLong || socket.bufferedAmount > this.#limits.closeBytes) {
      this.#end(client, 1013, 'Too slow to follow; try again later.')
    }
  }

  #hear(client: Client, data: Buffer, isBinary: boolean): void {
    if (isBinary) {
      this.#end(client, 1003, 'Text messages only.')
      return
    }
    const request = parseStreamRequest(data)
    if (request.kind === 'refused') {
      this.#end(client, request.closeCode, request.reason)
      return
    }
    client.intervalMs = request.value.interval_ms
    this.#updateDemand()
  }

  #end(client: Client, code: number, reason: string): void {
    this.#detach(client)
    client.socket.close(code, reason)
    cutAfterGrace(client.socket) // a peer that does not read never answers the close
  }

  #detach(client: Client): void {
    if (!this.#clients.delete(client)) return
    if (this.#clients.size === 0) this.#stopHeartbeat()
    this.#updateDemand()
  }

  #updateDemand(): void {
    const asked = Array.from(this.#clients, (client) => client.intervalMs)
    if (this.#pollingTimer !== null) asked.push(WATCHED_INTERVAL_MS)
    const demandMs = asked.length === 0 ? IDLE_INTERVAL_MS : Math.min(...asked)
    if (demandMs === this.#demandMs) return
    this.#demandMs = demandMs
    this.#onDemand?.(demandMs)
  }

  #startHeartbeat(): void {
    if (this.#heartbeat !== null) return
    this.#heartbeat = setInterval(() => this.#beat(), this.#limits.heartbeatMs)
    this.#heartbeat.unref()
  }

  #stopHeartbeat(): void {
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat)
    this.#heartbeat = null
  }

  #beat(): void {
    const now = this.#now()
    for (const client of this.#clients) {
      this.#endIfStalled(client, now)
      if (client.missedPongs >= 2) {
        this.#detach(client)
        client.socket.terminate()
        continue
      }
      client.missedPongs += 1
      client.socket.ping()
    }
  }
}

function cutAfterGrace(socket: StreamSocket): void {
  const timer = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS)
  socket.on('close', () => clearTimeout(timer))
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}
