import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ActionList } from '@taskmanager/contracts'
import {
  closeService,
  createService,
  readConfig,
  type PeerRelation,
} from '@taskmanager/service-kit'
import { Compile } from 'typebox/compile'
import { afterEach, expect, test } from 'vitest'
import { AuditLog, type AuditEntry } from '../audit.ts'
import { addActionsRoute } from './actions.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

/** The route behind the real guard, over a log of its own. */
async function start(relation: PeerRelation = 'same_user') {
  const runDir = mkdtempSync(path.join(tmpdir(), 'stats-actions-'))
  cleanups.push(() => rmSync(runDir, { recursive: true, force: true }))
  const env = { PORT: '8000', TASKMANAGER_RUN_DIR: runDir, TASKMANAGER_LOG_LEVEL: 'silent' }
  const service = await createService({
    config: readConfig('stats', env),
    peers: { relationOf: () => relation },
  })
  cleanups.push(() => closeService(service))
  const stateDir = path.join(runDir, 'state')
  const audit = new AuditLog(stateDir)
  addActionsRoute(service.app, audit)
  const get = (query = '') =>
    service.app.inject({ url: `/api/actions${query}`, headers: { host: 'localhost:8000' } })
  return { audit, get, stateDir, log: path.join(stateDir, 'actions.log') }
}

const entry = (change: Partial<AuditEntry> = {}): AuditEntry => ({
  action: 'end',
  result: 'terminated',
  message: 'node (PID 8133) ended.',
  pid: 8133,
  start_id: 'b-1',
  name: 'node',
  user: 'anna',
  origin: 'http://localhost:5173',
  token: '0badc0de',
  elevated: false,
  ...change,
})

test('newest first, as the schema says, and nothing of the token', async () => {
  const { audit, get } = await start()
  await audit.write(entry())
  await audit.write(
    entry({ action: 'suspend', result: 'suspended', message: 'Suspended node.', origin: null }),
  )
  const answer = await get()
  expect([...Compile(ActionList).Errors(answer.json())]).toEqual([])
  expect(answer.json<ActionList>().actions).toMatchObject([
    { action: 'suspend', message: 'Suspended node.', by: 'program' },
    { action: 'end', message: 'node (PID 8133) ended.', pid: 8133, name: 'node', by: 'page' },
  ])
  expect(answer.body).not.toContain('0badc0de')
  expect(answer.body).not.toContain('5173')
})

test('pages by the cursor of the answer before', async () => {
  const { audit, get } = await start()
  for (let pid = 1; pid <= 5; pid++) await audit.write(entry({ pid }))
  const first = (await get('?limit=3')).json<ActionList>()
  expect(first.actions.map(({ pid }) => pid)).toEqual([5, 4, 3])
  const second = (await get(`?limit=3&before=${first.next}`)).json<ActionList>()
  expect([second.actions.map(({ pid }) => pid), second.next]).toEqual([[2, 1], null])
})

test('a line that broke off is counted; the one behind it on the same line is found', async () => {
  const { audit, get, log } = await start()
  await audit.write(entry({ pid: 1 }))
  appendFileSync(log, '{"time":"2026-01-01T00:00:00.000Z","action":"end","na')
  await audit.write(entry({ pid: 2, name: '{"time":"x' }))
  appendFileSync(log, '{"time":"2026-01-01T00:00:0')
  const { actions, unreadable } = (await get()).json<ActionList>()
  expect([actions.map(({ pid }) => pid), unreadable]).toEqual([[2, 1], 1])
})

test('lines of before the sentence was kept are told in the same words', async () => {
  const { get, log, stateDir } = await start()
  mkdirSync(stateDir)
  const lines = [
    entry(),
    entry({ action: 'priority 10', result: 'priority_changed' }),
    entry({ action: 'force end', result: 'still_running' }),
    entry({ result: 'needs_elevation', user: 'root' }),
  ].map((one) => JSON.stringify({ time: '2026-01-01T00:00:00.000Z', ...one, message: undefined }))
  writeFileSync(log, `${lines.join('\n')}\n`)
  const { actions } = (await get()).json<ActionList>()
  expect(actions.map(({ message }) => message)).toEqual([
    'Not allowed: node (PID 8133) belongs to root, this service runs as another.',
    'Force ended node 3 s ago; the kernel has not finished with it yet.',
    'node now runs at low priority (nice 10).',
    'node (PID 8133) ended.',
  ])
})

test('an odd query is refused, another user is sent away, and no log is an empty one', async () => {
  const { get } = await start()
  for (const odd of ['?limit=0', '?limit=501', '?limit=x', '?before=../x', '?before=1-', '?x=1']) {
    const answer = await get(odd)
    expect([odd, answer.statusCode]).toEqual([odd, 400])
  }
  expect((await get()).json()).toEqual({ actions: [], next: null, unreadable: 0 })
  const stranger = await start('other_user')
  expect((await stranger.get()).statusCode).toBe(401)
})

test('a log that cannot be read is said to be so', async () => {
  const { get, stateDir } = await start()
  writeFileSync(stateDir, 'a file where the directory should be')
  const answer = await get()
  expect([answer.statusCode, answer.json()]).toMatchObject([
    503,
    { error: 'unavailable', message: 'The log of actions cannot be read (ENOTDIR).' },
  ])
})
