import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { tree, type Tree } from '../../tree-rig.ts'
import { noFakeLibrary } from '../fake-library-rig.ts'
import { binaryList, type Written } from '../property-lists/binary-list-rig.ts'
import { fakeLaunchd, type FakeLaunchd } from './fake-launchd.ts'
import { MacServices } from './mac-services.ts'
import { parseJob } from './parse-job.ts'
import type { ServiceManagement } from './service-management.ts'

describe('a job of launchd', () => {
  const parsed = (of: Record<string, string | number | boolean>) =>
    parseJob(new Map(Object.entries(of)))

  test('its name, its process, how its last one ended, whether it is kept running', () => {
    expect(
      parsed({
        Label: 'org.example.db',
        PID: 77,
        LastExitStatus: 256,
        OnDemand: false,
        TimeOut: 30,
      }),
    ).toEqual({ label: 'org.example.db', pid: 77, lastExit: 256, isOnDemand: false })
    expect(parsed({ Label: 'a' })).toEqual({
      label: 'a',
      pid: null,
      lastExit: null,
      isOnDemand: null,
    })
  })

  test.each([
    ['PID', 0],
    ['PID', -1],
    ['PID', 2 ** 40],
    ['PID', 1.5],
    ['PID', 'many'],
    ['LastExitStatus', -9],
    ['LastExitStatus', 2 ** 16],
    ['OnDemand', 1],
  ])('%s of %s is told by nobody', (key, value) => {
    expect(parsed({ Label: 'a', [key]: value })).toEqual(parsed({ Label: 'a' }))
  })

  test.each([
    'application.com.apple.Safari.1152921500311884402.1152921500311884407',
    '[0x0-0x1d01d].com.apple.Safari',
    '0x7f8a1c50.anonymous.sshd',
    'com.example.anonymous.tool',
    '',
  ])('%s is a program that was opened, or nothing: no service', (label) => {
    expect(parsed({ Label: label })).toBeNull()
  })
})

