import { existsSync, mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { binaryList, type Written } from '../property-lists/binary-list-rig.ts'
import { MacStartup } from './mac-startup.ts'

describe('jobs of launchd', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'launchd-'))
    for (const name of ['own', 'agents', 'daemons']) mkdirSync(path.join(root, name))
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const put = (file: string, value: Written | string) =>
    writeFileSync(path.join(root, file), typeof value === 'string' ? value : binaryList(value))

  const startup = (nowMs = () => 0) =>
    new MacStartup({
      directories: [
        { kind: 'launch_agent', scope: 'you', path: at('own'), switches: at('off-own') },
        { kind: 'launch_agent', scope: 'everybody', path: at('agents'), switches: at('off-own') },
        { kind: 'launch_daemon', scope: 'everybody', path: at('daemons'), switches: at('off') },
        { kind: 'launch_daemon', scope: 'everybody', path: at('none'), switches: at('off') },
      ],
      ownMissing: null,
      exists: existsSync,
      nowMs,
    })
  const at = (name: string) => path.join(root, name)

  async function only(file: string, value: Written | string) {
    put(file, value)
    const { items } = await startup().list()
    expect(items).toHaveLength(1)
    return items[0]
  }

  test('an agent in XML, with its command and its secrets hidden', async () => {
    const item = await only(
      'own/com.example.sync.plist',
      `<?xml version="1.0"?><plist version="1.0"><dict>
        <key>Label</key><string>com.example.sync</string>
        <key>ProgramArguments</key><array>
          <string>${process.execPath}</string><string>--password=x</string>
        </array>
        <key>RunAtLoad</key><true/>
      </dict></plist>`,
    )
    expect(item).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/),
      name: 'com.example.sync',
      command: `${process.execPath} --password=********`,
      app_id: null,
      kind: 'launch_agent',
      scope: 'you',
      file: at('own/com.example.sync.plist'),
      schedule: null,
      next_at_ms: null,
      runs_as: null,
      state: 'enabled',
      reason: null,
      fixed: expect.stringContaining('System Settings'),
    })
  })

  test('a daemon in the binary form runs as root or as who it names', async () => {
    const daemon = {
      Label: 'org.example.db',
      Program: process.execPath,
      KeepAlive: { Crashed: true },
    }
    expect(await only('daemons/db.plist', daemon)).toMatchObject({
      name: 'org.example.db',
      command: process.execPath,
      kind: 'launch_daemon',
      schedule: 'With the machine',
      runs_as: 'root',
      reason: null,
    })
    expect(await only('daemons/db.plist', { ...daemon, UserName: '_postgres' })).toMatchObject({
      runs_as: '_postgres',
    })
  })

  test.each([
    [{ StartInterval: 3600 }, 'Every hour'],
    [{ StartInterval: 900 }, 'Every 15 minutes'],
    [{ StartInterval: 7 }, 'Every 7 seconds'],
    [{ StartCalendarInterval: { Hour: 3, Minute: 30 } }, 'Every day at 03:30'],
    [
      {
        StartCalendarInterval: [{ Hour: 8, Minute: 0, Weekday: 1 }, { Minute: 5 }],
      },
      'Every Monday at 08:00; Every hour at :05',
    ],
  ] as const)('runs by the clock: %j', async (times, schedule) => {
    const item = await only('own/a.plist', { Label: 'a', Program: process.execPath, ...times })
    expect(item).toMatchObject({ schedule, reason: null })
  })

  test('on demand alone, switched off in its file or apart from it, and switched on again', async () => {
    const job = { Label: 'a.b', Program: process.execPath }
    expect(await only('own/a.plist', job)).toMatchObject({
      state: 'enabled',
      reason: 'when something asks for it',
    })
    expect(await only('own/a.plist', { ...job, Disabled: true })).toMatchObject({
      state: 'disabled',
      reason: null,
    })
    put('off-own', { 'a.b': false, 'c.d': true })
    expect(await only('own/a.plist', { ...job, Disabled: true })).toMatchObject({
      state: 'enabled',
    })
    put('off-own', { 'a.b': true })
    expect(await only('own/a.plist', job)).toMatchObject({ state: 'disabled' })
  })

  test('a program that is gone, and files that are no jobs, cannot start and say why', async () => {
    expect(await only('own/a.plist', { Label: 'a', Program: '/opt/gone/tool' })).toMatchObject({
      state: 'cannot_start',
      reason: 'tool is not there',
    })
    expect(await only('own/a.plist', 'no list')).toMatchObject({
      name: 'a.plist',
      state: 'cannot_start',
      reason: 'its file is no property list',
    })
    expect(await only('own/a.plist', ['a'])).toMatchObject({
      reason: 'its file is no description of a job',
    })
    expect(await only('own/a.plist', `<plist>${' '.repeat(2 ** 20)}`)).toMatchObject({
      reason: 'its file cannot be read: it is larger than 1 MiB',
    })
  })

  test('all places are named, those that are not there as well; orders are refused with the way to do it', async () => {
    put('own/a.plist', { Label: 'a', Program: process.execPath })
    put('agents/ignored.txt', 'x')
    const provider = startup(() => 10)
    const { items, lookedIn, missing } = await provider.list()
    expect(lookedIn).toEqual(['own', 'agents', 'daemons', 'none'].map(at))
    expect(missing).toMatchObject({ own: null, cron: null, crontab: expect.any(String) })
    const order = { id: items[0]?.id ?? '', action: 'disable', expiresAtMs: undefined } as const
    expect(await provider.act(order)).toMatchObject({
      result: 'protected',
      name: 'a',
      state: 'enabled',
      reason: expect.stringContaining('Login Items'),
    })
    expect(await provider.act({ ...order, id: 'x' })).toMatchObject({ result: 'gone' })
    expect(await provider.act({ ...order, expiresAtMs: 9 })).toMatchObject({ result: 'expired' })
  })
})
