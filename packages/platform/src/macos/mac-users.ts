import type { MacLibrary } from './lib-system.ts'

/**
 * Names of users by id. People are not in `/etc/passwd` on macOS, and the directory they are in may be a server, so a
 * name is asked for beside us and there at a later sweep.
 */
export class MacUsers {
  readonly #library: Pick<MacLibrary, 'userName'>
  readonly #names = new Map<number, string | null>()
  readonly #asked = new Map<number, Promise<void>>()
  /** How many answers came: whoever has users without a name looks again when it changes. */
  answered = 0

  constructor(library: Pick<MacLibrary, 'userName'>) {
    this.#library = library
  }

  /** The name, or the id as text when it has none; null while it is being asked for. */
  nameOf(uid: number): string | null {
    const name = this.#names.get(uid)
    if (name === undefined) this.#asked.set(uid, this.#ask(uid))
    return name ?? null
  }

  /** The same, for whoever can wait. */
  async whenKnown(uid: number): Promise<string | null> {
    const name = this.nameOf(uid)
    if (name !== null) return name
    await this.#asked.get(uid)
    return this.nameOf(uid)
  }

  async #ask(uid: number): Promise<void> {
    this.#names.set(uid, null)
    let name: string | null
    try {
      name = await this.#library.userName(uid)
    } catch {
      name = null // the call itself failed: the number has to do
    }
    this.#names.set(uid, name ?? String(uid))
    this.#asked.delete(uid)
    this.answered++
  }
}
