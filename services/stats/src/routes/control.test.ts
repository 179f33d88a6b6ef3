import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { AppCloseAnswer, ControlOutcome } from '@taskmanager/contracts'
import { createProcessControl } from '@taskmanager/platform'
import { closeService, createService, readConfig, writeTokens } from '@taskmanager/service-kit'
import { afterEach, expect, test } from 'vitest'
import { auditEntry, AuditLog } from '../audit.ts'
import { PendingEnds } from '../pending-ends.ts'
import { PendingFile } from '../pending-file.ts'
import { presentOutcome } from '../present/outcome.ts'
import { addControl } from './control.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

/** The routes behind the real guard, acting on real processes; the log is where `stateDir` says. */
async function start(more: { unwritable?: boolean } = {}) {
  const runDir = mkdtempSync(path.join(tmpdir(), 'stats-control-'))
  cleanups.push(() => rmSync(runDir, { recursive: true, force: true }))
  const env = { PORT: '8000', TASKMANAGER_RUN_DIR: runDir, TASKMANAGER_LOG_LEVEL: 'silent' }
  const token = writeTokens(runDir).control
  const config = readConfig('stats', env)
  const service = await createService({ config, peers: { relationOf: () => 'same_user' } })
  cleanups.push(() => closeService(service))
  const stateDir = path.join(runDir, 'state')
  if (more.unwritable === true) writeFileSync(stateDir, 'a file where the directory should be')
  const control = await createProcessControl()
  const audit = new AuditLog(stateDir)
  const pending = new PendingEnds({
    control,
    file: new PendingFile(runDir),
    onOutcome: (action, report, by) =>
      audit.write(
        auditEntry(action, report, presentOutcome(report, false), { ...by, elevated: false }),
      ),
    onError: (error) => {
      throw error
    },
  })
  cleanups.push(() => pending.stop())
  addControl(service.app, { control, pending, audit, elevated: false })
  const post = (url: string, payload: object) =>
    service.app.inject({
      method: 'POST',
      url,
      payload,
      headers: { host: 'localhost:8000', authorization: `Bearer ${token}` },
    })
  return { post, pending, log: path.join(stateDir, 'actions.log') }
}

async function sleeper() {
  const child = spawn('/bin/sh', ['-c', 'echo ready; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  cleanups.push(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  const pid = child.pid ?? 0
  const ticks = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[19]
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8)
  return { child, pid, start_id: `${boot}-${ticks}` }
}

test('ending a process answers what was seen and writes one line for the owner alone', async () => {
  const { post, log } = await start()
  const { pid, start_id } = await sleeper()
  const answer = await post(`/api/process/${pid}/kill`, { start_id, signal: 'TERM' })
  expect(answer.statusCode).toBe(200)
  expect(answer.json<ControlOutcome>()).toMatchObject({ result: 'terminated', audit: 'written' })
  expect(statSync(log).mode & 0o777).toBe(0o600)
  expect(JSON.parse(readFileSync(log, 'utf8'))).toMatchObject({
    pid,
    start_id,
    result: 'terminated',
  })
})

test('the process ends although the log cannot be written', async () => {
  const { post } = await start({ unwritable: true })
  const { pid, start_id } = await sleeper()
  const answer = await post(`/api/process/${pid}/kill`, { start_id, signal: 'KILL' })
  expect(answer.json<ControlOutcome>()).toMatchObject({ result: 'terminated', audit: 'failed' })
})

test('pids that are none, other start marks and late requests send nothing', async () => {
  const { post } = await start()
  const { child, pid, start_id } = await sleeper()
  for (const odd of ['0', '-1', '01', '1e3', '0x10', '2147483648']) {
    const answer = await post(`/api/process/${odd}/kill`, { start_id, signal: 'KILL' })
    expect(answer.json()).toMatchObject({ error: 'invalid_pid' })
  }
  const url = `/api/process/${pid}/kill`
  const other = await post(url, { start_id: `${start_id}1`, signal: 'KILL' })
  expect([other.statusCode, other.json<{ error: string }>().error]).toEqual([
    409,
    'identity_mismatch',
  ])
  expect((await post(url, { start_id, signal: 'KILL', expires_at: 1 })).statusCode).toBe(408)
  expect(child.signalCode).toBeNull()
})

test('a list has one result per member, in its order', async () => {
  const { post } = await start()
  const { pid, start_id } = await sleeper()
  const members = [
    { pid: 1, start_id },
    { pid, start_id },
  ]
  const answer = await post('/api/app/close', { members, signal: 'KILL' })
  const { results, summary } = answer.json<AppCloseAnswer>()
  expect(results.map((each) => each.pid)).toEqual([1, pid])
  expect(summary).toMatchObject({ terminated: 1 })
})

const stateOf = (pid: number) =>
  readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.slice(0, 1)

test('an end that can be taken back suspends; resume takes it back; both stand in the log', async () => {
  const { post, log } = await start()
  const { pid, start_id } = await sleeper()
  const body = { start_id, signal: 'TERM', undo_ms: 30_000 }
  const answer = await post(`/api/process/${pid}/kill`, body)
  const { result, ends_at_ms: endsAtMs, message } = answer.json<ControlOutcome>()
  expect([answer.statusCode, result]).toEqual([200, 'ending'])
  expect(endsAtMs).toBeGreaterThan(Date.now())
  expect(message).toBe(
    `cat (PID ${pid}) is suspended and ends in 30 s. Until then it can be resumed.`,
  )
  expect(stateOf(pid)).toBe('T')
  const undone = await post(`/api/process/${pid}/resume`, { start_id })
  expect(undone.json<ControlOutcome>()).toMatchObject({ result: 'resumed', ends_at_ms: null })
  expect(stateOf(pid)).not.toBe('T')
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { action: string }).action)).toEqual([
    'end with undo',
    'resume',
  ])
})

test('what is suspended to be ended ends at once when it is asked again, also by a list', async () => {
  const { post } = await start()
  const { pid, start_id } = await sleeper()
  const members = [{ pid, start_id }]
  const first = await post('/api/app/close', { members, signal: 'TERM', undo_ms: 30_000 })
  expect(first.json<AppCloseAnswer>().summary).toEqual({ ending: 1 })
  const again = await post('/api/app/close', { members, signal: 'TERM' })
  expect(again.json<AppCloseAnswer>().summary).toEqual({ terminated: 1 })
})

test('a forced end cannot be taken back, and no time but a sensible one is taken', async () => {
  const { post } = await start()
  const { child, pid, start_id } = await sleeper()
  for (const body of [
    { signal: 'KILL', undo_ms: 10_000 },
    { signal: 'TERM', undo_ms: 999 },
    { signal: 'TERM', undo_ms: 30_001 },
    { signal: 'TERM', undo_ms: '10000' },
  ]) {
    const answer = await post(`/api/process/${pid}/kill`, { start_id, ...body })
    expect(answer.statusCode).toBe(400)
  }
  expect(stateOf(pid)).not.toBe('T')
  expect(child.signalCode).toBeNull()
})

test('protected processes are not suspended to be ended either', async () => {
  const { post } = await start()
  const ticks = readFileSync('/proc/1/stat', 'latin1').split(') ').at(-1)?.split(' ')[19]
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8)
  const body = { start_id: `${boot}-${ticks}`, signal: 'TERM', undo_ms: 10_000 }
  expect((await post('/api/process/1/kill', body)).json()).toMatchObject({ error: 'protected' })
})
