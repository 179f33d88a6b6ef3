import { setTimeout as sleep } from 'node:timers/promises'
import { startCrowd } from '../crowd.ts'
import { isMissing } from '../line-worker.ts'
import { sum } from '../measure.ts'
import { btop, htop, type TerminalMonitor } from '../opponents/terminal.ts'
import { processCpuMs, processPssBytes } from '../process-cpu.ts'
import { bytes, ms, percent } from '../report/figures.ts'
import type { PartResult } from '../report/part-result.ts'
import { ServicePlace, startServices, type RunningServices } from '../services.ts'
import { watchStream } from '../stream-viewer.ts'
import { USUAL_PROCESSES, type PartContext } from './context.ts'
import { ownCostBudgets, type OwnCost, type Pair } from './own-cost-budgets.ts'

const SECONDS = { whole: 20, quick: 3 }
const MONITOR_SECONDS = { whole: 10, quick: 2 }
/** Who asks by HTTP is a viewer for ten seconds after; then the services slow down, and nothing of the start is left. */
const SETTLE_MS = { whole: 16_000, quick: 11_000 }
const LONG_MS = 10 * 60_000

/** What our own services use: CPU with a viewer and without, memory, and the time until they tell something. */
export async function ownCostPart({ options, say }: PartContext): Promise<PartResult> {
  await using crowd = await startCrowd(USUAL_PROCESSES)
  using place = new ServicePlace()
  const length = options.quick ? 'quick' : 'whole'
  say('start of the services')
  const firstStartMs = await startAndStop(place)
  await using services = await startServices(place)
  const cost: OwnCost = { ...NOTHING, firstStartMs, nextStartMs: services.firstNumbersMs }
  cost.startPss = pssOf(services)
  say('both services without a viewer')
  await sleep(SETTLE_MS[length])
  cost.idle = await cpuPercent(services, SECONDS[length])
  {
    await using listViewer = await watchStream(services.ports.accuracy, '/api/processes/stream')
    await using statsViewer = await watchStream(services.ports.stats, '/api/stats/stream')
    say('both services with a viewer')
    await sleep(2000)
    cost.watched = await cpuPercent(services, SECONDS[length])
    cost.viewerPss = pssOf(services)
    for (const { frames } of [listViewer, statsViewer])
      if (frames.length < 2) throw new Error('a viewer got no frames: its cost is not measured')
    if (options.long) {
      say('ten minutes with a viewer')
      await sleep(LONG_MS)
      cost.longWatched = await cpuPercent(services, SECONDS[length])
      cost.longPss = pssOf(services)
    }
  }
  say('other monitors')
  const others = await watchAll([htop, btop], MONITOR_SECONDS[length])
  cost.btopPercent = others.find(({ name }) => name === btop.name)?.percentOfCore ?? Number.NaN
  return {
    title: `Our own cost at ${crowd.processes} processes`,
    about: ABOUT,
    tables: [
      {
        caption: 'CPU, share of one core at a picture a second',
        head: ['who', 'stats', 'accuracy', 'together'],
        rows: [
          ['ours, one viewer', ...cpuCells(cost.watched)],
          options.long
            ? ['ours, one viewer, after 10 minutes', ...cpuCells(cost.longWatched)]
            : ['ours, one viewer, after 10 minutes', 'run with --long', '', ''],
          ['ours, no viewer', ...cpuCells(cost.idle)],
          ...others.map(({ name, percentOfCore, remark }) => [
            `${name} ${remark}`,
            '–',
            '–',
            percent(percentOfCore),
          ]),
        ],
      },
      {
        caption: 'Memory (PSS)',
        head: ['when', 'stats', 'accuracy', 'together'],
        rows: [
          ['after the start', ...memoryCells(cost.startPss)],
          ['after a while with a viewer', ...memoryCells(cost.viewerPss)],
          options.long
            ? ['after 10 minutes with a viewer', ...memoryCells(cost.longPss)]
            : ['after 10 minutes with a viewer', 'run with --long', '', ''],
        ],
      },
      {
        caption: 'From the start of both to the first figures of an interval',
        head: ['start', 'time'],
        rows: [
          ['the first', ms(cost.firstStartMs)],
          ['the next, with compiled code at hand', ms(cost.nextStartMs)],
        ],
      },
    ],
    budgets: ownCostBudgets(cost, options.long),
  }
}

const ABOUT = `Both services from their bundles and with the flags of \`npm start\`; CPU by the clocks of their processes. PSS shares the program of Node
among all Nodes that run, of which the benchmark is one. Other monitors run in a pseudo-terminal with their default settings, but for a
picture a second. In the first minutes V8 still compiles.`

const UNKNOWN: Pair = { stats: Number.NaN, accuracy: Number.NaN }
const NOTHING: OwnCost = {
  idle: UNKNOWN,
  watched: UNKNOWN,
  longWatched: UNKNOWN,
  startPss: UNKNOWN,
  viewerPss: UNKNOWN,
  longPss: UNKNOWN,
  firstStartMs: Number.NaN,
  nextStartMs: Number.NaN,
  btopPercent: Number.NaN,
}

async function startAndStop(place: ServicePlace): Promise<number> {
  await using services = await startServices(place)
  return services.firstNumbersMs
}

async function cpuPercent({ pids }: RunningServices, seconds: number): Promise<Pair> {
  const before = { stats: processCpuMs(pids.stats), accuracy: processCpuMs(pids.accuracy) }
  const startedAt = performance.now()
  await sleep(seconds * 1000)
  const share = (cpuMs: number) => (cpuMs / (performance.now() - startedAt)) * 100
  const used = {
    stats: share(processCpuMs(pids.stats) - before.stats),
    accuracy: share(processCpuMs(pids.accuracy) - before.accuracy),
  }
  for (const [name, percentOfCore] of Object.entries(used))
    if (Number.isNaN(percentOfCore)) throw new Error(`the service ${name} has ended`)
  return used
}

const pssOf = ({ pids }: RunningServices): Pair => ({
  stats: processPssBytes(pids.stats) ?? Number.NaN,
  accuracy: processPssBytes(pids.accuracy) ?? Number.NaN,
})

interface Watched {
  name: string
  percentOfCore: number
  remark: string
}

async function watchAll(monitors: readonly TerminalMonitor[], seconds: number): Promise<Watched[]> {
  const watched: Watched[] = []
  for (const monitor of monitors) watched.push(await watchOne(monitor, seconds))
  return watched
}

async function watchOne(monitor: TerminalMonitor, seconds: number): Promise<Watched> {
  const { name } = monitor
  try {
    const found = await monitor.watch(seconds)
    if (isMissing(found)) {
      return { name, percentOfCore: Number.NaN, remark: `is missing: ${found.missing}` }
    }
    return { name, percentOfCore: found.cpuMsPerSecond / 10, remark: found.version }
  } catch (error) {
    return { name, percentOfCore: Number.NaN, remark: `has failed: ${(error as Error).message}` }
  }
}

const cells = (pair: Pair, spell: (value: number) => string): string[] =>
  [pair.stats, pair.accuracy, sum([pair.stats, pair.accuracy])].map(spell)
const cpuCells = (pair: Pair) => cells(pair, percent)
const memoryCells = (pair: Pair) => cells(pair, bytes)
