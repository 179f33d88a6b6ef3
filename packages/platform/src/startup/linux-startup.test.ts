import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import type { StartupAction, StartupItem } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { tree, type Tree } from '../tree-rig.ts'
import { UnansweredCalls } from '../unanswered-calls.ts'
import { LinuxStartup, type StartupWorld } from './linux-startup.ts'
import { Programs } from './programs.ts'

const entry = (lines: string) => `[Desktop Entry]\nType=Application\n${lines}\n`
const CLOCK = entry('Name=Clock\nName[de]=Uhr\nExec=/bin/sh -c "clock --token=abc" %U')

const startupOf = (files: Tree, change: Partial<StartupWorld> = {}) => {
  const own = path.join(files.root, 'home/.config/autostart')
  return new LinuxStartup({
    directories: {
      own,
      shared: ['more', 'xdg'].map((directory) => path.join(files.root, directory)),
    },
    ownMissing: null,
    crontabs: [path.join(files.root, 'spool/crontabs/anna'), path.join(files.root, 'spool/anna')],
    cron: {
      tab: path.join(files.root, 'crontab'),
      directory: path.join(files.root, 'cron.d'),
      periods: [[path.join(files.root, 'cron.daily'), 'Every day']],
    },
    readTimers: () => Promise.resolve({ items: [], missing: null }),
    programs: new Programs(['/bin', path.join(files.root, 'bin')]),
    desktops: ['ubuntu', 'GNOME'],
    refusal: null,
    nowMs: () => 1000,
    ...change,
  })
}

async function itemOf(startup: LinuxStartup, name: string): Promise<StartupItem> {
  const { items } = await startup.list()
  const item = items.find((one) => one.name === name)
  if (item === undefined) throw new Error(`${name} is not listed`)
  return item
}

async function act(startup: LinuxStartup, action: StartupAction, name: string) {
  const { id } = await itemOf(startup, name)
  return startup.act({ id, action, expiresAtMs: undefined })
}

const MINE = 'home/.config/autostart'
/** A program called cron. */
const CRON = { 'bin/cron': '-> /bin/true' }

test('entries of all directories, the more important of a name, with why they do not start', async () => {
  using files = tree({
    'xdg/clock.desktop': CLOCK,
    'xdg/twice.desktop': entry('Name=Less\nExec=sh'),
    'more/twice.desktop': entry('Name=More\nExec=sh'),
    'xdg/over.desktop': entry('Name=Theirs\nExec=sh'),
    [`${MINE}/over.desktop`]: entry('Name=Mine\nExec=sh -x'),
    'xdg/off.desktop': entry('Name=Off\nExec=sh'),
    [`${MINE}/off.desktop`]: '[Desktop Entry]\nHidden=true\n',
    'xdg/gnome.desktop': entry('Name=Only\nExec=sh\nOnlyShowIn=GNOME;'),
    'xdg/kde.desktop': entry('Name=Kde\nExec=sh\nOnlyShowIn=KDE;XFCE;'),
    'xdg/not.desktop': entry('Name=Not\nExec=sh\nNotShowIn=KDE;ubuntu;'),
    'xdg/try.desktop': entry('Name=Try\nExec=sh\nTryExec=no-such-program'),
    'xdg/program.desktop': entry('Name=Program\nExec=/no/such/program'),
    'xdg/none.desktop': entry('Name=None'),
    'xdg/text.desktop': 'nothing',
    'xdg/false.desktop': entry('Name=False\nExec=sh\nX-GNOME-Autostart-enabled=false'),
    'xdg/folder.desktop/x': 'no entry',
    'xdg/large.desktop': `${CLOCK}${'#'.repeat(1024 * 1024)}`,
    'xdg/if.desktop': entry('Name=If\nExec=sh\nAutostartCondition=GSettings a b'),
    [`${MINE}/own.desktop`]: entry('Exec=sh'),
    [`${MINE}/notes.txt`]: 'no entry',
    [`${MINE}/gone.desktop`]: '-> /no/such/file',
    'spool/anna': '@reboot /bin/sync --password=x\n',
    ...CRON,
  })
  // Nobody writes to it: reading it would never end.
  execFileSync('mkfifo', [path.join(files.root, 'xdg/pipe.desktop')])
  const { items, lookedIn, missing } = await startupOf(files).list()
  const shown = items.map(({ name, state, reason, scope }) => [name, state, reason, scope])
  expect(shown).toEqual([
    ['Clock', 'enabled', null, 'everybody'],
    ['False', 'disabled', null, 'everybody'],
    ['folder', 'cannot_start', 'its file cannot be read: it is no regular file', 'everybody'],
    ['gone', 'cannot_start', 'its file cannot be read: it is gone', 'you'],
    ['If', 'enabled', 'if its condition holds: GSettings a b', 'everybody'],
    ['Kde', 'cannot_start', 'for KDE, XFCE only', 'everybody'],
    ['large', 'cannot_start', 'its file cannot be read: it is larger than 1 MiB', 'everybody'],
    ['Mine', 'enabled', null, 'everybody'],
    ['More', 'enabled', null, 'everybody'],
    ['None', 'cannot_start', 'its file names no command', 'everybody'],
    ['Not', 'cannot_start', 'not for ubuntu', 'everybody'],
    ['Off', 'disabled', null, 'everybody'],
    ['Only', 'enabled', null, 'everybody'],
    ['own', 'enabled', null, 'you'],
    ['pipe', 'cannot_start', 'its file cannot be read: it is no regular file', 'everybody'],
    ['Program', 'cannot_start', '/no/such/program is not installed', 'everybody'],
    ['sync', 'enabled', null, 'you'],
    ['text', 'cannot_start', 'its file names no command', 'everybody'],
    ['Try', 'cannot_start', 'no-such-program is not installed', 'everybody'],
  ])
  expect(lookedIn).toHaveLength(8)
  expect(missing).toEqual({ own: null, everybody: null, crontab: null, cron: null, timers: null })
  expect(items.find(({ name }) => name === 'Clock')?.command).toBe(
    '/bin/sh -c clock --token=********',
  )
  expect(items.find(({ name }) => name === 'sync')).toMatchObject({
    kind: 'crontab',
    command: '/bin/sync --password=********',
    fixed: expect.stringContaining('crontab -e'),
  })
  expect(items.find(({ name }) => name === 'Off')).toMatchObject({
    command: 'sh',
    fixed: expect.stringMatching(/off\.desktop does nothing but switch it off/),
  })
})

