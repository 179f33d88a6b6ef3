/**
 * A process of known work. Arguments: `{ percent, threads, cpuMs, memoryBytes }` as JSON. Keeps the busy share by its
 * own CPU clock, not by wall time, so it holds on a loaded machine; asked over IPC it tells what it used at an instant.
 */
import { isMainThread, parentPort, threadId, Worker, workerData } from 'node:worker_threads'
import type { BurnerOptions, ClockMark } from '../known-work.ts'

const SLICE_MS = 20

/** Burns `ms` of this thread's CPU time. */
function burn(ms: number) {
  const start = process.threadCpuUsage()
  for (;;) {
    for (let i = 0, x = 1.000001; i < 20_000; i++) x *= x > 2 ? 0.5 : 1.000001
    const used = process.threadCpuUsage(start)
    if ((used.user + used.system) / 1000 >= ms) return
  }
}

/** A duty cycle of slices: burn a share of the time that really went by, sleep the rest. */
function duty(percent: number) {
  let last = performance.now()
  const tick = () => {
    const now = performance.now()
    // Late wake-ups on a busy machine are made up for, but never by a long stretch.
    burn((Math.min(now - last, 3 * SLICE_MS) * percent) / 100)
    last = now
    if (percent >= 100) setImmediate(tick)
    else setTimeout(tick, SLICE_MS)
  }
  tick()
}

function mark(): ClockMark {
  const used = process.cpuUsage()
  return {
    epochMs: performance.timeOrigin + performance.now(),
    cpuMs: (used.user + used.system) / 1000,
  }
}

if (!isMainThread) {
  if (threadId === 0 || parentPort === null) throw new Error('a worker thread without a parent')
  duty((workerData as { percent: number }).percent)
} else {
  const options = JSON.parse(process.argv[2] ?? '{}') as BurnerOptions
  const held = Buffer.alloc(options.memoryBytes ?? 0, 1)
  const marks: ClockMark[] = []
  process.on('message', () => process.send?.({ marks, held: held.length }))
  process.on('disconnect', () => process.exit(0))
  if (options.cpuMs === undefined) {
    const workerOptions = { workerData: { percent: options.percent ?? 0 } }
    Array.from(
      { length: options.threads ?? 1 },
      () => new Worker(new URL(import.meta.url), workerOptions),
    )
    // 2 minutes at 25 ms; older marks are of no use to a test.
    setInterval(() => marks.push(mark()) > 4800 && marks.shift(), 25)
    process.send?.('ready')
  } else {
    burn(options.cpuMs)
    process.send?.({ marks: [mark()], held: held.length }, () => process.exit(0))
  }
}
