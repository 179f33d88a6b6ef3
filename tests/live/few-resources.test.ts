import type { ProcessListBody } from '@taskmanager/contracts'
import { crowd, sleeper } from '@taskmanager/testkit'
import { expect, test } from 'vitest'
import { watchList } from '../support/list-stream.ts'
import { startServices } from '../support/running-services.ts'
import { send } from '../support/wire.ts'

/** For a machine that is loaded by other tests. */
const PATIENCE_MS = 40_000

/** Node refuses every new process to a program that runs so: as if `fork` failed. */
const NO_NEW_PROCESSES = [
  '--permission',
  '--allow-fs-read=*',
  '--allow-fs-write=*',
  '--allow-addons',
  '--allow-net',
  '--allow-worker',
]

test('no new process can be started: lists, machine, details and the kill need none', async () => {
  await using services = await startServices({ nodeOptions: NO_NEW_PROCESSES })
  await using child = await sleeper()
  using viewer = await watchList(services.ports.accuracy)
  await viewer.until('it is listed', ({ rows }) => rows.has(child.pid))
  const { api } = services
  expect((await api.getStats()).memory_total).toBeGreaterThan(0)
  expect((await api.getSystem()).cpu.threads).toBeGreaterThan(0)
  expect((await api.getApps()).apps.length).toBeGreaterThan(0)
  const info = await api.getProcessInfo(child.pid)
  const outcome = await api.kill(child.pid, { start_id: info.start_id, signal: 'TERM' })
  expect(outcome.result).toBe('terminated')
  expect((await child.ended).signal).toBe('SIGTERM')
}, 120_000)

test('a heap of 64 MiB and two thousand processes: it answers, whole, and goes on', async () => {
  await using parent = await crowd(2000)
  await using services = await startServices({ nodeOptions: ['--max-old-space-size=64'] })
  using viewer = await watchList(services.ports.accuracy)
  const children = (rows: ReadonlyMap<number, { ppid: number | null }>) =>
    [...rows.values()].filter(({ ppid }) => ppid === parent.pid).length
  const { seq } = await viewer.until(
    'all of them',
    ({ rows }) => children(rows) === 2000,
    PATIENCE_MS,
  )
  for (let i = 0; i < 5; i++) {
    const answer = await send({ port: services.ports.accuracy, path: '/api/processes' })
    expect((answer.json as ProcessListBody).processes.length).toBeGreaterThan(2000)
  }
  await viewer.until('it goes on', (now) => now.seq >= seq + 3, PATIENCE_MS)
  expect(await services.api.getHealth('accuracy')).toMatchObject({ status: 'ok' })
}, 120_000)
