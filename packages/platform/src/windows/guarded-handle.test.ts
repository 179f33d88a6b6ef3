import { expect, test } from 'vitest'
import { GuardedHandle } from './guarded-handle.ts'

function guarded() {
  const told = { closed: 0 }
  return { told, handle: new GuardedHandle(() => void told.closed++) }
}

test('an idle one is closed at once, and only once', () => {
  const { handle, told } = guarded()
  handle.close()
  handle.close()
  expect(told.closed).toBe(1)
})

test('it waits for the last of the calls that are under way, one that fails too', async () => {
  const { handle, told } = guarded()
  const [first, second] = [Promise.withResolvers<number>(), Promise.withResolvers<number>()]
  const calls = [handle.use(() => first.promise), handle.use(() => second.promise)]
  handle.close()
  first.resolve(7)
  expect(await calls[0]).toBe(7)
  expect(told.closed).toBe(0)
  second.reject(new Error('a fault'))
  await expect(calls[1]).rejects.toThrow('a fault')
  expect(told.closed).toBe(1)
})

test('what is asked later is not begun', async () => {
  const { handle, told } = guarded()
  handle.close()
  const answer = await handle.use(() => Promise.reject(new Error('begun')))
  expect(answer).toBeNull()
  expect(told.closed).toBe(1)
})
