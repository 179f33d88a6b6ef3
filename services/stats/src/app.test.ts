import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { STREAM_PROTOCOL, SystemInfo, SystemStats } from '@taskmanager/contracts'
import {
  createFigures,
  createMachine,
  createNetworkUse,
  createPorts,
  createContainers,
  createSessions,
  createProcessControl,
  createProcessDetail,
  type ServicesProvider,
} from '@taskmanager/platform'
import {
  closeService,
  startListening,
  readConfig,
  type PeerRelation,
} from '@taskmanager/service-kit'
import { Compile } from 'typebox/compile'
import { afterEach, expect, test } from 'vitest'
import { buildApp } from './app.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** The real service with its guard on the real machine, without a port. */
async function start(
  relation: PeerRelation = 'same_user',
  port = '8000',
  services: ServicesProvider | null = null,
) {
  const runDir = mkdtempSync(path.join(tmpdir(), 'stats-app-'))
  const env = { PORT: port, TASKMANAGER_RUN_DIR: runDir, TASKMANAGER_LOG_LEVEL: 'silent' }
  const machine = await createMachine()
  const app = await buildApp({
    config: readConfig('stats', env),
    peers: { relationOf: () => relation },
    machine,
    control: await createProcessControl(),
    details: await createProcessDetail(),
    ports: await createPorts(),
    services,
    serviceLog: null,
    startup: null,
    figures: await createFigures(),
    networkUse: await createNetworkUse(),
    sessions: await createSessions(),
    containers: await createContainers(),
  })
  cleanups.push(async () => {
    await closeService(app.service, { onStop: () => app.sampler.stop() })
    await machine.close()
    rmSync(runDir, { recursive: true, force: true })
  })
  const get = (url: string, headers: Record<string, string> = {}) =>
    app.service.app.inject({ url, headers: { host: 'localhost:8000', ...headers } })
  return { ...app, get }
}

const SEED = [
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

test('a request before the first sample waits for it, and gets null with the reason, never 0', async () => {
  const { sampler, get } = await start()
  const answer = get('/api/stats')
  sampler.start()
  const stats = (await answer).json<SystemStats>()
  expect(Object.keys(stats).slice(0, 15)).toEqual(SEED)
  expect(stats).toMatchObject({ cpu_usage: null, interval_ms: null, seq: 1, type: 'stats' })
  expect(stats.unknown['cpu_usage']).toBe('first_sample')
  expect(stats.memory_used).toBe((stats.memory_total ?? 0) - (stats.memory.available_bytes ?? 0))
  const nulls = SEED.filter((key) => stats[key as keyof SystemStats] === null)
  expect(nulls.filter((key) => stats.unknown[key] === undefined)).toEqual([])
})

test('the answers are what their schemas say', async () => {
  const { sampler, get } = await start()
  sampler.start()
  const stats = await get('/api/stats')
  const system = await get('/api/system')
  expect([...Compile(SystemStats).Errors(stats.json())]).toEqual([])
  expect([...Compile(SystemInfo).Errors(system.json())]).toEqual([])
  expect(stats.headers['content-type']).toBe('application/json; charset=utf-8')
  expect(system.json<SystemInfo>()).toMatchObject({ service_pid: process.pid })
})

test('services that are only shown, and those that cannot be listed: the capabilities have the reason', async () => {
  const provider = (of: Pick<ServicesProvider, 'unavailable' | 'fixed'>): ServicesProvider => ({
    manager: 'launchd',
    ...of,
    logOf: () => 'a log',
    list: () => Promise.resolve({ services: [], missing: { system: null, user: null } }),
    act: () =>
      Promise.resolve({ result: 'protected', reason: of.fixed, state: null, starts: null }),
  })
  const told = async (services: ServicesProvider | null) => {
    const { get } = await start('same_user', '8000', services)
    const { capabilities } = (await get('/api/system')).json<SystemInfo>()
    return [capabilities['services'], capabilities['service_control']]
  }
  const works = { available: true, reason: null }
  expect(await told(provider({ unavailable: null, fixed: null }))).toEqual([works, works])
  expect(await told(provider({ unavailable: null, fixed: 'Only shown here.' }))).toEqual([
    works,
    { available: false, reason: 'Only shown here.' },
  ])
  const reason = 'Services are not listed: the call is gone.'
  expect(await told(provider({ unavailable: reason, fixed: 'Only shown here.' }))).toMatchObject([
    { available: false, reason },
    { available: false },
  ])
  expect(await told(null)).toMatchObject([
    { available: false, reason: expect.stringContaining('not read on this system') },
    { available: false, reason: expect.stringContaining('not started and stopped') },
  ])
})

test('every request of a tick and the stream get the same text', async () => {
  const { service, sampler } = await start('same_user', '0')
  const { port } = await startListening(service)
  const get = async () => (await fetch(`http://127.0.0.1:${port}/api/stats`)).text()
  sampler.start()
  await get()
  await sampler.stop()
  const [one, two] = [await get(), await get()]
  expect(one).toBe(two)
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/stats/stream`, STREAM_PROTOCOL)
  const frame = await new Promise<unknown>((resolve, reject) => {
    socket.addEventListener('message', (event) => resolve(event.data))
    socket.addEventListener('error', () => reject(new Error('The stream was refused.')))
  })
  expect(frame).toBe(one)
  socket.close()
})

test('the guard stands before all of it', async () => {
  const { get } = await start()
  const refusals = [
    [{ host: 'evil.example:8000' }, 421, 'wrong_host'],
    [{ origin: 'http://evil.example' }, 403, 'forbidden_origin'],
    [{ 'sec-fetch-site': 'cross-site' }, 403, 'forbidden_origin'],
  ] as const
  for (const url of [
    '/api/stats',
    '/api/system',
    '/api/ports',
    '/api/network-use',
    '/api/sessions',
    '/api/containers',
    '/api/actions',
    '/api/process-figures?fields=num_fds',
    '/api/stats/stream',
  ]) {
    for (const [headers, status, error] of refusals) {
      const answer = await get(url, headers)
      expect({ url, status: answer.statusCode, ...answer.json<object>() }).toMatchObject({
        url,
        status,
        error,
      })
    }
  }
})

test('another user needs a token', async () => {
  const { get } = await start('other_user')
  expect((await get('/api/stats')).statusCode).toBe(401)
})

test('a sampler that never gets a sample answers 503 with a sentence, and goes on', async () => {
  const { get } = await start()
  const answer = await get('/api/stats') // the sampler is not started
  expect(answer.statusCode).toBe(503)
  expect(answer.json()).toMatchObject({ error: 'unavailable' })
  expect((await get('/api/system')).statusCode).toBe(200)
})
