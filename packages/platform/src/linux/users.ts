import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { cleanName } from '../text/clean.ts'
import { isExhausted } from './spare-descriptors.ts'

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
      const users = parsePasswd(readFileSync(this.#file))
      this.#changedMs = mtimeMs
      this.#names.clear()
      for (const [uid, name] of users) {
        if (!this.#names.has(uid)) this.#names.set(uid, name)
      }
    } catch (error) {
      // No passwd (a minimal container): ids are shown instead. For want of a descriptor the names stay what they were.
      if (!isExhausted(error)) this.#names.clear()
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
    .filter(([name, , uid, ...rest]) => name && rest.length >= 4 && /^\d{1,10}$/.test(uid ?? ''))
    .map((parts) => [Number(parts[2]), cleanName(parts[0] ?? '')])
}
