/**
 * Soak: hours' worth of samples of both services in little time, with processes that come and go and clients that
 * connect and leave. Says whether memory, descriptors and what keeps the loop busy end where they began.
 *
 *   npm run soak -- [--hours 1] [--speed 50]
 *
 * Prints a line for each tenth of the time and ends with 1 when something grew. Linux, since it looks into /proc.
 */
import { parseArgs } from 'node:util'
import { setTimeout as wait } from 'node:timers/promises'
import { ApiError } from '@taskmanager/client'
import { STREAM_PROTOCOL } from '@taskmanager/contracts'
import { crowd, storm } from '@taskmanager/testkit'
import { startServices, type RunningServices } from '../support/running-services.ts'
import type { InsideReport } from './inside.ts'
import { LOOK_INSIDE, mib, report } from './service-report.ts'

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '1' },
    speed: { type: 'string', default: '50' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('npm run soak -- [--hours 1] [--speed 50]')
  process.exit(0)
}
const hours = Number(values.hours)
const speed = Number(values.speed)
const SAMPLES_AN_HOUR = 3600
const PARTS = 10
const NAMES = ['stats', 'accuracy'] as const

/** The heap of V8 finds its size under load in its own time: what came before this part was warming up. */
const WARM_PART = PARTS / 2
/** Growth that is noise of an allocator, not a leak, however short the run; and of a heap after a collection. */
const NOISE_BYTES = 16 * 2 ** 20
const HEAP_NOISE_BYTES = 2 * 2 ** 20
const MOST_BYTES = 50 * 2 ** 20
const MOST_PER_HOUR = 0.01

process.env['TIME_LAPSE'] = String(speed)
const services = await startServices({ nodeOptions: LOOK_INSIDE })
const work = new AbortController()
const made = { clients: 0, requests: 0, unanswered: 0, samples: 0 }

/** A viewer of one stream that leaves again after some frames. */
function visit(service: (typeof NAMES)[number], frames: number): Promise<void> {
  const path = service === 'stats' ? 'stats' : 'processes'
  const socket = new WebSocket(`ws://127.0.0.1:${services.ports[service]}/api/${path}/stream`, [
    STREAM_PROTOCOL,
  ])
  made.clients++
  let seen = 0
  return new Promise((resolve) => {
    socket.addEventListener('open', () =>
      socket.send(JSON.stringify({ type: 'rate', interval_ms: 1000 })),
    )
    socket.addEventListener('message', ({ data }) => {
      const seq = service === 'accuracy' ? /"seq":(\d+)/.exec(String(data))?.[1] : undefined
      if (seq !== undefined) made.samples = Number(seq)
      if (++seen >= frames || work.signal.aborted) socket.close()
    })
    socket.addEventListener('close', () => resolve())
    socket.addEventListener('error', () => resolve())
  })
}

async function visitors(service: (typeof NAMES)[number], most: number): Promise<void> {
  while (!work.signal.aborted) await visit(service, 1 + Math.floor(Math.random() * most))
}

/** The answer, or null when none came whole in the client's five seconds: on a machine that is full, that is counted. */
async function inTime<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    made.unanswered++
    return null
  }
}

const latencies: number[] = []
async function readers(): Promise<void> {
  const { api } = services
  while (!work.signal.aborted) {
    const start = performance.now()
    const list = await inTime(api.getProcesses())
    if (list !== null) latencies.push(performance.now() - start)
    await inTime(api.getApps())
    await inTime(api.getStats())
    const pid = list?.processes[Math.floor(Math.random() * list.processes.length)]?.pid ?? 1
    await api.getProcessInfo(pid).catch(() => null) // it may have ended
    made.requests += 4
    await wait(100)
  }
}

/** A shell with thirty children, for a moment, again and again. */
async function churn(): Promise<void> {
  while (!work.signal.aborted) {
    const some = await crowd(30)
    await wait(200)
    await some[Symbol.asyncDispose]()
  }
}

