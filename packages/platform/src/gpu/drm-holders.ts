import { readdirSync, readlinkSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { readResultOf } from '../read-result.ts'
import type { GpuSample } from './gpu.ts'

/** A pass over all processes begins so long after the last one began, or when that one is done. */
const PASS_EVERY_MS = 5000
/** Descriptors whose numbers are as before are looked at again only in every so many passes: numbers are reused. */
const LOOK_AGAIN_EVERY = 12
/** Work of one step: a link counts 1 (3 µs). All processes of a desktop are 5,000 to 10,000 links. */
const STEP_UNITS = 600
const DIRECTORY_UNITS = 6
/** Of a process with more descriptors the first are looked behind: a card is opened early. */
const MOST_LINKS = 2048
/** On a slow or busy machine a step ends earlier. */
const STEP_MS = 3

export interface Holder {
  pid: number
  /** Descriptors of files below `/dev/dri` and `/dev/accel`. */
  fds: number[]
}

interface Seen {
  /** Count and last number of the descriptors when they were looked at. */
  listing: string
  fds: number[]
}

/**
 * Who holds a graphics card or a neural processor open: found a few processes at a time, since to look behind every descriptor of every
 * process each second would cost more than all else. Those that are new are looked at first. Source: proc_pid_fd(5).
 */
export class DrmHolders {
  readonly #procRoot: string
  #seen = new Map<number, Seen>()
  #queue: number[] = []
  #pass = 0
  #passAtMs = Number.NEGATIVE_INFINITY
  #denied = new Set<number>()

  constructor(procRoot: string) {
    this.#procRoot = procRoot
  }

  /** Some processes may not be looked into: there may be users of the card among them. */
  get hasHidden(): boolean {
    return this.#denied.size > 0
  }

  *holders(): Generator<Holder> {
    for (const [pid, { fds }] of this.#seen) if (fds.length > 0) yield { pid, fds }
  }

  /** A holder lost a descriptor or its life: it is the next to be looked at. */
  lookAgain(pid: number): void {
    if (!this.#seen.delete(pid)) return
    this.#queue.push(pid)
  }

  /** Looks at the next processes. Never overlaps with itself. */
  async step(monotonicMs: () => number): Promise<void> {
    const nowMs = monotonicMs()
    if (this.#queue.length === 0 && nowMs - this.#passAtMs >= PASS_EVERY_MS)
      await this.#beginPass(nowMs)
    const begunMs = monotonicMs()
    let units = STEP_UNITS
    while (units > 0 && monotonicMs() - begunMs < STEP_MS) {
      const pid = this.#queue.pop()
      if (pid === undefined) return
      units -= this.#look(pid)
    }
  }

  async #beginPass(nowMs: number) {
    this.#passAtMs = nowMs
    this.#pass++
    const pids = (await readdir(this.#procRoot)).filter(isPid).map(Number)
    const living = new Set(pids)
    for (const pid of this.#seen.keys()) if (!living.has(pid)) this.#seen.delete(pid)
    for (const pid of this.#denied) {
      if (!living.has(pid) || this.#isTurn(pid)) this.#denied.delete(pid)
    }
    // Taken from the end: those never seen come first.
    const isNew = (pid: number) => !this.#seen.has(pid)
    const known = pids.filter((pid) => !isNew(pid))
    this.#queue = [...known, ...pids.filter((pid) => isNew(pid) && !this.#denied.has(pid))]
  }

  /** What was found is believed for a while; each process has another pass in which it is not. */
  #isTurn(pid: number): boolean {
    return (this.#pass + pid) % LOOK_AGAIN_EVERY === 0
  }

  /** Answers what it took. */
  #look(pid: number): number {
    const folder = path.join(this.#procRoot, String(pid), 'fd')
    let names: string[]
    try {
      names = readdirSync(folder)
    } catch (error) {
      this.#seen.delete(pid)
      if (readResultOf(error).kind === 'denied') this.#denied.add(pid)
      return DIRECTORY_UNITS
    }
    const listing = `${names.length} ${names.at(-1) ?? ''}`
    const seen = this.#seen.get(pid)
    const listed = DIRECTORY_UNITS + names.length / 4
    if (seen?.listing === listing && !this.#isTurn(pid)) return listed
    const fds = names
      .slice(0, MOST_LINKS)
      .filter((name) => isOfCard(path.join(folder, name)))
      .map(Number)
    this.#seen.set(pid, { listing, fds })
    return listed + Math.min(names.length, MOST_LINKS)
  }
}

const isPid = (name: string): boolean => {
  const first = name.charCodeAt(0)
  return first >= 49 && first <= 57
}

const isOfCard = (file: string): boolean => kindBehind(file) !== null

/** Of which sort of card a descriptor (`/proc/<pid>/fd/<fd>`) is; null: of none, or it was closed meanwhile. */
export function kindBehind(file: string): GpuSample['kind'] | null {
  try {
    const target = readlinkSync(file)
    if (target.startsWith('/dev/dri/')) return 'gpu'
    return target.startsWith('/dev/accel/') ? 'npu' : null
  } catch (error) {
    readResultOf(error)
    return null
  }
}
