import { listCalls, type ListCalls } from './list-calls.ts'
import type { ProcessList } from './process-list.ts'

/** Enough for some 3,000 threads; it grows with the machine and is kept. */
const FIRST_BYTES = 2 ** 20
/** Processes begin between two calls. */
const SLACK = 1.25
/** So many calls in a row never find the list grown by a quarter. */
const MOST_CALLS = 8

let shared: Snapshot | null | undefined

/**
 * The one for all who go through a list at once and keep nothing of it: the next who takes it overwrites its bytes. null
 * without koffi.
 */
export function sharedSnapshot(): Snapshot | null {
  if (shared !== undefined) return shared
  const calls = listCalls()
  return (shared = calls === null ? null : new Snapshot(calls))
}

/** The list of all processes at one instant, in a buffer that is kept. */
export class Snapshot {
  readonly #calls: ListCalls
  #buffer: Buffer
  #address: number

  constructor(calls: ListCalls, firstBytes = FIRST_BYTES) {
    this.#calls = calls
    this.#buffer = Buffer.alloc(firstBytes)
    this.#address = calls.addressOf(this.#buffer)
  }

  /** Bytes of the buffer. */
  get size(): number {
    return this.#buffer.length
  }

  /** Takes it anew and puts `list` before its first entry. */
  take(list: ProcessList): void {
    for (let call = 0; call < MOST_CALLS; call++) {
      const bytes = this.#calls.list(this.#buffer)
      if (bytes >= 0) return list.begin(this.#buffer, this.#address, bytes)
      this.#buffer = Buffer.alloc(Math.ceil(Math.max(-bytes, this.#buffer.length) * SLACK))
      this.#address = this.#calls.addressOf(this.#buffer)
    }
    throw new Error('The list of processes grew faster than it could be read.')
  }
}
