import {
  failedReport,
  systemClock,
  type Clock,
  type ControlAction,
  type ControlReport,
  type ControlTarget,
  type HeldProcess,
  type ProcessControl,
} from '@taskmanager/platform'
import type { PendingFile } from './pending-file.ts'
import type { Ending } from './present/outcome.ts'

/** Most processes that wait for their end at once. */
const MOST = 256

const RESUME = { kind: 'signal', signal: 'CONT' } as const

/** Who asked, for the log. */
export interface AskedBy {
  origin: string | null
  token: string | null
}

/** What came of an order; `ending` while it can still be taken back. */
export interface Performed {
  report: ControlReport
  ending: Ending | null
}

export interface PendingEndsDeps {
  control: ProcessControl
  file: PendingFile
  /** What became of a process later, when no request is there to be answered. `stop` waits for it. */
  onOutcome: (action: 'end' | 'resume', report: ControlReport, by: AskedBy) => Promise<unknown>
  onError: (error: unknown) => void
  /** Runs something once after some milliseconds; answers how to prevent it. */
  later?: (run: () => void, ms: number) => () => void
  clock?: Clock
}

interface Entry {
  readonly target: ControlTarget
  readonly by: AskedBy
  /** Settles when it has been suspended, or refused. */
  begun: Promise<Performed> | null
  held: HeldProcess | null
  /** To be resumed if this service ends: it stands because of us. */
  isOurs: boolean
  /** Monotonic: it stands no longer when the clock is set. */
  dueMs: number
  /** Orders under way that may settle it; its time does not run out meanwhile. */
  busy: number
  cancel: () => void
}

/**
 * Ends that can be taken back: the process is suspended and held, and ended when its time has come. The time runs here,
 * so a page that closes leaves nothing suspended; a service that stops lets all of them go on.
 */
export class PendingEnds {
  readonly #deps: Required<PendingEndsDeps>
  readonly #entries = new Set<Entry>()
  /** Ends that are being observed, and outcomes that are being told. */
  readonly #finishing = new Set<Promise<unknown>>()
  #isStopped = false

  constructor(deps: PendingEndsDeps) {
    this.#deps = { later: afterTimeout, clock: systemClock, ...deps }
  }

  /** Suspends it and ends it later. One that waits already keeps its time. */
  begin(target: ControlTarget, undoMs: number, by: AskedBy): Promise<Performed> {
    const known = this.#find(target)
    if (known?.begun != null) return known.begun
    const refusal = this.#isStopped
      ? 'The service is stopping. Nothing was sent.'
      : this.#entries.size >= MOST
        ? `${MOST} processes are already waiting for their end. Nothing was sent.`
        : null
    if (refusal !== null)
      return Promise.resolve({ report: failedReport(target, refusal), ending: null })
    const entry: Entry = {
      target,
      by,
      begun: null,
      held: null,
      isOurs: false,
      dueMs: 0,
      busy: 0,
      cancel: () => {},
    }
    this.#entries.add(entry)
    entry.begun = this.#hold(entry, undoMs)
    return entry.begun
  }

  /** Lets it go on, whether it waits for its end or not. */
  async resume(target: ControlTarget): Promise<ControlReport> {
    return this.#instead(target, () => this.#deps.control.act(target, RESUME))
  }

  /** Ends it now, whether it waits for its end or not. */
  async end(target: ControlTarget, signal: 'TERM' | 'KILL'): Promise<ControlReport> {
    const waits = this.#find(target) !== undefined
    const action: ControlAction =
      waits && signal === 'TERM' ? { kind: 'end_stopped' } : { kind: 'signal', signal }
    return this.#instead(target, () => this.#deps.control.act(target, action))
  }

  /** Resumes, before anything else happens, all that stand because of us; then waits for the ends that are being observed, and until all is told. */
  async stop(): Promise<void> {
    this.#isStopped = true
    for (const entry of this.#entries) {
      if (entry.held !== null) this.#letGo(entry, entry.held)
    }
    await this.settled()
  }

