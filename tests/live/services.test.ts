import { execFileSync } from 'node:child_process'
import { SystemdServices, type ServiceReport } from '@taskmanager/platform'
import type { ServiceAction, ServiceUnit } from '@taskmanager/contracts'
import { expect, test, type TestContext } from 'vitest'
import { startOwnSystemd, type OwnSystemd } from '../support/own-systemd.ts'

const services = (systemd: OwnSystemd) =>
  new SystemdServices({
    buses: { system: systemd.busPath, user: '/nonexistent/bus' },
    nowMs: Date.now,
  })

async function unitOf(provider: SystemdServices, name: string): Promise<ServiceUnit | undefined> {
  const { services: all } = await provider.list()
  return all.find((unit) => unit.name === name)
}

/** What runs in the namespace of that systemd, by its command line. */
const running = (systemd: OwnSystemd, command: string): boolean =>
  execFileSync('nsenter', ['-t', String(systemd.pid), '-p', '-m', 'ps', '-eo', 'args'])
    .toString()
    .split('\n')
    .includes(command)

test('a real systemd: listed, started, stopped, restarted, enabled; what fails is told', async (context: TestContext) => {
  await using systemd = await startOwnSystemd(context)
  if (systemd === null) return
  const provider = services(systemd)
  const order = (
    action: ServiceAction,
    name: string,
    confirmName?: string,
  ): Promise<ServiceReport> =>
    provider.act({ scope: 'system', name, action, confirmName, expiresAtMs: undefined })

  await expect
    .poll(() => unitOf(provider, 'demo.service'))
    .toMatchObject({
      description: 'Sleeps for the test',
      scope: 'system',
      state: 'active',
      sub_state: 'running',
      starts: 'disabled',
      critical: false,
    })
  const { services: all, missing } = await provider.list()
  expect(all.map(({ name }) => name)).not.toContain('each@.service')
  expect(missing.system).toBeNull()
  expect(missing.user).toMatch(/no D-Bus answers/)
  // Not loaded: it has a file, and nobody asked for it yet.
  expect(await unitOf(provider, 'broken.service')).toMatchObject({
    state: 'inactive',
    description: null,
    starts: 'static',
  })

  expect(running(systemd, '/bin/sleep 1000')).toBe(true)
  expect(await order('stop', 'demo.service')).toMatchObject({ result: 'done', state: 'inactive' })
  expect(running(systemd, '/bin/sleep 1000')).toBe(false)
  expect(await order('start', 'demo.service')).toMatchObject({ result: 'done', state: 'active' })
  expect(running(systemd, '/bin/sleep 1000')).toBe(true)
  expect(await order('restart', 'demo.service')).toMatchObject({ result: 'done', state: 'active' })

  expect(await order('start', 'broken.service')).toMatchObject({
    result: 'failed',
    reason: 'failed',
    state: 'failed',
  })
  expect(await order('start', 'nobody.service')).toMatchObject({ result: 'gone' })
  expect(await order('start', 'each@.service')).toMatchObject({ result: 'gone' })
  expect(await order('stop', 'NetworkManager.service')).toMatchObject({
    result: 'confirmation_required',
  })
  expect(await order('stop', 'NetworkManager.service', 'NetworkManager.service')).toMatchObject({
    result: 'done',
  })
  // By a second name it is the same service: listed once, and as hard to stop.
  expect(all.map(({ name }) => name)).not.toContain('dbus-org.network.service')
  expect(await order('start', 'NetworkManager.service')).toMatchObject({ result: 'done' })
  const other = 'dbus-org.network.service'
  expect(await order('stop', other)).toMatchObject({ result: 'confirmation_required' })
  expect(await order('stop', other, other)).toMatchObject({ result: 'done', state: 'inactive' })

  expect(await order('enable', 'demo.service')).toMatchObject({ result: 'done', starts: 'enabled' })
  expect((await unitOf(provider, 'demo.service'))?.starts).toBe('enabled')
  expect(await order('disable', 'demo.service')).toMatchObject({
    result: 'done',
    starts: 'disabled',
  })
})

test('where its log is, is told in a line that a shell takes as it is meant', () => {
  const provider = new SystemdServices({ buses: { system: '', user: '' }, nowMs: Date.now })
  const logOf = (name: string) => provider.logOf({ scope: 'user', name })
  expect(logOf('cron.service')).toBe('journalctl --user -u cron.service')
  expect(logOf(String.raw`a\x2db.service`)).toBe(String.raw`journalctl --user -u 'a\x2db.service'`)
})

test('a machine without systemd says so, and does nothing', async () => {
  const provider = new SystemdServices({
    buses: { system: '/nonexistent/a', user: '/nonexistent/b' },
    nowMs: Date.now,
  })
  const { services: none, missing } = await provider.list()
  expect(none).toEqual([])
  expect(missing.system).toMatch(/no D-Bus answers .*ENOENT/)
  const order = { scope: 'system', name: 'a.service', confirmName: undefined } as const
  const act = (action: ServiceAction, expiresAtMs?: number) =>
    provider.act({ ...order, action, expiresAtMs })
  expect(await act('start')).toMatchObject({ result: 'unavailable' })
  expect(await act('start', Date.now() - 1)).toMatchObject({ result: 'expired' })
})
