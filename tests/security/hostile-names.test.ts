// Names that processes gave themselves, on their way into the log of actions and the logs of the services. The list and the
// details are in tests/live/bad-input.test.ts, the page in tests/e2e/processes.test.ts.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostileProcesses } from '@taskmanager/testkit'
import { startServices, type RunningServices } from '../support/running-services.ts'
import { expectError, post } from '../support/wire.ts'

let services: RunningServices
beforeAll(async () => {
  services = await startServices()
})
afterAll(() => services?.[Symbol.asyncDispose]())

/** Control characters, zero-width and bidirectional marks, lone surrogates. */
const INVISIBLE = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/u

test('a name cannot begin a line, hide or colour one, or be another key in the log of actions', async () => {
  await using hostile = await hostileProcesses()
  for (const { pid } of hostile.list) {
    const { start_id: startId } = await services.api.getProcessInfo(pid)
    const { result } = await services.api.kill(pid, { start_id: startId, signal: 'KILL' })
    expect(result).toBe('terminated')
  }
  const pids = hostile.list.map(({ pid }) => pid)
  const text = readFileSync(path.join(services.stateDir, 'actions.log'), 'utf8')
  expect(text.replaceAll('\n', '')).not.toMatch(INVISIBLE)
  const lines = text.trimEnd().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { pid: number }).pid)).toEqual(pids)
  const { actions } = await services.api.getActions()
  expect(actions.map(({ pid }) => pid)).toEqual(pids.toReversed())
  const names = actions.map(({ name }) => name)
  expect(new Set(names).size).toBe(pids.length)
  expect(JSON.stringify(actions)).not.toMatch(INVISIBLE)
})

test('what a client writes into a request cannot begin a line of a log', async () => {
  const { ports, tokens, pids } = services
  const target = `/api/process/${pids.stats}/kill`
  const body = { start_id: 'x', signal: 'TERM', confirm_name: 'x\n{"level":60,"msg":"forged"}' }
  expectError(await post(ports.stats, target, tokens.control, body), 'identity_mismatch')
  const forged = { ...body, '\n{"level":60}': 1 }
  expectError(await post(ports.stats, target, tokens.control, forged), 'validation')
  expect(services.log()).not.toMatch(/forged|^\{"level":60/m)
})
