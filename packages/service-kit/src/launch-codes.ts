import { createHash, randomBytes } from 'node:crypto'

export const CODE_LIFETIME_SECONDS = 120
const MAX_OPEN = 16

/**
 * One-time codes that bring the control token to a page whose connection does not say whose it is.
 * Only digests are kept. A code dies by use, after 120 s, or as the oldest of more than 16.
 */
export class LaunchCodes {
  /** Digest to the monotonic millisecond it dies at, oldest first. */
  readonly #open = new Map<string, number>()
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** A new code: 128 random bits, 22 base64url characters. */
  create(): string {
    this.#dropExpired()
    const [oldest] = this.#open.keys()
    if (this.#open.size >= MAX_OPEN && oldest !== undefined) this.#open.delete(oldest)
    const code = randomBytes(16).toString('base64url')
    this.#open.set(digest(code), this.#now() + CODE_LIFETIME_SECONDS * 1000)
    return code
  }

  /** True once for a code that is alive. */
  redeem(code: string): boolean {
    this.#dropExpired()
    return this.#open.delete(digest(code))
  }

  #dropExpired(): void {
    const now = this.#now()
    for (const [key, diesAt] of this.#open) if (diesAt <= now) this.#open.delete(key)
  }
}

function digest(code: string): string {
  return createHash('sha256').update(code).digest('base64')
}
