import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { cleanName } from '../text/clean.ts'

/** Names of users by id, from passwd(5). Read again when the file changes; asks no name service, so it never waits. */
export class Users {
  readonly #file: string
  readonly #names = new Map<number, string>()
  #changedMs = -1

  constructor(etcRoot: string) {
    this.#file = path.join(etcRoot, 'passwd')
  }

  /** Looks whether the file changed; call it rarely. */
  refresh(): void {
    try {
      const { mtimeMs } = statSync(this.#file)
      if (mtimeMs === this.#changedMs) return
      this.#changedMs = mtimeMs
      this.#names.clear()
      for (const [uid, name] of parsePasswd(readFileSync(this.#file))) {
        if (!this.#names.has(uid)) this.#names.set(uid, name)
      }
    } catch {
      this.#names.clear() // no passwd (a minimal container): ids are shown instead
    }
  }

  /** The name, or the id as text when it has none. */
  nameOf(uid: number): string {
    return this.#names.get(uid) ?? String(uid)
  }
}

/** Lines `name:password:uid:…`; malformed ones are passed over. Source: passwd(5). */
export function parsePasswd(bytes: Buffer): [uid: number, name: string][] {
  return bytes
    .toString()
    .split('\n')
    .map((line) => line.split(':'))
    .filter((parts) => parts.length >= 7 && /^\d{1,10}$/.test(parts[2] ?? ''))
    .map((parts) => [Number(parts[2]), cleanName(parts[0] ?? '')])
}