test('in an unknown desktop nothing is said to fail for it, only what it hangs on', async () => {
  using files = tree({ 'xdg/kde.desktop': entry('Name=Kde\nExec=sh\nOnlyShowIn=KDE;') })
  expect(await itemOf(startupOf(files, { desktops: null }), 'Kde')).toMatchObject({
    state: 'enabled',
    reason: 'in KDE only',
  })
})

test("everybody's entry: a copy of the user's hides it, and goes", async () => {
  using files = tree({ 'xdg/clock.desktop': CLOCK })
  const startup = startupOf(files)
  const mine = path.join(files.root, MINE)
  expect(await act(startup, 'disable', 'Clock')).toEqual({
    result: 'done',
    name: 'Clock',
    reason: null,
    state: 'disabled',
  })
  expect(readdirSync(mine)).toEqual(['clock.desktop'])
  const file = path.join(mine, 'clock.desktop')
  expect(readFileSync(file, 'utf8')).toMatch(/^\[Desktop Entry\]\nHidden=true\n/)
  expect(lstatSync(file).mode & 0o777).toBe(0o600)
  expect(lstatSync(mine).mode & 0o777).toBe(0o700)
  expect(await itemOf(startup, 'Clock')).toMatchObject({ state: 'disabled', fixed: null })
  expect(await act(startup, 'enable', 'Clock')).toMatchObject({ result: 'done', state: 'enabled' })
  expect(readdirSync(mine)).toEqual([])
  expect(readFileSync(path.join(files.root, 'xdg/clock.desktop'), 'utf8')).toBe(CLOCK)
})

test("the user's own entry comes back to the byte, with its mode, whatever bytes it holds", async () => {
  using files = tree({ [`${MINE}/bytes.desktop`]: '' })
  const file = path.join(files.root, MINE, 'bytes.desktop')
  const bytes = Buffer.concat([
    Buffer.from(CLOCK.replaceAll('\n', '\r\n')),
    Buffer.from([0x23, 0xff, 0x00, 0x80]),
  ])
  writeFileSync(file, bytes)
  chmodSync(file, 0o644)
  const startup = startupOf(files)
  expect(await act(startup, 'disable', 'Clock')).toMatchObject({
    result: 'done',
    state: 'disabled',
  })
  expect(readFileSync(file).equals(bytes)).toBe(false)
  expect(await act(startup, 'enable', 'Clock')).toMatchObject({ result: 'done', state: 'enabled' })
  expect(readFileSync(file).equals(bytes)).toBe(true)
  expect(lstatSync(file).mode & 0o777).toBe(0o644)
})

test('a link in the way is neither followed nor replaced', async () => {
  using files = tree({
    'xdg/clock.desktop': CLOCK,
    'target.desktop': CLOCK.replace('Clock', 'Linked'),
    [`${MINE}/linked.desktop`]: '-> ../../../target.desktop',
  })
  const startup = startupOf(files)
  const target = path.join(files.root, 'target.desktop')
  const before = readFileSync(target, 'utf8')
  const refused = await act(startup, 'disable', 'Linked')
  expect(refused).toMatchObject({ result: 'protected', state: 'enabled' })
  expect(refused.reason).toMatch(/linked\.desktop is a symbolic link/)
  expect(readFileSync(target, 'utf8')).toBe(before)
  expect(readlinkSync(path.join(files.root, MINE, 'linked.desktop'))).toBe(
    '../../../target.desktop',
  )

  // The directory itself leads elsewhere.
  rmSync(path.join(files.root, MINE), { recursive: true })
  symlinkSync(path.join(files.root, 'xdg'), path.join(files.root, MINE))
  const elsewhere = startupOf(files, {
    directories: { own: path.join(files.root, MINE), shared: [] },
  })
  expect(await act(elsewhere, 'disable', 'Clock')).toMatchObject({
    result: 'failed',
    reason: 'autostart is a link or no directory',
  })
  expect(readFileSync(path.join(files.root, 'xdg/clock.desktop'), 'utf8')).toBe(CLOCK)
})

