import { readTimers, systemClock } from '@taskmanager/platform'
import { expect, test, type TestContext } from 'vitest'
import { startOwnSystemd } from '../support/own-systemd.ts'

test('timers of a real systemd: their rules in words, and when they run next', async (context: TestContext) => {
  await using systemd = await startOwnSystemd(context)
  if (systemd === null) return
  const buses = { system: systemd.busPath, user: '/nonexistent/bus' }
  await expect
    .poll(async () => (await readTimers(buses, systemClock)).items)
    .toMatchObject([
      {
        name: 'tick',
        kind: 'timer',
        scope: 'everybody',
        command: 'demo.service',
        state: 'enabled',
        schedule: 'Every Monday to Friday at 03:30; 1 h 30 min after the timer was switched on',
        fixed: expect.stringContaining('systemctl disable --now tick.timer'),
      },
    ])
  const { items, missing } = await readTimers(buses, systemClock)
  expect(missing).toBeNull()
  // The sooner of both rules, the second one unless half past three comes first.
  const inMs = (items[0]?.next_at_ms ?? 0) - Date.now()
  expect(inMs).toBeGreaterThan(0)
  expect(inMs).toBeLessThanOrEqual(90 * 60_000)
})

test('no systemd: it is said why there are none', async () => {
  const buses = { system: '/nonexistent/bus', user: '/nonexistent/bus' }
  expect(await readTimers(buses, systemClock)).toEqual({
    items: [],
    missing: expect.stringMatching(/^no D-Bus answers/),
  })
})