  /** Resolves when the ends that are being observed are known. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#finishing)
  }

  /** Resumes what a service that was killed has left suspended. Each is known by its start mark. */
  async recover(): Promise<void> {
    const { control, file, onOutcome } = this.#deps
    const left = file.read()
    await Promise.all(
      left.map(async ({ pid, start_id: startId }) => {
        const report = await control.act({ pid, startId }, RESUME)
        if (report.identity !== null) await onOutcome('resume', report, NOBODY)
      }),
    )
    this.#save()
  }

  async #hold(entry: Entry, undoMs: number): Promise<Performed> {
    const { control, clock } = this.#deps
    try {
      const { report, held } = await control.hold(entry.target, (wasStopped) => {
        entry.isOurs = !wasStopped
        this.#save()
      })
      if (held === null) return { report, ending: null }
      entry.held = held
      if (this.#isStopped) return { report: this.#letGo(entry, held) ?? report, ending: null }
      entry.dueMs = clock.monotonicMs() + undoMs
      this.#wait(entry, held, undoMs)
      const ending = { endsAtMs: clock.epochMs() + undoMs, undoMs }
      return { report: { ...report, result: 'ending' }, ending }
    } finally {
      if (entry.held === null) this.#drop(entry)
    }
  }

  /** Does something else about a process; when something was sent, or it is gone, it waits no longer. */
  async #instead(target: ControlTarget, act: () => Promise<ControlReport>): Promise<ControlReport> {
    const entry = this.#find(target)
    if (entry === undefined) return act()
    await entry.begun
    entry.busy++
    entry.cancel()
    try {
      const report = await act()
      if (report.identity !== null || isOver(report)) this.#drop(entry)
      return report
    } finally {
      entry.busy--
      const { held } = entry
      if (entry.busy === 0 && held !== null && this.#entries.has(entry))
        this.#wait(entry, held, Math.max(0, entry.dueMs - this.#deps.clock.monotonicMs()))
    }
  }

  #wait(entry: Entry, held: HeldProcess, ms: number): void {
    entry.cancel = this.#deps.later(() => {
      this.#waitFor(this.#finish(entry, held))
    }, ms)
  }

  #waitFor(work: Promise<unknown>): void {
    const finishing = work.catch(this.#deps.onError)
    this.#finishing.add(finishing)
    void finishing.finally(() => this.#finishing.delete(finishing))
  }

  async #finish(entry: Entry, held: HeldProcess): Promise<void> {
    this.#entries.delete(entry)
    try {
      const report = held.end()
      this.#save() // it goes on by now
      await this.#deps.onOutcome('end', await report, entry.by)
    } finally {
      held.close()
    }
  }

  #letGo(entry: Entry, held: HeldProcess): ControlReport | null {
    const report = entry.isOurs ? held.resume() : null
    this.#drop(entry)
    if (report !== null) this.#waitFor(this.#deps.onOutcome('resume', report, entry.by))
    return report
  }

  #drop(entry: Entry): void {
    entry.cancel()
    if (!this.#entries.delete(entry)) return
    entry.held?.close()
    this.#save()
  }

  /** The same process, with or without the stronger identity. */
  #find({ pid, startId }: ControlTarget): Entry | undefined {
    for (const entry of this.#entries) {
      if (entry.target.pid === pid && isSameMark(entry.target.startId, startId)) return entry
    }
    return undefined
  }

  /** Without it only a start after a crash is worse off: an end happens also where no file can be written. */
  #save(): void {
    const ours = [...this.#entries].filter(({ isOurs }) => isOurs)
    try {
      this.#deps.file.write(
        ours.map(({ target: { pid, startId } }) => ({ pid, start_id: startId })),
      )
    } catch (error) {
      this.#deps.onError(error)
    }
  }
}

const NOBODY: AskedBy = { origin: null, token: null }

const isOver = ({ result }: ControlReport) => result === 'gone' || result === 'already_dead'

/** One may have the inode at its end, which the other lacks. */
const isSameMark = (a: string, b: string) =>
  a === b || a.startsWith(`${b}-`) || b.startsWith(`${a}-`)

function afterTimeout(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}
