import type { MachineProvider, MachineSample } from '@taskmanager/platform'
import { createMachine } from '@taskmanager/platform'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MachineSampler, type Tick } from './sampler.ts'

// Timers only: the sampler, the arithmetic and the sample are real.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

async function realSample(): Promise<MachineSample> {
  vi.useRealTimers()
  const machine = await createMachine()
  const sample = await machine.sample()
  await machine.close()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  return sample
}

function rig(provide: () => Promise<MachineSample>) {
  const ticks: Tick[] = []
  const errors: unknown[] = []
  const provider = { sample: provide } as MachineProvider
  const sampler = new MachineSampler({
    provider,
    intervalMs: 5000,
    onTick: (tick) => ticks.push(tick),
    onError: (error) => errors.push(error),
  })
  return { sampler, ticks, errors }
}

test('two quick samples, then the slow interval; a viewer is served at once', async () => {
  const sample = await realSample()
  const { sampler, ticks } = rig(async () => ({ ...sample, monotonicMs: performance.now() }))
  sampler.start()
  await vi.advanceTimersByTimeAsync(0)
  expect(ticks).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(250)
  expect(ticks).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(3000)
  expect(ticks).toHaveLength(2)
  sampler.setInterval(1000)
  await vi.advanceTimersByTimeAsync(0)
  expect(ticks).toHaveLength(3)
  await vi.advanceTimersByTimeAsync(2000)
  expect(ticks).toHaveLength(5)
  expect(ticks.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
  expect(ticks.map(({ reading }) => reading.gap)).toEqual([false, false, false, false, false])
  await sampler.stop()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(ticks).toHaveLength(5)
})

test('a sample that takes long is never overtaken by another', async () => {
  const sample = await realSample()
  let underWay = 0
  let most = 0
  const { sampler, ticks } = rig(async () => {
    most = Math.max(most, ++underWay)
    await new Promise((resolve) => setTimeout(resolve, 7000))
    underWay -= 1
    return sample
  })
  sampler.start()
  sampler.setInterval(500)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(most).toBe(1)
  expect(ticks.length).toBeGreaterThan(2)
})

test('a sample that fails is told, and the loop goes on', async () => {
  const sample = await realSample()
  let calls = 0
  const { sampler, ticks, errors } = rig(async () => {
    if (++calls === 2) throw new Error('no CPU line')
    return sample
  })
  sampler.start()
  await vi.advanceTimersByTimeAsync(600)
  expect(errors).toEqual([new Error('no CPU line')])
  expect(ticks).toHaveLength(2)
  await sampler.stop()
})
