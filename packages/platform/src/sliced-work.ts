import { setImmediate } from 'node:timers/promises'

/** Other requests get their turn after so long. */
const SLICE_MS = 4
/**
 * Looking into every process of a full machine takes long; what is not reached within this much CPU time stays
 * unknown. Not wall time: a busy machine must not hide anything.
 */
const BUDGET_CPU_MS = 400

/** Work over all processes on the main thread, a few milliseconds at a time. */
export class SlicedWork {
  readonly #begun = process.threadCpuUsage()
  #sliceEnds = performance.now() + SLICE_MS

  /** Call before each step. @returns false once the budget is spent */
  async goesOn(): Promise<boolean> {
    if (performance.now() <= this.#sliceEnds) return true
    await this.pause()
    const { user, system } = process.threadCpuUsage(this.#begun)
    return (user + system) / 1000 <= BUDGET_CPU_MS
  }

  /** Lets others in now: before what can't be cut, such as the answer that is made of all of it. */
  async pause(): Promise<void> {
    await setImmediate()
    this.#sliceEnds = performance.now() + SLICE_MS
  }
}
