import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OutgoingHttpHeaders } from 'node:http'
import { ERRORS, type ErrorCode, type ProcessRow } from '@taskmanager/contracts'
import { hostileProcesses, sleeper } from '@taskmanager/testkit'
import { watchList } from '../support/list-stream.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'
import { expectError, post, send } from '../support/wire.ts'

let services: RunningServices
beforeAll(async () => {
  services = await startServices()
})
afterAll(() => services?.[Symbol.asyncDispose]())

const START_ID = 'no-such-start'
const term = { start_id: START_ID, signal: 'TERM' }

test('another start mark ends nobody and names the present owner', async () => {
  await using child = await sleeper()
  const { start_id: real } = await services.api.getProcessInfo(child.pid)
  const wrong = real.replaceAll(/\d/g, (digit) => String((Number(digit) + 1) % 10))
  const path = `/api/process/${child.pid}/kill`
  const answer = await post(services.ports.stats, path, services.tokens.control, {
    start_id: wrong,
    signal: 'KILL',
  })
  expectError(answer, 'identity_mismatch')
  expect(child.child.signalCode).toBeNull()
})

test('a process that has ended is gone', async () => {
  const child = await sleeper()
  const { start_id: startId } = await services.api.getProcessInfo(child.pid)
  await child[Symbol.asyncDispose]()
  const path = `/api/process/${child.pid}/kill`
  const body = { start_id: startId, signal: 'TERM' }
  expectError(await post(services.ports.stats, path, services.tokens.control, body), 'gone')
  expectError(
    await send({ port: services.ports.stats, path: `/api/process/${child.pid}/info` }),
    'gone',
  )
})

test('a request that comes too late does nothing', async () => {
  await using child = await sleeper()
  const { start_id: startId } = await services.api.getProcessInfo(child.pid)
  const body = { start_id: startId, signal: 'KILL', expires_at: Date.now() - 1 }
  const path = `/api/process/${child.pid}/kill`
  expectError(await post(services.ports.stats, path, services.tokens.control, body), 'expired')
  expect(child.child.signalCode).toBeNull()
})

test('protected processes are refused with every right', async () => {
  const { stats, accuracy } = services.pids
  const { processes } = await services.api.getProcesses()
  const kernel = processes.find((row) => row.kind === 'kernel')
  const targets = [1, stats, accuracy, ...(kernel === undefined ? [] : [kernel.pid])]
  for (const pid of targets) {
    const row = processes.find((candidate) => candidate.pid === pid)
    expect(row).toBeDefined()
    const body = { start_id: row?.start_id, signal: 'KILL', confirm_name: row?.name }
    const path = `/api/process/${pid}/kill`
    expectError(await post(services.ports.stats, path, services.tokens.control, body), 'protected')
    expect(() => process.kill(pid, 0)).not.toThrow()
  }
})

describe('who may not', () => {
  const cases: [string, () => OutgoingHttpHeaders, ErrorCode][] = [
    ['a foreign Host', () => ({ host: 'evil.example' }), 'wrong_host'],
    ['a Host without port', () => ({ host: 'localhost' }), 'wrong_host'],
    ['a Host with a dot', () => ({ host: `localhost.:${services.ports.stats}` }), 'wrong_host'],
    ['a foreign Origin', () => ({ origin: 'http://evil.example' }), 'forbidden_origin'],
    ['the null Origin', () => ({ origin: 'null' }), 'forbidden_origin'],
    [
      'an Origin with a suffix',
      () => ({ origin: `${services.origin}.evil.example` }),
      'forbidden_origin',
    ],
    ['another local port', () => ({ origin: 'http://localhost:9' }), 'forbidden_origin'],
    ['an image of another page', () => ({ 'sec-fetch-site': 'cross-site' }), 'forbidden_origin'],
  ]
  test.each(cases)('%s reads nothing', async (_what, headers, code) => {
    const answer = await send({
      port: services.ports.stats,
      path: '/api/stats',
      headers: headers(),
    })
    expectError(answer, code)
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  })
  test.each(cases)('%s ends nothing, with a valid token', async (_what, headers, code) => {
    await using child = await sleeper()
    const path = `/api/process/${child.pid}/kill`
    const answer = await post(services.ports.stats, path, services.tokens.control, term, headers())
    expectError(answer, code)
    expect(child.child.signalCode).toBeNull()
  })

  test('no token, a wrong one, and the read token end nothing', async () => {
    await using child = await sleeper()
    const path = `/api/process/${child.pid}/kill`
    const port = services.ports.stats
    expectError(await post(port, path, null, term), 'unauthorized')
    expectError(await post(port, path, 'x'.repeat(43), term), 'unauthorized')
    expectError(await post(port, path, services.tokens.read, term), 'forbidden_scope')
    expect(child.child.signalCode).toBeNull()
  })

  test('a form of another page is no request', async () => {
    const path = `/api/process/${process.pid}/kill`
    const token = services.tokens.control
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json-patch+json',
    ]) {
      const answer = await post(services.ports.stats, path, token, term, { 'content-type': type })
      expectError(answer, 'unsupported_media_type')
    }
  })

  test('another user of this computer reads nothing without a token', async (context) => {
    if (process.getuid?.() !== 0) {
      context.skip('needs root, to become another user')
      return
    }
    const url = `http://127.0.0.1:${services.ports.stats}/api/stats`
    const script = `fetch(${JSON.stringify(url)}).then((a) => process.stdout.write(String(a.status)))`
    const { stdout } = spawnSync(
      'setpriv',
      ['--reuid', '65534', '--regid', '65534', '--clear-groups', process.execPath, '-e', script],
      { encoding: 'utf8', cwd: '/' },
    )
    expect(stdout).toBe('401')
  })
})