describe.skipIf(noFakeLibrary !== null)('services of macOS', () => {
  let launchd: FakeLaunchd
  let files: Tree
  beforeAll(() => {
    launchd = fakeLaunchd()
  })
  afterAll(() => launchd[Symbol.dispose]())
  beforeEach(() => {
    launchd.forget()
    files = tree({})
  })
  afterEach(() => files[Symbol.dispose]())

  const at = (name: string) => path.join(files.root, name)
  const put = (file: string, value: Written) =>
    files.write({ [file]: typeof value === 'string' ? value : binaryList(value) })
  const provider = (of: { management?: ServiceManagement | null; isRoot?: boolean } = {}) =>
    new MacServices({
      management: of.management === undefined ? launchd.management : of.management,
      isRoot: of.isRoot ?? false,
      places: {
        system: {
          apple: [at('apple/daemons')],
          installed: [at('daemons')],
          switches: at('off/machine.plist'),
        },
        user: {
          apple: [at('apple/agents')],
          installed: [at('agents'), at('own')],
          switches: at('off/user.plist'),
        },
      },
      nowMs: () => 1000,
    })

  test('those of the machine and of the user, with state and process', async () => {
    launchd.job('system', {
      Label: 'com.apple.mDNSResponder',
      PID: 312,
      LastExitStatus: 9,
      OnDemand: false,
      ProgramArguments: ['/usr/sbin/mDNSResponder', '--password=x'],
    })
    launchd.job('user', { Label: 'com.apple.Finder', PID: 410, OnDemand: true, Program: '/Finder' })
    launchd.job('user', { Label: 'application.com.apple.Safari.1.2', PID: 500 })
    expect(await provider().list()).toEqual({
      missing: { system: null, user: null },
      services: [
        {
          scope: 'system',
          name: 'com.apple.mDNSResponder',
          unit: 'com.apple.mDNSResponder',
          description: '/usr/sbin/mDNSResponder --password=********',
          state: 'active',
          sub_state: 'running',
          starts: 'enabled',
          critical: false,
          pid: 312,
        },
        {
          scope: 'user',
          name: 'com.apple.Finder',
          unit: 'com.apple.Finder',
          description: '/Finder',
          state: 'active',
          sub_state: 'running',
          // Its file is not found, so when it starts is not known.
          starts: null,
          critical: false,
          pid: 410,
        },
      ],
    })
  })

  test.each([
    [{ LastExitStatus: 0, OnDemand: true }, 'inactive', 'when something asks for it'],
    [{ LastExitStatus: 0, OnDemand: false }, 'inactive', null],
    [{}, 'inactive', null],
    [{ LastExitStatus: 78 << 8 }, 'failed', 'exit code 78'],
    [{ LastExitStatus: 9 }, 'inactive', 'ended by signal 9'],
    [{ LastExitStatus: 15 }, 'inactive', 'ended by signal 15'],
    [{ LastExitStatus: 11 }, 'failed', 'ended by signal 11'],
    [{ LastExitStatus: 11 | 0x80 }, 'failed', 'ended by signal 11'],
    [{ LastExitStatus: 256, PID: 7 }, 'active', 'running'],
  ])('%j is %s (%s)', async (of, state, sub) => {
    launchd.job('system', { Label: 'a', ...of })
    expect((await provider().list()).services).toMatchObject([{ state, sub_state: sub }])
  })

  test.each([
    [{ RunAtLoad: true }, 'enabled'],
    [{ KeepAlive: { Crashed: true } }, 'enabled'],
    [{ StartInterval: 60 }, 'scheduled'],
    [{ StartCalendarInterval: { Hour: 3 } }, 'scheduled'],
    [{ MachServices: { a: true } }, 'static'],
  ])('when it starts is in its file: %j is %s', async (of, starts) => {
    launchd.job('system', { Label: 'a', OnDemand: true })
    put('apple/daemons/a.plist', { Label: 'a', ServiceDescription: 'Does a', ...of })
    expect((await provider().list()).services).toMatchObject([{ starts, description: 'Does a' }])
  })

  test('what is installed and not loaded is listed, of Apple only what is loaded', async () => {
    put('apple/agents/x.plist', { Label: 'com.apple.loginwindow-only', Program: '/x' })
    put('own/b.plist', { Label: 'org.b', ProgramArguments: ['/b', '-v'], RunAtLoad: true })
    put('own/c.plist', { Label: 'org.c', Program: '/c', Disabled: true })
    put('agents/d.plist', { Label: 'org.d', Program: '/d', Disabled: true })
    put('agents/broken.plist', 'no list')
    put('agents/nameless.plist', { Program: '/e' })
    put('off/user.plist', { 'org.b': true, 'org.d': false })
    launchd.job('user', { Label: 'org.e', PID: 5 })
    put('agents/e.plist', { Label: 'org.e', Program: '/e', Disabled: true })
    const { services } = await provider().list()
    expect(
      Object.fromEntries(
        services.map(({ name, ...of }) => [name, [of.state, of.sub_state, of.starts]]),
      ),
    ).toEqual({
      // Loaded, so what its file says was taken back by somebody.
      'org.e': ['active', 'running', 'static'],
      'org.b': ['inactive', 'not loaded', 'masked'],
      'org.c': ['inactive', 'not loaded', 'masked'],
      'org.d': ['inactive', 'not loaded', 'static'],
    })
  })

  test('files of Apple are read once', async () => {
    launchd.job('system', { Label: 'a' })
    put('apple/daemons/a.plist', { Label: 'a', RunAtLoad: true })
    const services = provider()
    await services.list()
    put('apple/daemons/a.plist', { Label: 'a' })
    expect((await services.list()).services).toMatchObject([{ starts: 'enabled' }])
    expect((await provider().list()).services).toMatchObject([{ starts: 'static' }])
  })

  test('a job with what no property list can hold is read by its keys, and does not hide the others', async () => {
    launchd.oddJob('system', {
      Label: 'org.odd',
      PID: 9,
      OnDemand: null,
      ProgramArguments: ['/odd', 'x'],
    })
    launchd.oddJob('system', { Label: null })
    launchd.job('system', { Label: 'org.plain' })
    expect((await provider().list()).services).toMatchObject([
      { name: 'org.odd', pid: 9, state: 'active', description: '/odd x', starts: null },
      { name: 'org.plain', pid: null },
    ])
    expect(launchd.alive()).toBe(0)
  })

  test('hundreds of jobs, again and again: nothing stays', async () => {
    for (let each = 0; each < 250; each++)
      launchd.job(each % 2 === 0 ? 'system' : 'user', {
        Label: `org.example.${each}`,
        PID: each + 1,
      })
    const services = provider()
    for (let round = 0; round < 20; round++)
      expect((await services.list()).services).toHaveLength(250)
    expect(launchd.alive()).toBe(0)
  })

  test('launchd that tells nothing, a macOS without the call, root: each says so', async () => {
    put('daemons/a.plist', { Label: 'a', Program: '/a' })
    launchd.refuse()
    const refused = provider()
    expect(refused.unavailable).toBeNull()
    // Not even what is installed: that it is not loaded would be a guess.
    expect(await refused.list()).toEqual({
      services: [],
      missing: {
        system: expect.stringContaining('launchd does not list them'),
        user: expect.stringContaining('launchd does not list them'),
      },
    })
    expect(() => fakeLaunchd(['JOBS'])).toThrow(/SMCopyAllJobDictionaries/)
    const without = provider({ management: null })
    expect(without.unavailable).toMatch(/^Services are not listed: .*SMCopyAllJobDictionaries.*\.$/)
    expect((await without.list()).missing.system).toContain('lists them to no program')
    launchd.forget()
    launchd.job('user', { Label: 'a' })
    expect((await provider({ isRoot: true }).list()).missing).toEqual({
      system: null,
      user: expect.stringContaining('root'),
    })
    expect(launchd.alive()).toBe(0)
  })

  test('orders are refused with the way to do it', async () => {
    launchd.job('system', { Label: 'org.example.db', PID: 4 })
    const services = provider()
    const order = {
      scope: 'system',
      name: 'org.example.db',
      action: 'stop',
      confirmName: undefined,
      expiresAtMs: undefined,
    } as const
    expect(services.fixed).toContain('launchctl(1)')
    expect(await services.act(order)).toEqual({
      result: 'protected',
      reason: services.fixed,
      state: 'active',
      starts: null,
    })
    expect(await services.act({ ...order, name: 'org.gone' })).toMatchObject({ result: 'gone' })
    expect(await services.act({ ...order, scope: 'user' })).toMatchObject({ result: 'gone' })
    expect(await services.act({ ...order, expiresAtMs: 999 })).toMatchObject({ result: 'expired' })
  })
})
