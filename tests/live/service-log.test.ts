import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  createServiceLog,
  JournalLog,
  openJournalLibrary,
  SystemdServices,
} from '@taskmanager/platform'
import { expect, onTestFinished, test, type TestContext } from 'vitest'
import { until } from '../launcher/launched.ts'
import { startOwnSystemd } from '../support/own-systemd.ts'

function libraryOrSkip(context: TestContext) {
  const library = openJournalLibrary()
  if (library === null) context.skip('needs libsystemd to be installed')
  return library
}

test('a real journal: what a service wrote, what systemd wrote about it, and nothing of others', async (context: TestContext) => {
  const library = libraryOrSkip(context)
  await using systemd = await startOwnSystemd(context)
  if (systemd === null || library === null) return
  const buses = { system: systemd.busPath, user: '/nonexistent/bus' }
  const services = new SystemdServices({ buses, nowMs: Date.now })
  const start = async (name: string) => {
    const order = { action: 'start', confirmName: undefined, expiresAtMs: undefined } as const
    expect(await services.act({ scope: 'system', name, ...order })).toMatchObject({
      state: 'active',
    })
  }
  await start('systemd-journald.service')
  await start('talker.service')
  const log = new JournalLog({
    library,
    directories: [],
    only: path.join('/proc', String(systemd.pid), 'root', 'run/log/journal'),
    uid: 0,
  })
  const texts = async (name: string) =>
    (await log.tail('system', name)).lines.map(({ text }) => text)
  await until('it has spoken', async () => (await texts('talker.service')).includes('plain'))

  const { lines, hasOlder, missing } = await log.tail('system', 'talker.service')
  expect({ hasOlder, missing }).toEqual({ hasOlder: false, missing: null })
  const own = lines.filter(({ identifier }) => identifier === 'talker')
  expect(own).toMatchObject([
    { text: 'it broke', priority: 3 },
    { text: 'red', priority: 6 },
    { text: 'plain', priority: 6 },
  ])
  for (const { at_ms: at, pid } of own) {
    expect(Math.abs(Date.now() - at)).toBeLessThan(120_000)
    expect(pid).toBeGreaterThan(0)
  }
  expect(await texts('demo.service')).not.toContain('it broke')
  expect(await log.tail('system', 'nobody.service')).toEqual({
    lines: [],
    hasOlder: false,
    missing: null,
  })
  expect((await log.tail('user', 'talker.service')).lines).toEqual([])
})

test('no journal: it is said that there is none, and what may not be read is not taken for silence', async (context: TestContext) => {
  const library = libraryOrSkip(context)
  if (library === null) return
  const empty = mkdtempSync(path.join(tmpdir(), 'tmp-journal-'))
  onTestFinished(() => rmSync(empty, { recursive: true, force: true }))
  const log = () => new JournalLog({ library, directories: [empty], only: empty, uid: 0 })
  expect((await log().tail('system', 'cron.service')).missing).toMatch(/keeps no journal/)
  // A directory of a machine whose journal cannot be opened for reading.
  mkdirSync(path.join(empty, 'f'.repeat(32)))
  expect((await log().tail('system', 'cron.service')).missing).toMatch(/members of the group/)
})

test('this machine answers, whatever it has', async (context: TestContext) => {
  const log = await createServiceLog()
  if (log === null) return context.skip('needs libsystemd to be installed')
  const all = await Promise.all(
    ['systemd-journald.service', 'cron.service'].map((name) => log.tail('system', name)),
  )
  for (const { lines } of all) {
    expect(lines.length).toBeLessThanOrEqual(200)
    expect(lines.filter(({ at_ms: at }) => at <= 0 || at > Date.now() + 1000)).toEqual([])
  }
})
