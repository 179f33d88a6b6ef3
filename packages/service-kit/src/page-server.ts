import { randomBytes, timingSafeEqual } from 'node:crypto'
import { get, hasLoopbackV6 } from '@taskmanager/local-server'
import type { TokenStore } from './token-store.ts'

const TIMEOUT_MS = 1000
const CACHE_MS = 2000
const MAX_ANSWER_BYTES = 4096

/**
 * Whether the page server is up and ours. Its port is every development server's port, so a page from there is
 * only believed while our own server proves on every loopback address that it holds the port.
 */
export class PageServerCheck {
  readonly #port: number
  readonly #tokens: TokenStore
  #last: { atMs: number; ours: Promise<boolean> } | null = null

  constructor(port: number, tokens: TokenStore) {
    this.#port = port
    this.#tokens = tokens
  }

  isOurs(): Promise<boolean> {
    const now = performance.now()
    if (this.#last === null || now - this.#last.atMs > CACHE_MS) {
      this.#last = { atMs: now, ours: this.#askAll() }
    }
    return this.#last.ours
  }

  async #askAll(): Promise<boolean> {
    const hosts = hasLoopbackV6() ? ['127.0.0.1', '::1'] : ['127.0.0.1']
    const answers = await Promise.all(hosts.map((host) => this.#ask(host)))
    return answers.every(Boolean)
  }

  async #ask(host: string): Promise<boolean> {
    const challenge = randomBytes(24).toString('base64url')
    const expected = this.#tokens.proof('pages', challenge)
    if (expected === null) return false
    const text = await fetchText(host, this.#port, `/health?challenge=${challenge}`)
    const proof = text === null ? null : proofOf(text)
    return proof !== null && sameText(proof, expected)
  }
}

function proofOf(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text)
    const proof = (body as { proof?: unknown } | null)?.proof
    return typeof proof === 'string' ? proof : null
  } catch {
    return null // not JSON: another program answers there
  }
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** The body of a 200 answer, or `null` for anything else: no answer, too slow, too long, another status. */
function fetchText(host: string, port: number, path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const name = host.includes(':') ? `[${host}]` : host
    const request = get(
      { host, port, path, agent: false, headers: { host: `${name}:${port}` }, timeout: TIMEOUT_MS },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
          if (text.length > MAX_ANSWER_BYTES) request.destroy()
        })
        response.on('end', () => resolve(response.statusCode === 200 ? text : null))
        response.on('close', () => resolve(null))
      },
    )
    // `timeout` only watches for silence; a server that drips would hold us longer.
    const deadline = setTimeout(() => request.destroy(), TIMEOUT_MS)
    request.on('close', () => clearTimeout(deadline))
    request.on('error', () => resolve(null))
  })
}
