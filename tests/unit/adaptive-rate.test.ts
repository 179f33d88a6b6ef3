import { fakeProcessTable } from '@taskmanager/testkit'
import { AppSeries, desktopNames } from '../../packages/metrics/src/index.ts'
import { createMachine, type MachineSample } from '@taskmanager/platform'
import {
  IDLE_INTERVAL_MS,
  LogOnce,
  OwnCostMeter,
  StreamHub,
} from '../../packages/service-kit/src/index.ts'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createLogger } from '../../packages/service-kit/src/logging.ts'
import { Lists } from '../../services/accuracy/src/lists.ts'
import { Sampler } from '../../services/accuracy/src/sampler.ts'
import { MachineSampler } from '../../services/stats/src/sampler.ts'
import { FakeViewer } from '../support/fake-viewer.ts'

/** A service's loop with viewers, on timers that a test moves. */
interface Loop {
  hub: StreamHub
  /** When each sample began, milliseconds. */
  begun: number[]
  most: number
  stop(): unknown
}

let sample: MachineSample
let sampleTakesMs = 0
beforeAll(async () => {
  const provider = await createMachine()
  sample = await provider.sample()
  await provider.close()
})

let sleptMs = 0
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  })
  const awake = performance.now.bind(performance)
  sleptMs = 0
  vi.spyOn(performance, 'now').mockImplementation(() => awake() + sleptMs)
  sampleTakesMs = 0
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Counts the samples under way; each takes `sampleTakesMs`. */
function counted(loop: Pick<Loop, 'begun' | 'most'>) {
  let underWay = 0
  return async <T>(read: () => T): Promise<Awaited<T>> => {
    loop.begun.push(Math.round(performance.now()))
    loop.most = Math.max(loop.most, ++underWay)
    if (sampleTakesMs > 0) await new Promise((resolve) => setTimeout(resolve, sampleTakesMs))
    underWay--
    return await read()
  }
}

function lists(): Loop {
  const counts = { begun: [] as number[], most: 0 }
  const count = counted(counts)
  const table = fakeProcessTable([{ pid: 1 }, { pid: 7, cpuMs: 5 }])
  const provider = {
    get capabilities() {
      return table.capabilities
    },
    sweep: () =>
      count(() => {
        table.clock.advance(performance.now() - table.clock.monotonicMs())
        return table.sweep()
      }),
    close: () => table.close(),
  }
  const hub = new StreamHub({ onDemand: () => sampler.adapt() })
  const logOnce = new LogOnce(createLogger('accuracy', 'silent', { write: () => {} }))
  const sampler = new Sampler({
    provider,
    lists: new Lists(desktopNames([])),
    series: new AppSeries(),
    containers: null,
    hub,
    ownCost: new OwnCostMeter(),
    logOnce,
  })
  sampler.start()
  return Object.assign(counts, { hub, stop: () => sampler.stop() })
}

function machine(): Loop {
  const counts = { begun: [] as number[], most: 0 }
  const count = counted(counts)
  const hub = new StreamHub({ onDemand: (intervalMs) => sampler.setInterval(intervalMs) })
  const sampler = new MachineSampler({
    provider: {
      sample: () => count(() => ({ ...sample, monotonicMs: performance.now() })),
      info: () => Promise.reject(new Error('not asked here')),
      close: async () => {},
    },
    intervalMs: IDLE_INTERVAL_MS,
    onTick: ({ seq }) => hub.publish({ snapshot: () => String(seq), delta: null }),
    onError: (error) => expect.fail(String(error)),
  })
  sampler.start()
  return Object.assign(counts, { hub, stop: () => sampler.stop() })
}

/** How many samples begin in the next `ms`. */
async function samplesIn(loop: Loop, ms: number): Promise<number> {
  const before = loop.begun.length
  await vi.advanceTimersByTimeAsync(ms)
  return loop.begun.length - before
}

describe.each([
  ['the lists', lists],
  ['the machine', machine],
])('%s are sampled', (_what, start) => {
  let loop: Loop
  afterEach(async () => {
    const stopped = loop.stop()
    await vi.advanceTimersByTimeAsync(sampleTakesMs)
    await stopped
  })

  test('once a tick for ten viewers, who all get the frame', async () => {
    loop = start()
    const viewers = Array.from({ length: 10 }, () => new FakeViewer(loop.hub))
    await vi.advanceTimersByTimeAsync(1500)
    for (const viewer of viewers) viewer.frames.length = 0
    expect(await samplesIn(loop, 10_000)).toBe(10)
    expect(viewers.map(({ frames }) => frames.length)).toEqual(viewers.map(() => 10))
  })

  test('as fast as the fastest viewer asks, and slowly when the last has left', async () => {
    loop = start()
    const [slow, fast] = [new FakeViewer(loop.hub), new FakeViewer(loop.hub)]
    slow.ask(5000)
    fast.ask(500)
    await vi.advanceTimersByTimeAsync(2000)
    expect(await samplesIn(loop, 10_000)).toBe(20)
    fast.leave()
    await vi.advanceTimersByTimeAsync(5000)
    expect(await samplesIn(loop, 20_000)).toBe(4)
    slow.leave()
    await vi.advanceTimersByTimeAsync(5000)
    expect(await samplesIn(loop, 60_000)).toBe(60_000 / IDLE_INTERVAL_MS)
    // One who comes is served at once, not when the slow interval has run out.
    const late = new FakeViewer(loop.hub)
    late.ask(500)
    expect(await samplesIn(loop, 550)).toBeGreaterThanOrEqual(1)
    expect(await samplesIn(loop, 5000)).toBe(10)
  })

  test('for one who polls without a stream too, for a while', async () => {
    loop = start()
    await vi.advanceTimersByTimeAsync(6000)
    loop.hub.noteReader()
    await vi.advanceTimersByTimeAsync(1000)
    expect(await samplesIn(loop, 5000)).toBe(5)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await samplesIn(loop, 60_000)).toBe(60_000 / IDLE_INTERVAL_MS)
  })

  test('never twice at a time, however slow a sample is and however many ask', async () => {
    loop = start()
    const viewers = Array.from({ length: 5 }, () => new FakeViewer(loop.hub))
    sampleTakesMs = 1700
    for (let second = 0; second < 30; second++) {
      viewers[second % 5]?.ask(second % 2 === 0 ? 500 : 1000)
      loop.hub.noteReader()
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(loop.most).toBe(1)
    expect(loop.begun.length).toBeGreaterThan(10)
  })

  test('once after a sleep of two hours, and then at the old rate', async () => {
    loop = start()
    const viewer = new FakeViewer(loop.hub)
    await vi.advanceTimersByTimeAsync(5000)
    sleptMs += 2 * 3_600_000
    expect(await samplesIn(loop, 1000)).toBe(1)
    expect(await samplesIn(loop, 10_000)).toBe(10)
    viewer.leave()
  })
})