async function both(of: RunningServices): Promise<Record<(typeof NAMES)[number], InsideReport>> {
  const [stats, accuracy] = await Promise.all([
    report(of.children.stats),
    report(of.children.accuracy),
  ])
  return { stats, accuracy }
}

function print(done: number, now: Awaited<ReturnType<typeof both>>) {
  const parts = NAMES.map((name) => {
    const { rssBytes, heapBytes, descriptors, blockedMs } = now[name]
    return `${name} rss ${mib(rssBytes)} heap ${mib(heapBytes)} fds ${descriptors} blocked ${blockedMs.toFixed(0)} ms`
  })
  console.log(`${done.toString().padStart(6)} samples  ${parts.join('  |  ')}`)
}

const total = Math.round(hours * SAMPLES_AN_HOUR)
console.log(`${total} samples at up to ${speed} times the speed of a clock`)
const began = performance.now()
const jobs = [
  visitors('accuracy', 400),
  visitors('accuracy', 40),
  visitors('accuracy', 3),
  visitors('stats', 200),
  visitors('stats', 3),
  readers(),
  churn(),
]
const source = await storm()
let first: Awaited<ReturnType<typeof both>> | null = null
let median = 0
for (let part = 1; part <= PARTS; part++) {
  while (made.samples < (total * part) / PARTS) await wait(50)
  const now = await both(services)
  print(made.samples, now)
  if (part === WARM_PART) {
    first = now
    median = middle(latencies.splice(0))
  }
}
const last = await both(services)
const lastMedian = middle(latencies)
work.abort()
await Promise.all(jobs)
await source[Symbol.asyncDispose]()

// All clients have left: what remains open is what a service holds by itself.
await wait(11_000 / Math.min(speed, 10))
const quiet = await both(services)
const fresh = await startServices({ nodeOptions: LOOK_INSIDE })
await wait(1500)
const begin = await both(fresh)
await fresh[Symbol.asyncDispose]()
await services[Symbol.asyncDispose]()

const faults: string[] = []
for (const name of NAMES) {
  const grown = last[name].rssBytes - (first?.[name].rssBytes ?? 0)
  const allowed = Math.min(
    MOST_BYTES,
    Math.max(NOISE_BYTES, hours * MOST_PER_HOUR * last[name].rssBytes),
  )
  const heap = last[name].heapBytes - (first?.[name].heapBytes ?? 0)
  console.log(`${name}: rss ${signed(grown)}, heap ${signed(heap)} since it was warm`)
  if (grown > allowed) faults.push(`${name}: rss grew by ${mib(grown)} MiB`)
  if (heap > HEAP_NOISE_BYTES) faults.push(`${name}: the heap grew by ${mib(heap)} MiB`)
  console.log(`${name}: at rest ${describe(quiet[name])}; a fresh one ${describe(begin[name])}`)
  for (const [kind, count] of Object.entries(quiet[name].resources)) {
    const had = begin[name].resources[kind] ?? 0
    if (count > had + 2) faults.push(`${name}: ${count} of ${kind}, ${had} in a fresh one`)
  }
}
const seconds = (performance.now() - began) / 1000
console.log(
  `${made.samples} samples, ${made.clients} stream clients, ${made.requests} requests (${made.unanswered} unanswered) in ${seconds.toFixed(0)} s; ` +
    `the list answered in ${median.toFixed(1)} ms at first, ${lastMedian.toFixed(1)} ms at last (medians)`,
)
for (const fault of faults) console.log(`GREW  ${fault}`)
console.log(faults.length === 0 ? 'Nothing grew.' : 'Something grew.')
process.exit(faults.length === 0 ? 0 : 1)

function middle(list: number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN
}

function signed(bytes: number): string {
  return `${bytes < 0 ? '' : '+'}${mib(bytes)} MiB`
}

function describe({ descriptors, resources }: InsideReport): string {
  const kinds = Object.entries(resources).map(([kind, count]) => `${kind} ${count}`)
  return `${descriptors} descriptors (${kinds.join(', ')})`
}
