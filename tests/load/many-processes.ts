/**
 * Many processes: how long a listing takes, how long the event loop of the list service is held up, and whether one
 * sweep overlaps the next.
 *
 *   node tests/load/many-processes.ts [--processes 10000] [--seconds 20] [--heap 0]
 *
 * `--heap 64` limits the heap of the services to 64 MiB. 10,000 shells take about a GiB. Ends with 1 when the loop was
 * held up for more than 100 ms once the list was complete. Linux, since it looks into /proc.
 */
import { parseArgs } from 'node:util'
import { setTimeout as wait } from 'node:timers/promises'
import { crowd } from '@taskmanager/testkit'
import { startServices } from '../support/running-services.ts'
import { watchList } from '../support/list-stream.ts'
import { LOOK_INSIDE, mib, report } from './service-report.ts'

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '20' },
    heap: { type: 'string', default: '0' },
  },
})
const MOST_BLOCKED_MS = 100
const count = Number(values.processes)
const heap = values.heap === '0' ? [] : [`--max-old-space-size=${values.heap}`]

await using parent = await crowd(count)
await using services = await startServices({ nodeOptions: [...LOOK_INSIDE, ...heap] })
using viewer = await watchList(services.ports.accuracy)
await viewer.until('all of them', ({ rows }) => rows.size > count, 120_000)
await wait(3000)
await report(services.children.accuracy) // from here on
await wait(500)

const sweeps: number[] = []
const answers: number[] = []
const until = performance.now() + Number(values.seconds) * 1000
while (performance.now() < until) {
  const { seq } = viewer.state()
  const start = performance.now()
  const { processes, own_cost: cost } = await services.api.getProcesses()
  answers.push(performance.now() - start)
  sweeps.push(cost.sweep_wall_ms ?? Number.NaN)
  if (processes.length < count) throw new Error(`${processes.length} of ${count} are listed`)
  await viewer.until('the next frame', (now) => now.seq > seq, 60_000)
}
const now = await report(services.children.accuracy)
const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? Number.NaN
console.log(
  `${count} processes under ${parent.pid}: sweep ${median(sweeps).toFixed(1)} ms, ` +
    `answer ${median(answers).toFixed(1)} ms (medians of ${sweeps.length}), ` +
    `event loop held up ${now.blockedMs.toFixed(0)} ms at most, ` +
    `rss ${mib(now.rssBytes)} MiB, heap ${mib(now.heapBytes)} MiB, ${now.descriptors} descriptors`,
)
process.exitCode = now.blockedMs <= MOST_BLOCKED_MS ? 0 : 1
