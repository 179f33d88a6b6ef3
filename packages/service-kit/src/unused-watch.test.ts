import { expect, test } from 'vitest'
import { ask, bearer, JSON_TYPE, startRig, UPGRADE } from './test-rig.ts'
import { UnusedWatch } from './unused-watch.ts'

test('it tells once, when nothing was used for the whole time', () => {
  let nowMs = 1000
  let told = 0
  const watch = new UnusedWatch({ limitMs: 900_000, now: () => nowMs, onUnused: () => told++ })
  nowMs += 899_999
  watch.check()
  expect(told).toBe(0)
  watch.note()
  nowMs += 899_999
  watch.check()
  expect(told).toBe(0)
  nowMs += 1
  watch.check()
  expect(told).toBe(1)
})

test('only a token that is right is a use: not health, not reading as the same user, not a log that is followed, not a wrong token', async () => {
  let uses = 0
  const rig = await startRig({
    onTokenUse: () => uses++,
    routes: ({ app }) => {
      app.get('/read', async () => 'read')
      app.get('/log', { config: { access: 'control', followed: true } }, async () => 'log')
      app.post('/act', async () => 'acted')
    },
  })
  const { port, tokens } = rig
  try {
    await ask(port, '/health')
    await ask(port, '/read')
    await ask(port, '/read', { headers: [bearer('x'.repeat(43))] })
    await ask(port, '/act', { method: 'POST', headers: [JSON_TYPE], body: '{}' })
    await ask(port, '/read', { headers: [...UPGRADE] })
    const log = await ask(port, '/log', { headers: [bearer(tokens.control)] })
    expect([log.status, uses]).toEqual([200, 0])
    await ask(port, '/read', { headers: [bearer(tokens.read)] })
    expect(uses).toBe(1)
    await ask(port, '/act', {
      method: 'POST',
      headers: [JSON_TYPE, bearer(tokens.control)],
      body: '{}',
    })
    expect(uses).toBe(2)
  } finally {
    await rig.close()
  }
})
