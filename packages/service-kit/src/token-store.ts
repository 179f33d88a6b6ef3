import { createHash, timingSafeEqual } from 'node:crypto'
import {
  deriveReadToken,
  healthProof,
  readControlToken,
  readReadToken,
  TokenFileError,
  type TokenFileRules,
} from './tokens.ts'

/** Well inside the 5 s in which a deleted or replaced file must be noticed. */
const POLL_MS = 2000

export type TokenScope = 'read' | 'control'

interface Held {
  control: string | null
  read: string | null
}

/**
 * The tokens this service accepts right now. It reads the files again every 2 s; deleting or replacing them
 * revokes. Without usable files the service runs on and grants nothing by token. While there is no descriptor to read a
 * file with, what was read of it holds as long as it is there.
 */
export class TokenStore {
  readonly #directory: string
  readonly #rules: TokenFileRules
  readonly #timer: NodeJS.Timeout
  readonly #revoked = new Set<() => void>()
  #held: Held = { control: null, read: null }
  #problem: string | null = null

  constructor(directory: string, rules: TokenFileRules, pollMs = POLL_MS) {
    this.#directory = directory
    this.#rules = rules
    this.refresh()
    this.#timer = setInterval(() => this.refresh(), pollMs)
    this.#timer.unref()
  }

  /** Why no token is accepted, in a sentence without any content; `null` when all is well. */
  get problem(): string | null {
    return this.#problem
  }

  /** The control token, for the answer of a session request; `null` when there is none. */
  get controlToken(): string | null {
    return this.#held.control
  }

  /** What a token grants; `null` for a wrong one. Takes the same time for every wrong token. */
  scopeOf(token: string): TokenScope | null {
    const digest = sha256(token)
    const control = equals(digest, this.#held.control)
    const read = equals(digest, this.#held.read)
    if (control) return 'control'
    return read ? 'read' : null
  }

  /** Proof over a challenge; `null` when there is no read token to prove with. */
  proof(service: string, challenge: string): string | null {
    return this.#held.read === null ? null : healthProof(this.#held.read, service, challenge)
  }

  /** Calls back whenever a token that was accepted is accepted no more. */
  onRevoked(listener: () => void): void {
    this.#revoked.add(listener)
  }

  /** Reads the files now. */
  refresh(): void {
    const before = this.#held
    this.#problem = null
    const control = this.#read(readControlToken, before.control)
    const read = this.#read(readReadToken, before.read)
    const belongs = control !== null && read === deriveReadToken(control)
    this.#held = { control, read: belongs ? read : null }
    if (control !== null && read !== null && !belongs) {
      this.#problem = 'The read token does not belong to the control token.'
    }
    const revoked =
      (before.control !== null && before.control !== control) ||
      (before.read !== null && before.read !== this.#held.read)
    if (revoked) for (const listener of this.#revoked) listener()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #read(
    read: (directory: string, rules: TokenFileRules) => string,
    held: string | null,
  ): string | null {
    try {
      return read(this.#directory, this.#rules)
    } catch (error) {
      if (!isExpected(error)) throw error
      if (held !== null && error instanceof TokenFileError && error.code === 'not_now') return held
      this.#problem ??= error.message
      return null
    }
  }
}

/** A file that cannot be read for an unforeseen reason also means: no token. The rule is never loosened for it. */
function isExpected(error: unknown): error is Error {
  return error instanceof TokenFileError || (error as NodeJS.ErrnoException).code !== undefined
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

const NOBODY = sha256('')

function equals(digest: Buffer, token: string | null): boolean {
  const same = timingSafeEqual(digest, token === null ? NOBODY : sha256(token))
  return same && token !== null
}