test('a directory that everybody may write is not written', async () => {
  using files = tree({ 'xdg/clock.desktop': CLOCK, [`${MINE}/.keep`]: '' })
  chmodSync(path.join(files.root, MINE), 0o777)
  expect(await act(startupOf(files), 'disable', 'Clock')).toMatchObject({
    result: 'failed',
    reason: 'its directory belongs to another user or is writable by everybody',
  })
  expect(readdirSync(path.join(files.root, MINE))).toEqual(['.keep'])
})

test('with elevated rights, as another user, too late, and for what is not listed nothing is done', async () => {
  using files = tree({ 'xdg/clock.desktop': CLOCK, 'spool/anna': '@reboot sync\n' })
  const elevated = startupOf(files, { refusal: 'Elevated.' })
  expect(await act(elevated, 'disable', 'Clock')).toMatchObject({
    result: 'protected',
    reason: 'Elevated.',
  })
  const foreign = startupOf(files, {
    directories: { own: null, shared: [path.join(files.root, 'xdg')] },
    ownMissing: 'another user',
  })
  expect(await act(foreign, 'disable', 'Clock')).toMatchObject({
    result: 'protected',
    reason: 'another user',
  })
  expect((await foreign.list()).missing).toMatchObject({
    own: 'another user',
    crontab: 'another user',
  })
  const startup = startupOf(files)
  expect(await act(startup, 'disable', 'sync')).toMatchObject({ result: 'protected' })
  const { id } = await itemOf(startup, 'Clock')
  expect(await startup.act({ id, action: 'disable', expiresAtMs: 999 })).toMatchObject({
    result: 'expired',
  })
  const order = { action: 'disable', expiresAtMs: undefined } as const
  expect(await startup.act({ id: '../../../../etc/passwdxx', ...order })).toMatchObject({
    result: 'gone',
  })
  expect(readdirSync(files.root).toSorted()).toEqual(['spool', 'xdg'])
})

test('a directory of programs that never answers: what it would hold is not known, the rest is, and it is asked once', async () => {
  using files = tree({
    ...CRON,
    'bin/clock': '-> /bin/true',
    'xdg/clock.desktop': entry('Name=Clock\nExec=clock'),
    'xdg/away.desktop': entry('Name=Away\nExec=away --now'),
    'xdg/remote.desktop': entry('Name=Remote\nExec=/net/tools/remote'),
    'xdg/lost.desktop': entry('Name=Lost\nExec=/bin/lost'),
    'cron.d/job': '* * * * * root job\n',
  })
  const asked: string[] = []
  const calls = new UnansweredCalls()
  const programs = new Programs(['/net/bin', path.join(files.root, 'bin')], {
    isProgram: (file) => {
      asked.push(file)
      return file.startsWith('/net/') ? new Promise(() => {}) : Promise.resolve(existsSync(file))
    },
    readReaches: () => Promise.resolve((file) => (file.startsWith('/net/') ? 'far' : 'near')),
    calls,
    answerWithinMs: 5,
  })
  const startup = startupOf(files, { programs })
  const told = async () =>
    (await startup.list()).items.map(({ name, state, reason }) => [name, state, reason])
  const unsure = (program: string) =>
    `if ${program} is installed: where it would be does not answer`
  const expected = [
    ['Away', 'enabled', unsure('away')],
    ['Clock', 'enabled', null],
    ['job', 'enabled', null],
    ['Lost', 'cannot_start', '/bin/lost is not installed'],
    ['Remote', 'enabled', unsure('/net/tools/remote')],
  ]
  expect(await told()).toEqual(expected)
  expect(await told()).toEqual(expected)
  const dead = asked.filter((file) => file.startsWith('/net/')).map((file) => path.dirname(file))
  expect(dead.toSorted()).toEqual(['/net/bin', '/net/tools'])
  expect([calls.begin('far'), calls.begin('near')]).toEqual([null, expect.any(Function)])
})

test('where no cron may be looked for, its jobs are not said to be unable to start', async () => {
  using files = tree({ 'cron.d/job': '* * * * * root job\n' })
  const calls = new UnansweredCalls()
  calls.begin('far')
  calls.begin('far')
  const programs = new Programs(['/net/bin'], {
    isProgram: () => Promise.resolve(true),
    readReaches: () => Promise.resolve(() => 'far'),
    calls,
    answerWithinMs: 1,
  })
  expect(await itemOf(startupOf(files, { programs }), 'job')).toMatchObject({
    state: 'enabled',
    reason: 'if cron is installed: where it would be does not answer',
  })
})
