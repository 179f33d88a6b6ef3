import type { ExitRecord } from './parse-exit-records.ts'
import type { ExitRecords } from './exit-records.ts'

/** So many sweeps in a row in which processes ended and no record came: the kernel sends them elsewhere. */
const MOST_SILENT_SWEEPS = 3

/** Exit records as long as they come. A kernel may take a registration and then send nothing (network namespaces). */
export class ExitSource {
  #records: ExitRecords | null
  #silentSweeps = 0
  #hasHeard = false

  constructor(records: ExitRecords | null) {
    this.#records = records
  }

  get works(): boolean {
    return this.#records !== null
  }

  /** Records since the last call; null: none to be had, or some were lost. */
  take(): ExitRecord[] | null {
    const taken = this.#records?.take() ?? null
    this.#hasHeard ||= taken !== null && taken.length > 0
    return taken
  }

  /** Call once a sweep. @param unrecorded processes that ended in it and have no record */
  judge(unrecorded: number): void {
    if (this.#hasHeard) this.#silentSweeps = 0
    else if (unrecorded > 0 && ++this.#silentSweeps >= MOST_SILENT_SWEEPS) this.close()
    this.#hasHeard = false
  }

  close(): void {
    this.#records?.close()
    this.#records = null
  }
}
