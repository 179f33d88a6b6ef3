import type { StreamRequest } from '@taskmanager/contracts'
import { STREAM_PROTOCOL } from '@taskmanager/contracts'
import { nextTask } from './pieces.ts'

/**
 * connecting: first attempt, nothing known yet · live: frames arrive · stale: connected, but three samples were
 * missed · down: no connection, the next attempt is planned · wrong_program: somebody else holds the port.
 */
export type StreamState = 'connecting' | 'live' | 'stale' | 'down' | 'wrong_program'

export interface StreamStatus {
  readonly state: StreamState
  /** Instant of the next attempt, epoch milliseconds; `null` while connected or connecting. */
  readonly retryAtMs: number | null
}

export interface StreamOptions {
  readonly url: string
  /** What comes while a frame is worked on waits until the promise has settled. */
  readonly onFrame: (frame: unknown) => void | Promise<void>
  readonly onState: (status: StreamStatus) => void
  readonly intervalMs: number
  /** Subprotocols, asked for anew at each attempt: the token may have changed. */
  readonly protocols?: () => Promise<readonly string[]>
  /** Whether a frame is one of ours; without it every JSON is. */
  readonly isFrame?: (frame: unknown) => boolean
  /** Asked after an attempt that never opened. */
  readonly isWrongProgram?: () => Promise<boolean>
  /** The world, handed in by tests. */
  readonly createSocket?: (url: string, protocols: string[]) => WebSocket
  readonly random?: () => number
}

export interface Stream {
  /** How often frames are wanted. Sent at once, and again after each reconnect. */
  setInterval(intervalMs: number): void
  retryNow(): void
  /** Drops the connection and opens a new one: its first frame is a whole picture. */
  restart(): void
  close(): void
}

const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 30_000
const MISSED_SAMPLES = 3
/** Reading and applying a frame of this length take a task each: together they would hold up the page. Characters. */
const LARGE_FRAME = 256 * 1024

/** Wait before attempt `n` (0 first): 1, 2, 4 … 30 s, plus up to a quarter so that tabs do not knock together. */
export function retryDelayMs(failures: number, random: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (1 + random / 4)
}

/** A WebSocket that comes back by itself. Frames are parsed JSON; what is no frame of ours comes from somebody else. */
export function openStream(options: StreamOptions): Stream {
  const { random = Math.random, createSocket = (url, list) => new WebSocket(url, list) } = options
  let intervalMs = options.intervalMs
  let socket: WebSocket | null = null
  let failures = 0
  let closed = false
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let staleTimer: ReturnType<typeof setTimeout> | undefined
  let attempt = 0
  let last: StreamStatus | null = null

  function report(state: StreamState, retryAtMs: number | null = null): void {
    if (closed || (last?.state === state && last.retryAtMs === retryAtMs)) return
    last = { state, retryAtMs }
    options.onState(last)
  }

  function watchForSilence(): void {
    clearTimeout(staleTimer)
    staleTimer = setTimeout(() => report('stale'), MISSED_SAMPLES * intervalMs + 500)
  }

  function sendRate(): void {
    if (socket?.readyState !== WebSocket.OPEN) return
    const request: StreamRequest = { type: 'rate', interval_ms: intervalMs }
    socket.send(JSON.stringify(request))
  }

  function planRetry(state: 'down' | 'wrong_program'): void {
    clearTimeout(staleTimer)
    clearTimeout(retryTimer)
    const delay = retryDelayMs(failures, random())
    failures += 1
    retryTimer = setTimeout(() => void connect(), delay)
    report(state, Date.now() + delay)
  }

  async function failed(number: number): Promise<void> {
    const wrong = (await options.isWrongProgram?.()) ?? false
    if (number !== attempt || closed) return
    planRetry(wrong ? 'wrong_program' : 'down')
  }

  async function connect(): Promise<void> {
    attempt += 1
    const number = attempt
    clearTimeout(retryTimer)
    if (last === null) report('connecting')
    let protocols: readonly string[]
    try {
      protocols = (await options.protocols?.()) ?? [STREAM_PROTOCOL]
    } catch {
      // No token, or a service that could not prove itself: nothing may be sent.
      if (number === attempt && !closed) await failed(number)
      return
    }
    if (number !== attempt || closed) return
    listen(createSocket(options.url, [...protocols]), number)
  }

  function listen(next: WebSocket, number: number): void {
    socket = next
    let opened = false
    let isForeign = false
    /** Frames that wait for a task of their own, in their order; null when none does. */
    let waiting: Promise<void> | null = null
    const deliver = (frame: unknown): void | Promise<void> => {
      if (number === attempt && !closed) return options.onFrame(frame)
    }
    const inTurn = async (before: Promise<void> | null, frame: unknown): Promise<void> => {
      await Promise.allSettled([before])
      await nextTask()
      await deliver(frame)
    }
    const wait = (turn: Promise<void>): void => {
      waiting = turn
      void turn.finally(() => {
        if (waiting === turn) waiting = null
      })
    }
    next.addEventListener('open', () => {
      opened = true
      sendRate()
      watchForSilence()
    })
    next.addEventListener('message', (event) => {
      if (number !== attempt) return
      const text = String(event.data)
      const frame = parse(text)
      if (frame === undefined || options.isFrame?.(frame) === false) {
        isForeign = true
        next.close()
        return
      }
      failures = 0
      watchForSilence()
      report('live')
      if (waiting !== null || text.length >= LARGE_FRAME) return wait(inTurn(waiting, frame))
      const work = deliver(frame)
      if (work !== undefined) wait(work)
    })
    next.addEventListener('close', () => {
      if (number !== attempt || closed) return
      socket = null
      if (opened) planRetry(isForeign ? 'wrong_program' : 'down')
      else void failed(number)
    })
  }

  function drop(): void {
    attempt += 1
    clearTimeout(retryTimer)
    clearTimeout(staleTimer)
    socket?.close()
    socket = null
  }

  void connect()
  return {
    setInterval(next) {
      intervalMs = next
      sendRate()
      if (socket?.readyState === WebSocket.OPEN) watchForSilence()
    },
    retryNow() {
      if (socket !== null) return
      failures = 0
      void connect()
    },
    restart() {
      drop()
      void connect()
    },
    close() {
      closed = true
      drop()
    },
  }
}

/** `undefined`: it is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
