import type { TableDelta, TableSnapshot } from '@taskmanager/contracts'

type Row = Readonly<Record<string, unknown>>

/**
 * Remembers the rows of a table and tells what changed since the last tick, cell by cell. Values are compared as
 * they are sent: rounded, so that what nobody can see is not sent.
 */
export class TableEncoder<T extends Row> {
  readonly rows = new Map<unknown, T>()
  readonly #columns: readonly (keyof T & string)[]
  readonly #key: keyof T & string
  /** The column that tells a reused key from the row that had it before; null where keys are not reused. */
  readonly #identity: (keyof T & string) | null
  #delta: TableDelta = { removed: [], added: [], changed: [] }
  /** JSON of rows, kept while they do not change: of thousands a few do. */
  readonly #texts = new Map<unknown, string>()

  constructor(
    columns: readonly (keyof T & string)[],
    key: keyof T & string,
    identity: (keyof T & string) | null = null,
  ) {
    this.#columns = columns
    this.#key = key
    this.#identity = identity
  }

  /** Begins a tick. */
  begin(): void {
    this.#delta = { removed: [], added: [], changed: [] }
  }

  put(row: T): void {
    const key = row[this.#key]
    const old = this.rows.get(key)
    this.rows.set(key, row)
    this.#texts.delete(key)
    if (old !== undefined && this.#isSame(old, row)) this.#compare(key, old, row)
    else {
      if (old !== undefined) this.#delta.removed.push(key)
      this.#delta.added.push(this.#cells(row))
    }
  }

  remove(key: unknown): void {
    if (!this.rows.delete(key)) return
    this.#delta.removed.push(key)
    this.#texts.delete(key)
  }

  /** What the tick changed. */
  delta(): TableDelta {
    return this.#delta
  }

  snapshot(): TableSnapshot {
    return {
      columns: [...this.#columns],
      rows: Array.from(this.rows.values(), (row) => this.#cells(row)),
    }
  }

  /** Writes rows as JSON that are not written yet. @returns false when it was told to stop before the last */
  write(mayGoOn: () => boolean): boolean {
    if (this.#texts.size === this.rows.size) return true
    for (const [key, row] of this.rows) {
      if (this.#texts.has(key)) continue
      if (!mayGoOn()) return false
      this.#texts.set(key, JSON.stringify(row))
    }
    return true
  }

  /** All rows as a JSON array. */
  json(): string {
    this.write(() => true)
    return `[${Array.from(this.rows.keys(), (key) => this.#texts.get(key)).join(',')}]`
  }

  #isSame(old: T, row: T): boolean {
    return this.#identity === null || old[this.#identity] === row[this.#identity]
  }

  #cells(row: T): unknown[] {
    return this.#columns.map((column) => row[column])
  }

  #compare(key: unknown, old: T, row: T): void {
    let changed: unknown[] | null = null
    for (let index = 0; index < this.#columns.length; index++) {
      const column = this.#columns[index] as keyof T & string
      const value = row[column]
      if (isEqual(old[column], value)) continue
      changed ??= [key]
      changed.push(index, value)
    }
    if (changed !== null) this.#delta.changed.push(changed)
  }
}

/** Cells are plain values, lists of numbers, or small maps of words. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((value, index) => value === b[index])
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => (a as Row)[key] === (b as Row)[key])
}
