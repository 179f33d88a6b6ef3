import type { Page } from 'playwright-core'

/** One task of the page's main thread, milliseconds of its CPU time: waiting for a busy machine does not count. */
export interface Tasks {
  readonly longestMs: number
  readonly p99Ms: number
  readonly overBudget: number
  readonly totalMs: number
  readonly wallMs: number
}

interface TraceEvent {
  name: string
  ph: string
  ts: number
  tid: number
  pid: number
  tdur?: number
  dur?: number
}

const LONG_TASK_MS = 50
const MARK = 'traced here'

/** Traces what happens meanwhile and answers the tasks of the main thread. */
export async function traceTasks(page: Page, meanwhile: () => Promise<void>): Promise<Tasks> {
  const session = await page.context().newCDPSession(page)
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) =>
    events.push(...(value as unknown as TraceEvent[])),
  )
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', 'blink.user_timing'] },
  })
  const begun = performance.now()
  await meanwhile()
  const wallMs = performance.now() - begun
  // The browser has pages of its own, some of them busy while it starts: ours is the one that says so.
  await page.evaluate(`performance.mark('${MARK}')`)
  const complete = new Promise<void>((resolve) => {
    session.once('Tracing.tracingComplete', () => resolve())
  })
  await session.send('Tracing.end')
  await complete
  await session.detach()
  return summed(events, wallMs)
}

function summed(events: readonly TraceEvent[], wallMs: number): Tasks {
  const marked = events.findLast(({ name }) => name === MARK)
  if (marked === undefined) throw new Error('the trace does not hold the page')
  const sorted = events
    .filter(({ pid, tid, ph }) => pid === marked.pid && tid === marked.tid && ph === 'X')
    .filter(({ name }) => name === 'RunTask' || name === 'ThreadControllerImpl::RunTask')
    .map(({ tdur, dur }) => (tdur ?? dur ?? 0) / 1000)
    .toSorted((a, b) => a - b)
  return {
    longestMs: sorted.at(-1) ?? 0,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    overBudget: sorted.filter((ms) => ms > LONG_TASK_MS).length,
    totalMs: sum(sorted),
    wallMs,
  }
}

const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0)
