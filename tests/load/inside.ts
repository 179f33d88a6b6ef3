/**
 * Loaded into a service before its own code (`node --import`), to look at it from inside, and to let its time run
 * faster: with `TIME_LAPSE=50` its monotonic clock and its timers run fifty times as fast, so that an hour of samples
 * takes little more than a minute. The wall clock stays, unless `LAPSE_SINCE` says from when on it runs as fast. Asked
 * over IPC (`report`), it collects garbage and tells.
 */
import { readdirSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { letTimeRun } from './lapse.ts'

/** What a service says of itself. */
export interface InsideReport {
  rssBytes: number
  /** After a collection. */
  heapBytes: number
  descriptors: number
  /** What keeps the loop of Node busy, by kind: timers, sockets, servers. */
  resources: Record<string, number>
  /** Longest time the event loop was held up since the report before, real milliseconds. */
  blockedMs: number
  /** Most CPU time that one turn of the loop took since then, in milliseconds; 0 without `LOOP_TURNS`. */
  turnCpuMs: number
}

const speed = Number(process.env['TIME_LAPSE'] ?? 1)
const since = process.env['LAPSE_SINCE']
if (speed !== 1) {
  const now = performance.now.bind(performance)
  performance.now = () => now() * speed
  letTimeRun({ speed, sinceMs: since === undefined ? null : Number(since) })
}

/** With `LOOP_TURNS` it is known what each turn of the loop costs, however busy the machine is. */
let turnCpuMs = 0
if (process.env['LOOP_TURNS'] !== undefined) {
  let before = process.threadCpuUsage()
  const turn = () => {
    const { user, system } = process.threadCpuUsage(before)
    turnCpuMs = Math.max(turnCpuMs, (user + system) / 1000)
    before = process.threadCpuUsage()
    setImmediate(turn).unref()
  }
  turn()
}

const RESOLUTION_MS = 5
const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
loop.enable()

process.on('message', (message) => {
  if (message !== 'report') return
  const blockedMs = Math.max(0, loop.max / 1e6 - RESOLUTION_MS)
  const costliest = turnCpuMs
  globalThis.gc?.()
  // When the collection, which we asked for, has been counted.
  setTimeout(() => {
    loop.reset()
    turnCpuMs = 0
  }, 100)
  const resources: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
  const { rss, heapUsed } = process.memoryUsage()
  process.send?.({
    rssBytes: rss,
    heapBytes: heapUsed,
    descriptors: readdirSync('/proc/self/fd').length - 1,
    resources,
    blockedMs,
    turnCpuMs: costliest,
  } satisfies InsideReport)
})
