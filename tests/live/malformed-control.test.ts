import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ErrorCode } from '@taskmanager/contracts'
import { sleeper } from '@taskmanager/testkit'
import { startServices, type RunningServices } from '../support/running-services.ts'
import { expectError, post } from '../support/wire.ts'

// A file of its own, so with services of its own: together with the rest it would meet the limit of 20 requests at once.
let services: RunningServices
beforeAll(async () => {
  services = await startServices()
})
afterAll(() => services?.[Symbol.asyncDispose]())

const START_ID = 'no-such-start'
const term = { start_id: START_ID, signal: 'TERM' }

describe('control requests that name no process', () => {
  test.each(['0', '-1', '01', '1e3', '0x10', '2147483648', '%205', '1.5', 'self', '１'])(
    'pid %s',
    async (pid) => {
      // A canary of our own process group would get a signal that was sent to 0 or -1.
      await using canary = await sleeper()
      const path = `/api/process/${encodeURI(decodeURI(pid))}/kill`
      const answer = await post(services.ports.stats, path, services.tokens.control, term)
      expectError(answer, answer.status === 404 ? 'gone' : 'invalid_pid')
      // 2147483648 is a number, but no pid can be that large; whatever the word, nothing was signalled.
      expect(canary.child.signalCode).toBeNull()
    },
  )

  test.each<[string, unknown, ErrorCode]>([
    ['without start_id', { signal: 'TERM' }, 'missing_identity'],
    ['with an odd start_id', { start_id: 'a b', signal: 'TERM' }, 'validation'],
    ['with an unknown signal', { start_id: START_ID, signal: 'HUP' }, 'validation'],
    ['without a signal', { start_id: START_ID }, 'validation'],
    ['with a key too many', { ...term, force: true }, 'validation'],
    ['that is no JSON', '{', 'bad_request'],
    ['that is a list', '[]', 'validation'],
    ['with a poisoned key', '{"__proto__":{"x":1},"start_id":"a","signal":"TERM"}', 'bad_request'],
    ['of 20 KiB', { ...term, confirm_name: 'x'.repeat(20_000) }, 'body_too_large'],
  ])('a body %s', async (_what, body, code) => {
    await using child = await sleeper()
    const path = `/api/process/${child.pid}/kill`
    const answer = await post(services.ports.stats, path, services.tokens.control, body)
    expectError(answer, code)
    expect(child.child.signalCode).toBeNull()
  })
})

test('more requests than a person makes are refused, and the refused ones do nothing', async () => {
  await using child = await sleeper()
  const path = `/api/process/${child.pid}/kill`
  const answers = await Promise.all(
    Array.from({ length: 40 }, () =>
      post(services.ports.stats, path, services.tokens.control, term),
    ),
  )
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(10)
  for (const answer of refused) expectError(answer, 'too_many_requests')
  expect(child.child.signalCode).toBeNull()
})
