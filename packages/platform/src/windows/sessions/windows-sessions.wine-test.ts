import { expect, test } from 'vitest'
import { createSessions } from '../../sessions/create-sessions.ts'
import { sessionCalls } from './session-calls.ts'

test('Wine has the calls and knows of nobody: an empty list, and no crash', async () => {
  const sessions = await createSessions()
  expect(await sessions?.read()).toMatchObject({ sessions: [], missing: null })
})

test('a session that is not there tells nothing', async () => {
  const calls = sessionCalls()
  expect(await calls?.information(4711)).toBeNull()
})
