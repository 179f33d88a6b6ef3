// Control that meets something on its way: members that end or begin meanwhile, the same request again, no right, the
// service's own end.
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { AppCloseAnswer } from '@taskmanager/contracts'
import { named, sleeper, termIgnorer } from '@taskmanager/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../launcher/launched.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'
import { expectError, post } from '../support/wire.ts'

let services: RunningServices
beforeAll(async () => {
  services = await startServices()
})
afterAll(() => services?.[Symbol.asyncDispose]())

const identityOf = async (pid: number, { api } = services) => {
  const { start_id: startId } = await api.getProcessInfo(pid)
  return { pid, start_id: startId }
}
const isStopped = (pid: number) => /^State:\tT/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))

test('a list of 20, of which 5 have ended and 5 of the same name have begun: 15 end, 5 are gone, the new ones live', async () => {
  await using all = new AsyncDisposableStack()
  const start = async () => all.use(await named('bulkclose'))
  const members = []
  for (let n = 0; n < 20; n += 1) members.push(await start())
  const list = await Promise.all(members.map(({ pid }) => identityOf(pid)))
  for (const { child, ended } of members.slice(0, 5)) {
    child.kill('SIGKILL')
    await ended
  }
  const later = []
  for (let n = 0; n < 5; n += 1) later.push(await start())
  const { stats } = services.ports
  const { control } = services.tokens
  const answer = await post(stats, '/api/app/close', control, { members: list, signal: 'TERM' })
  const { results, summary } = answer.json as AppCloseAnswer
  expect(results.map(({ pid, result }) => [pid, result])).toEqual(
    list.map(({ pid }, n) => [pid, n < 5 ? 'gone' : 'terminated']),
  )
  expect(summary).toEqual({ gone: 5, terminated: 15 })
  for (const { child } of later) expect([child.exitCode, child.signalCode]).toEqual([null, null])
})

test('the same request while the first is under way, and after it: one signal, and no answer is a fault', async () => {
  // It counts the signals, and takes its time.
  const program = `
    let signals = 0
    process.on('SIGTERM', () => {
      signals += 1
      if (signals === 1) setTimeout(() => { console.log('signals ' + signals); process.exit() }, 500)
    })
    setInterval(() => {}, 1 << 30)
    console.log('up')`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (data: Buffer) => (said += data.toString()))
  await until('it counts', () => said.includes('up'))
  const { pid, start_id: startId } = await identityOf(child.pid ?? 0)
  const kill = () =>
    post(services.ports.stats, `/api/process/${pid}/kill`, services.tokens.control, {
      start_id: startId,
      signal: 'TERM',
    })
  const both = await Promise.all([kill(), kill()])
  for (const answer of both)
    expect([answer.status, answer.json]).toMatchObject([200, { result: 'terminated' }])
  await until('it has said how many', () => said.includes('signals'))
  expect(said).toContain('signals 1')
  expectError(await kill(), 'gone')
})

test('a process of another user without the right to signal it: refused, said why, and nothing is tried again', async (context) => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    context.skip('needs Linux and root, to become another user')
  await using weak = await startServices({
    through: ['setpriv', '--inh-caps=-kill', '--bounding-set=-kill'],
  })
  const other = spawn('setpriv', ['--reuid=65534', '--clear-groups', 'sleep', '1000'], {
    stdio: 'ignore',
    cwd: '/',
  })
  try {
    const uid = () => /^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${other.pid}/status`, 'utf8'))?.[1]
    await until('it is another user’s', () => uid() === '65534')
    const { pid, start_id: startId } = await identityOf(other.pid ?? 0, weak)
    for (const signal of ['TERM', 'KILL']) {
      const body = { start_id: startId, signal }
      const way = `/api/process/${pid}/kill`
      expectError(await post(weak.ports.stats, way, weak.tokens.control, body), 'needs_elevation')
    }
    expect([other.exitCode, other.signalCode]).toEqual([null, null])
    const { actions } = await weak.api.getActions()
    expect(actions.map(({ result }) => result)).toEqual(['needs_elevation', 'needs_elevation'])
  } finally {
    other.kill('SIGKILL')
    await once(other, 'exit')
  }
})

test('the service is stopped while a list is under way: the client is told of each, and each is in the log', async () => {
  await using mine = await startServices()
  await using all = new AsyncDisposableStack()
  // Their end is watched for 3 s, longer than the service has to stop.
  const stubborn = []
  for (let n = 0; n < 8; n += 1) stubborn.push(all.use(await termIgnorer()))
  const obedient = all.use(await sleeper())
  const targets = [...stubborn, obedient].map(({ pid }) => identityOf(pid, mine))
  const members = await Promise.all(targets)
  const closing = post(mine.ports.stats, '/api/app/close', mine.tokens.control, {
    members,
    signal: 'TERM',
  })
  await obedient.ended // the signals are sent
  const ended = once(mine.children.stats, 'exit')
  mine.children.stats.kill('SIGTERM')
  const answer = await closing
  expect(await ended).toEqual([0, null])
  const { results } = answer.json as AppCloseAnswer
  const told = results.map(({ pid, result }) => [pid, result])
  const expected = members.map(({ pid }) => [
    pid,
    pid === obedient.pid ? 'terminated' : 'still_running',
  ])
  expect(told).toEqual(expected)
  const lines = readFileSync(path.join(mine.stateDir, 'actions.log'), 'utf8').trim().split('\n')
  const logged = lines.map((line) => JSON.parse(line) as { pid: number; result: string })
  const byPid = (a: (string | number)[], b: (string | number)[]) => Number(a[0]) - Number(b[0])
  expect(logged.map(({ pid, result }) => [pid, result]).toSorted(byPid)).toEqual(
    expected.toSorted(byPid),
  )
  for (const { pid } of stubborn) expect(isStopped(pid)).toBe(false)
})
