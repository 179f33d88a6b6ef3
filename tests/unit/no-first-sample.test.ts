import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fakeProcessTable } from '@taskmanager/testkit'
import { expect, onTestFinished, test, vi } from 'vitest'
import { closeService, readConfig } from '../../packages/service-kit/src/index.ts'
import { buildApp } from '../../services/accuracy/src/app.ts'

test('lists that cannot be read at all are told as that within seconds, and are there when they can', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const runDir = mkdtempSync(path.join(tmpdir(), 'tmp-no-first-'))
  const env = { PORT: '8001', TASKMANAGER_RUN_DIR: runDir, TASKMANAGER_LOG_LEVEL: 'silent' }
  const table = fakeProcessTable([{ pid: 1 }])
  let isBroken = true
  const { service, sampler } = await buildApp({
    config: readConfig('accuracy', env),
    peers: { relationOf: () => 'same_user' },
    provider: {
      capabilities: table.capabilities,
      sweep: () => (isBroken ? Promise.reject(new Error('no /proc')) : table.sweep()),
      close: () => table.close(),
    },
  })
  onTestFinished(async () => {
    vi.useRealTimers()
    await closeService(service, { onStop: () => sampler.stop() })
    rmSync(runDir, { recursive: true })
  })
  const get = (url: string) =>
    service.app.inject({ url, headers: { host: 'localhost:8001' } }).then((answer) => answer)
  sampler.start()

  const early = ['/api/processes', '/api/processes?limit=1', '/api/apps'].map(get)
  await vi.advanceTimersByTimeAsync(3000)
  for (const answer of await Promise.all(early)) {
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toMatchObject({ error: 'unavailable' })
    expect(answer.headers['retry-after']).toBe('1')
  }

  isBroken = false
  const waits = get('/api/apps')
  await vi.advanceTimersByTimeAsync(1000)
  expect((await waits).json()).toMatchObject({ apps: [{ process_count: 1 }] })
})
