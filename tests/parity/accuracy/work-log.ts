import { readFileSync } from 'node:fs'

const POINT_BYTES = 16
const COUNT_BYTES = 8

/** CLOCK_MONOTONIC in milliseconds, the time in the books. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** What one thread had used at an instant, both as the burner wrote them, in milliseconds. */
interface Point {
  atMs: number
  cpuMs: number
}

/** The book a burner keeps of its own CPU time; see burner.c. */
export class WorkLog {
  readonly #threads: Point[][]

  constructor(file: string, threads: number) {
    const bytes = readFileSync(file)
    const part = bytes.length / threads
    this.#threads = Array.from({ length: threads }, (_, i) =>
      pointsOf(bytes.subarray(i * part, (i + 1) * part)),
    )
  }

  /** Since when all threads write, CLOCK_MONOTONIC milliseconds; Infinity when one has not begun. */
  get beginMs(): number {
    return Math.max(...this.#threads.map((points) => points[0]?.atMs ?? Infinity))
  }

  /** Until when all threads have written, CLOCK_MONOTONIC milliseconds. */
  get endMs(): number {
    return Math.min(...this.#threads.map((points) => points.at(-1)?.atMs ?? -Infinity))
  }

  /** CPU time of all threads at an instant, milliseconds. @throws RangeError outside the book */
  cpuMsAt(atMs: number): number {
    return this.#sum(atMs, (a, b) => {
      const share = b.atMs === a.atMs ? 0 : (atMs - a.atMs) / (b.atMs - a.atMs)
      return a.cpuMs + share * (b.cpuMs - a.cpuMs)
    })
  }

  /**
   * Between what the CPU time was for certain: where a thread was interrupted, only the kernel knows when in that time
   * it was charged with what. A thread uses no more than the time that goes by, and never less than before.
   */
  boundsAt(atMs: number): { least: number; most: number } {
    return {
      least: this.#sum(atMs, (a, b) => Math.max(a.cpuMs, b.cpuMs - (b.atMs - atMs))),
      most: this.#sum(atMs, (a, b) => Math.min(b.cpuMs, a.cpuMs + atMs - a.atMs)),
    }
  }

  #sum(atMs: number, ofThread: (before: Point, after: Point) => number): number {
    return this.#threads.reduce((sum, points) => sum + ofThread(...around(points, atMs)), 0)
  }

  /** Use between two instants in percent of one core. */
  percentOfCore(fromMs: number, toMs: number): number {
    return (100 * (this.cpuMsAt(toMs) - this.cpuMsAt(fromMs))) / (toMs - fromMs)
  }
}

function pointsOf(bytes: Buffer): Point[] {
  const count = Number(bytes.readBigInt64LE(0))
  return Array.from({ length: count }, (_, i) => ({
    atMs: Number(bytes.readBigInt64LE(COUNT_BYTES + i * POINT_BYTES)) / 1e6,
    cpuMs: Number(bytes.readBigInt64LE(COUNT_BYTES + i * POINT_BYTES + 8)) / 1e6,
  }))
}

/** The points before and after an instant. */
function around(points: Point[], atMs: number): [Point, Point] {
  let low = 0
  let high = points.length - 1
  const [first, last] = [points[low], points[high]]
  if (first === undefined || last === undefined || atMs < first.atMs || atMs > last.atMs) {
    throw new RangeError(`${atMs} ms is not in the book`)
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((points[middle] as Point).atMs <= atMs) low = middle
    else high = middle
  }
  return [points[low] as Point, points[high] as Point]
}
