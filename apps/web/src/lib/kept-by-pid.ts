import type { ProcessRow } from '@taskmanager/contracts'

/**
 * What was made of each process, for as long as its row is the same object. Thousands are asked for in each sample; weak
 * maps of so many cost the garbage collector more than all else.
 */
export class KeptByPid<Made extends { readonly row: ProcessRow }> {
  readonly #made = new Map<number, Made>()

  of(row: ProcessRow): Made | undefined {
    const made = this.#made.get(row.pid)
    return made?.row === row ? made : undefined
  }

  keep(made: Made): Made {
    this.#made.set(made.row.pid, made)
    return made
  }

  /** Forgets who is in no list any more, once they are many. */
  trim(rows: ReadonlyMap<number, unknown>): void {
    if (this.#made.size <= 2 * rows.size) return
    for (const pid of this.#made.keys()) if (!rows.has(pid)) this.#made.delete(pid)
  }
}
