import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ActionList,
  APP_COLUMNS,
  AppList,
  Health,
  INFO_SECTIONS,
  PortList,
  PROCESS_COLUMNS,
  ProcessDeltaFrame,
  NetworkUse,
  DriveHealthList,
  ContainerList,
  SessionList,
  ProcessFigures,
  ProcessInfo,
  ProcessList,
  ProcessRow,
  ProcessSnapshotFrame,
  STREAM_PROTOCOL,
  SystemInfo,
  SystemStats,
} from '@taskmanager/contracts'
import { Type } from 'typebox'
import { SERVICES } from '../../scripts/api-docs/routes.ts'
import { watchList } from '../support/list-stream.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'
import { expectShape, send } from '../support/wire.ts'

let services: RunningServices
beforeAll(async () => {
  services = await startServices()
})
afterAll(() => services?.[Symbol.asyncDispose]())

const SEED_STATS = [
  'cpu_usage',
  'memory_total',
  'memory_used',
  'memory_percent',
  'disk_total',
  'disk_used',
  'disk_percent',
  'disk_read',
  'disk_write',
  'network_sent',
  'network_recv',
  'gpu_usage',
  'gpu_memory_used',
  'gpu_memory_total',
  'gpu_temperature',
]

test('every answer is what its schema says', async () => {
  const { stats, accuracy } = services.ports
  const get = async (port: number, path: string) => {
    const answer = await send({ port, path })
    expect({ path, status: answer.status }).toEqual({ path, status: 200 })
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    return answer.json
  }
  expectShape(Health, await get(stats, '/health'))
  expectShape(Health, await get(accuracy, '/health'))
  expectShape(SystemStats, await get(stats, '/api/stats'))
  expectShape(
    ProcessFigures,
    await get(stats, '/api/process-figures?fields=num_fds,run_delay_percent'),
  )
  expectShape(DriveHealthList, await get(stats, '/api/drive-health'))
  expectShape(ContainerList, await get(stats, '/api/containers'))
  expectShape(SessionList, await get(stats, '/api/sessions'))
  expectShape(NetworkUse, await get(stats, '/api/network-use'))
  expectShape(ActionList, await get(stats, '/api/actions'))
  expectShape(SystemInfo, await get(stats, '/api/system'))
  expectShape(PortList, await get(stats, '/api/ports'))
  expectShape(ProcessList, await get(accuracy, '/api/processes'))
  expectShape(AppList, await get(accuracy, '/api/apps'))
  const path = `/api/process/${process.pid}/info?include=${INFO_SECTIONS.join(',')}`
  expectShape(ProcessInfo, await get(stats, path))
})

test('every row is whole and has the keys of the contract', async () => {
  const { processes } = await services.api.getProcesses()
  expect(processes.length).toBeGreaterThan(5)
  for (const row of processes) {
    expectShape(ProcessRow, row)
    expect(Object.keys(row).toSorted()).toEqual([...PROCESS_COLUMNS].toSorted())
  }
  const { apps } = await services.api.getApps()
  for (const app of apps) expect(Object.keys(app).toSorted()).toEqual([...APP_COLUMNS].toSorted())
})

test("the seed's keys of /api/stats are there, with sane figures", async () => {
  let stats = await services.api.getStats()
  // Sizes of file systems are read beside the sample, and join it when they are there.
  while (stats.disk_total === null) stats = await services.api.getStats()
  expect(Object.keys(stats)).toEqual(expect.arrayContaining(SEED_STATS))
  expect(stats.memory_used).toBe(
    (stats.memory.total_bytes ?? 0) - (stats.memory.available_bytes ?? 0),
  )
  expect(stats.memory_percent).toBeGreaterThan(0)
  expect(stats.memory_percent).toBeLessThan(100)
  expect(stats.disk_total).toBeGreaterThan(0)
  expect(stats.cpu.cores).toHaveLength(stats.cpu.logical_count)
})

test('fields, sort, limit and search do what they say', async () => {
  const ask = async (query: string) => {
    const { json } = await send({ port: services.ports.accuracy, path: `/api/processes?${query}` })
    return (json as { processes: Record<string, unknown>[] }).processes
  }
  const byMemory = await ask('sort=-memory&limit=5&fields=pid,memory')
  expect(byMemory).toHaveLength(5)
  expect(byMemory.every((row) => Object.keys(row).toSorted().join() === 'memory,pid')).toBe(true)
  const sizes = byMemory.map((row) => row['memory'] as number)
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
  const found = await ask(`search=${process.pid}&fields=pid`)
  expect(found.map((row) => row['pid'])).toContain(process.pid)
})

test('stream frames are what their schemas say, and deltas build the same list as the route', async () => {
  using viewer = await watchList(services.ports.accuracy)
  await viewer.until('a few deltas', (now) => now.seq > (viewer.frames[0]?.seq ?? 0) + 2)
  const [first, ...rest] = viewer.frames
  expectShape(ProcessSnapshotFrame, first)
  for (const frame of rest) {
    expectShape(frame.type === 'delta' ? ProcessDeltaFrame : ProcessSnapshotFrame, frame)
  }
  expect(rest.some((frame) => frame.type === 'delta')).toBe(true)
  // The same sample from both: ask until a route answer and a picture carry the same instant.
  for (;;) {
    const list = await services.api.getProcesses()
    const apps = await services.api.getApps()
    const state = await viewer.until('that sample', (now) => now.sampledAtMs >= list.sampled_at_ms)
    if (state.sampledAtMs !== list.sampled_at_ms || apps.sampled_at_ms !== list.sampled_at_ms)
      continue
    const byPid = <T extends { pid: number }>(rows: Iterable<T>) =>
      [...rows].toSorted((a, b) => a.pid - b.pid)
    expect(byPid(state.rows.values())).toEqual(byPid(list.processes))
    const byId = <T extends { id: string }>(rows: Iterable<T>) =>
      [...rows].toSorted((a, b) => (a.id < b.id ? -1 : 1))
    expect(byId(state.apps.values())).toEqual(byId(apps.apps))
    expect(state.accounting).toEqual(list.accounting)
    return
  }
})

test('the stats stream sends whole frames of the same shape', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${services.ports.stats}/api/stats/stream`, [
    STREAM_PROTOCOL,
  ])
  const frames: unknown[] = []
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('the stream did not open')))
    socket.addEventListener('message', (event) => {
      if (frames.push(JSON.parse(String(event.data))) === 3) resolve()
    })
  })
  socket.close()
  for (const frame of frames) expectShape(SystemStats, frame)
  expectShape(Type.Number({ minimum: 0, maximum: 100 }), (frames.at(-1) as SystemStats).cpu_usage)
})

test.each(['stats', 'accuracy'] as const)(
  '%s serves no route that docs/API.md leaves out',
  async (name) => {
    const port = services.ports[name]
    const document = await send({ port, path: '/openapi.json' })
    expect(document.status).toBe(200)
    const { paths } = document.json as { paths: Record<string, Record<string, unknown>> }
    const documented = new Set(SERVICES.flatMap(({ routes }) => routes.map(({ call }) => call)))
    const served = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      ),
    )
    expect(served.length).toBeGreaterThan(3)
    // Streams are GET in OpenAPI; HEAD needs no page of its own.
    const missing = served
      .filter((call) => !call.startsWith('HEAD '))
      .filter((call) => !documented.has(call) && !documented.has(call.replace('GET', 'WS')))
    expect(missing).toEqual([])
  },
)