test('unknown routes, methods and queries have typed errors', async () => {
  const { stats, accuracy } = services.ports
  expectError(await send({ port: stats, path: '/api/nothing' }), 'not_found')
  expectError(await send({ port: accuracy, path: '/api/stats' }), 'not_found')
  expectError(await send({ port: accuracy, path: '/api/processes?limit=0' }), 'validation')
  expectError(await send({ port: accuracy, path: '/api/processes?colour=red' }), 'validation')
  expectError(
    await send({ port: accuracy, path: '/api/processes?fields=pid,colour' }),
    'bad_request',
  )
  expectError(await send({ port: stats, path: '/api/process/abc/info' }), 'invalid_pid')
  const answer = await send({ port: stats, path: '/api/stats', method: 'DELETE' })
  expect(Object.keys(ERRORS)).toContain((answer.json as { error: string }).error)
})

test('hostile names are clean text in rows of their own, and disturb no other', async () => {
  await using hostile = await hostileProcesses()
  using viewer = await watchList(services.ports.accuracy)
  const pids = hostile.list.map(({ pid }) => pid)
  const state = await viewer.until('all of them', (now) => pids.every((pid) => now.rows.has(pid)))
  for (const { label, pid } of hostile.list) {
    const row = state.rows.get(pid) as ProcessRow
    expect({ label, ppid: row.ppid, status: row.status, threads: row.num_threads }).toEqual({
      label,
      ppid: process.pid,
      status: 'sleeping',
      threads: 1,
    })
    expect(row.name).not.toBe('')
    for (const text of [row.name, row.cmdline ?? '']) {
      // C0, DEL, C1, zero-width, bidirectional marks, lone surrogates: made visible before they leave.
      expect(text).not.toMatch(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/u)
    }
    const info = await services.api.getProcessInfo(pid)
    expect(info).toMatchObject({ pid, ppid: process.pid, status: 'sleeping' })
    const outcome = await services.api.kill(pid, { start_id: info.start_id, signal: 'TERM' })
    expect(outcome.result).toBe('terminated')
  }
})

test('a refused or broken socket disturbs nobody', async () => {
  using viewer = await watchList(services.ports.accuracy)
  const url = `ws://127.0.0.1:${services.ports.accuracy}/api/processes/stream`
  const closed = (socket: WebSocket) =>
    new Promise<number>((resolve) =>
      socket.addEventListener('close', (event) => resolve(event.code)),
    )
  expect(await closed(new WebSocket(url.replace('processes', 'nothing'), ['tmp.v1']))).toBe(1006)
  for (const text of ['{', '{"type":"rate","interval_ms":1}', 'x'.repeat(5000)]) {
    const socket = new WebSocket(url, ['tmp.v1'])
    socket.addEventListener('open', () => socket.send(text))
    expect([1003, 1007, 1008, 1009]).toContain(await closed(socket))
  }
  const { seq } = viewer.state()
  await viewer.until('it goes on', (now) => now.seq > seq)
})
