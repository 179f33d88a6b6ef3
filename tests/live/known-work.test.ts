import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { burner, sleeper, termIgnorer, zombies } from '@taskmanager/testkit'
import { watchList } from '../support/list-stream.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'

let services: RunningServices
beforeAll(async () => {
  services = await startServices()
})
afterAll(() => services?.[Symbol.asyncDispose]())

/**
 * Within this share of one core of the process's own clock, averaged over the frames: the budget is 0.15 at 200 %, the
 * rest is the coarseness of its own marks (25 ms) on a machine that is busy with other tests.
 */
const CORE_PERCENT_TOLERANCE = 3

test.each([
  { percent: 20, threads: 1 },
  { percent: 60, threads: 2 },
])('a process of $threads × $percent % has the CPU share its own clock tells', async (work) => {
  await using child = await burner(work)
  using viewer = await watchList(services.ports.accuracy)
  // An interval that began after the process had started its book.
  const booksSinceMs = Date.now()
  const first = await viewer.until(
    'a whole interval of its life',
    ({ sampledAtMs, intervalMs }) => sampledAtMs - (intervalMs ?? Infinity) > booksSinceMs,
  )
  const errors: number[] = []
  for (let i = 0, seq = first.seq; i < 4; i++) {
    const state = await viewer.until('the next frame', (now) => now.seq > seq)
    seq = state.seq
    const row = state.rows.get(child.pid)
    const interval = state.intervalMs ?? Number.NaN
    const own =
      (await child.cpuMsAt(state.sampledAtMs)) - (await child.cpuMsAt(state.sampledAtMs - interval))
    errors.push((row?.cpu_percent_of_core ?? Number.NaN) - (100 * own) / interval)
    expect(row?.cpu_percent).toBeCloseTo(
      (row?.cpu_percent_of_core ?? Number.NaN) / state.logicalCpuCount,
      0,
    )
  }
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
  expect(Math.abs(mean)).toBeLessThan(CORE_PERCENT_TOLERANCE)
})

test('its memory, threads, parent, state and total CPU time are right', async () => {
  await using child = await burner({ percent: 5, threads: 3, memoryBytes: 64 * 2 ** 20 })
  using viewer = await watchList(services.ports.accuracy)
  const state = await viewer.until('it is listed', (now) => now.rows.has(child.pid))
  const row = state.rows.get(child.pid)
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
  expect(row).toMatchObject({ pid: child.pid, ppid: process.pid, num_threads: field('Threads') })
  expect(['running', 'sleeping', 'disk-sleep']).toContain(row?.status)
  const rss = field('VmRSS') * 1024
  expect(row?.memory).toBeGreaterThan(64 * 2 ** 20)
  expect(Math.abs((row?.memory ?? 0) - rss) / rss).toBeLessThan(0.1)
  const own = await child.cpuMsAt(state.sampledAtMs)
  expect(Math.abs((row?.cpu_time_ms ?? 0) - own)).toBeLessThan(60)
  expect(row?.started_at_ms).toBeLessThan(Date.now())
  expect(row?.cmdline).toContain('burner.ts')
})

test('its details say what it waits for in the kernel', async () => {
  await using child = await sleeper()
  const asked = () => services.api.getProcessInfo(child.pid, { include: ['threads'] })
  await expect.poll(async () => (await asked()).wait_channel).toMatch(/nanosleep/)
  const { threads, wait_channel: channel, unknown } = await asked()
  expect(threads?.find(({ tid }) => tid === child.pid)?.wait_channel).toBe(channel)
  expect(unknown['wait_channel']).toBeUndefined()
})

test('it is ended by the API with its identity, and leaves the list', async () => {
  await using child = await sleeper()
  using viewer = await watchList(services.ports.accuracy)
  const state = await viewer.until('it is listed', (now) => now.rows.has(child.pid))
  const startId = state.rows.get(child.pid)?.start_id ?? ''
  const outcome = await services.api.kill(child.pid, { start_id: startId, signal: 'TERM' })
  expect(outcome).toMatchObject({ pid: child.pid, result: 'terminated' })
  expect((await child.ended).signal).toBe('SIGTERM')
  await viewer.until('it is gone', (now) => !now.rows.has(child.pid))
})

test('the identity of the details ends it too, pinned to the kernel object where there is one', async () => {
  await using child = await sleeper()
  const info = await services.api.getProcessInfo(child.pid)
  const outcome = await services.api.kill(child.pid, { start_id: info.start_id, signal: 'TERM' })
  expect(outcome.result).toBe('terminated')
  expect((await child.ended).signal).toBe('SIGTERM')
})

test('a process that ignores TERM is still running, and KILL ends it', async () => {
  await using child = await termIgnorer()
  const { start_id: startId } = await services.api.getProcessInfo(child.pid)
  const asked = await services.api.kill(child.pid, { start_id: startId, signal: 'TERM' })
  expect(asked.result).toBe('still_running')
  expect(asked.elapsed_ms).toBeLessThan(5000)
  const forced = await services.api.kill(child.pid, { start_id: startId, signal: 'KILL' })
  expect(forced.result).toBe('terminated')
  expect((await child.ended).signal).toBe('SIGKILL')
})

test('suspend and resume show in the list', async () => {
  await using child = await sleeper()
  using viewer = await watchList(services.ports.accuracy)
  const state = await viewer.until('it is listed', (now) => now.rows.has(child.pid))
  const identity = { start_id: state.rows.get(child.pid)?.start_id ?? '' }
  expect((await services.api.suspend(child.pid, identity)).result).toBe('suspended')
  await viewer.until('stopped', (now) => now.rows.get(child.pid)?.status === 'stopped')
  expect((await services.api.resume(child.pid, identity)).result).toBe('resumed')
  await viewer.until('goes on', (now) => now.rows.get(child.pid)?.status === 'sleeping')
})

test('zombies are listed as zombies and cannot be ended', async () => {
  await using parent = await zombies(2)
  using viewer = await watchList(services.ports.accuracy)
  const [pid = 0] = parent.zombiePids
  const state = await viewer.until('the zombie is listed', (now) => now.rows.has(pid))
  expect(state.rows.get(pid)).toMatchObject({ status: 'zombie', ppid: parent.pid, memory: 0 })
  const startId = state.rows.get(pid)?.start_id ?? ''
  await expect(services.api.kill(pid, { start_id: startId, signal: 'KILL' })).rejects.toMatchObject(
    { status: 409, error: 'already_dead' },
  )
})
