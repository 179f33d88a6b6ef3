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
  args?: { name?: string }
}

const LONG_TASK_MS = 50

/** Traces what happens meanwhile and answers the tasks of the main thread. */
export async function traceTasks(page: Page, meanwhile: () => Promise<void>): Promise<Tasks> {
  const session = await page.context().newCDPSession(page)
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) =>
    events.push(...(value as unknown as TraceEvent[])),
  )
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', '__metadata'] },
  })
  const begun = performance.now()
  await meanwhile()
  const wallMs = performance.now() - begun
  const complete = new Promise<void>((resolve) => {
    session.once('Tracing.tracingComplete', () => resolve())
  })
  await session.send('Tracing.end')
  await complete
  await session.detach()
  return summed(events, wallMs)
}

function summed(events: readonly TraceEvent[], wallMs: number): Tasks {
  const mains = events.filter(
    ({ ph, name, args }) => ph === 'M' && name === 'thread_name' && args?.name === 'CrRendererMain',
  )
  const times = mains.map(({ pid, tid }) =>
    events
      .filter((one) => one.pid === pid && one.tid === tid && one.ph === 'X')
      .filter(({ name }) => name === 'RunTask' || name === 'ThreadControllerImpl::RunTask')
      .map(({ tdur, dur }) => (tdur ?? dur ?? 0) / 1000),
  )
  // The renderer that did most is the page; a spare one waits beside it.
  const busiest = times.toSorted((a, b) => sum(b) - sum(a))[0] ?? []
  const sorted = busiest.toSorted((a, b) => a - b)
  return {
    longestMs: sorted.at(-1) ?? 0,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    overBudget: sorted.filter((ms) => ms > LONG_TASK_MS).length,
    totalMs: sum(sorted),
    wallMs,
  }
}

const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0)
