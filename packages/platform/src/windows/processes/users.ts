import { setTimeout as wait } from 'node:timers/promises'
import { cleanName } from '../../text/clean.ts'

/** A domain that does not answer must not keep the rest from being told. */
const SOON_MS = 500

/** Names of users by their security identifiers. Each is asked for once; until it is known it is null. */
export class WindowsUsers {
  readonly #nameOf: (sid: string) => Promise<string | null>
  readonly #names = new Map<string, string>()
  readonly #waiting = new Map<string, Promise<void>>()

  /** @param nameOf asks the system, which may ask another computer */
  constructor(nameOf: (sid: string) => Promise<string | null>) {
    this.#nameOf = nameOf
  }

  /** How many names were found so far: while it stays, asking again tells nothing new. */
  get found(): number {
    return this.#names.size
  }

  /** null while it is asked for. The identifier itself where nobody knows a name. */
  name(sid: string): string | null {
    const known = this.#names.get(sid)
    if (known !== undefined) return known
    if (this.#waiting.has(sid)) return null
    this.#waiting.set(sid, this.#ask(sid))
    return null
  }

  /** The same, waiting a moment for what is not known yet. */
  async soon(sid: string): Promise<string | null> {
    const known = this.name(sid)
    if (known !== null) return known
    await Promise.race([this.#waiting.get(sid), wait(SOON_MS, null, { ref: false })])
    return this.name(sid)
  }

  async #ask(sid: string): Promise<void> {
    const name = await this.#nameOf(sid).catch(() => null) // a domain that cannot be reached
    this.#names.set(sid, cleanName(name ?? sid))
    this.#waiting.delete(sid)
  }
}
