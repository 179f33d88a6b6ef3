import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bytesOf } from '../../struct-bytes.ts'
import { fakeRegistry, registryEntry } from '../machine/fake-windows.ts'
import { REG, type RegistryValue } from '../registry.ts'
import { parseShellLink } from './parse-shell-link.ts'
import { approvalBytes, parseApproval } from './startup-approval.ts'
import { expanded, startupArguments } from './startup-program.ts'
import { startupFolders, WindowsStartup, type WindowsStartupWorld } from './windows-startup.ts'

/** A shortcut as [MS-SHLLINK] has it. */
function shellLink(target: string, args: string, { unicode = true } = {}): Buffer {
  const header = bytesOf(0x4c, [
    [0, 'u32', 0x4c],
    [0x14, 'u32', 0x1 | 0x2 | 0x4 | 0x20 | 0x80],
  ])
  const ids = bytesOf(2 + 6, [[0, 'u16', 6]])
  const head = unicode ? 0x24 : 0x1c
  const text = unicode ? Buffer.from(`${target}\0`, 'utf16le') : Buffer.from(`${target}\0`)
  const info = bytesOf(head, [
    [0, 'u32', head + text.length],
    [4, 'u32', head],
    [8, 'u32', 1],
    ...(unicode ? ([[0x1c, 'u32', head]] as const) : ([[0x10, 'u32', head]] as const)),
  ])
  const string = (value: string) =>
    Buffer.concat([bytesOf(2, [[0, 'u16', value.length]]), Buffer.from(value, 'utf16le')])
  return Buffer.concat([header, ids, info, text, string('A program'), string(args)])
}

describe('a shortcut', () => {
  test.each([true, false])('tells its program and arguments, Unicode %s', (unicode) => {
    const bytes = shellLink(String.raw`C:\Tools\a b.exe`, '/min --x', { unicode })
    expect(parseShellLink(bytes)).toEqual({
      target: String.raw`C:\Tools\a b.exe`,
      arguments: '/min --x',
    })
  })

  test('that is cut off or none at all', () => {
    const bytes = shellLink('C:\\a.exe', '')
    for (let length = 0; length < bytes.length; length++)
      expect(() => parseShellLink(bytes.subarray(0, length))).not.toThrow()
    expect(parseShellLink(Buffer.from('[InternetShortcut]'.repeat(9)))).toBeNull()
  })
})

describe('the line of a Run key', () => {
  const exists = (file: string) => file === String.raw`C:\Program Files\My App\app.exe`

  test.each([
    [String.raw`"C:\x y\a.exe" /min`, [String.raw`C:\x y\a.exe`, '/min']],
    [
      String.raw`C:\Program Files\My App\app.exe /min`,
      [String.raw`C:\Program Files\My App\app.exe`, '/min'],
    ],
    [
      String.raw`C:\Program Files\My App\app -q`,
      [String.raw`C:\Program Files\My App\app.exe`, '-q'],
    ],
    [String.raw`C:\gone dir\b.exe -q`, [String.raw`C:\gone dir\b.exe`, '-q']],
    [String.raw`rundll32.exe x.dll,Start`, ['rundll32.exe', 'x.dll,Start']],
    [String.raw`C:\odd path without ending`, [String.raw`C:\odd`, 'path', 'without', 'ending']],
  ])('%s', (line, args) => {
    expect(startupArguments(line, exists)).toEqual(args)
  })

  test('variables have their values; what is not set stays', () => {
    const variable = (name: string) => (name === 'APPDATA' ? String.raw`C:\d` : undefined)
    expect(expanded(String.raw`%APPDATA%\x %NOPE% 5% of 7%`, variable)).toBe(
      String.raw`C:\d\x %NOPE% 5% of 7%`,
    )
  })
})

test('the switch as Explorer writes it', () => {
  expect(parseApproval(null)).toBe('enabled')
  expect(parseApproval(Buffer.alloc(0))).toBe('enabled')
  for (const [first, state] of [
    [2, 'enabled'],
    [6, 'enabled'],
    [3, 'disabled'],
    [7, 'disabled'],
  ] as const)
    expect(parseApproval(bytesOf(12, [[0, 'u8', first]]))).toBe(state)
  const off = approvalBytes('disable', 0)
  expect([off.length, off[0], off.readBigUInt64LE(4)]).toEqual([12, 3, 116_444_736_000_000_000n])
  expect(approvalBytes('enable', 5)).toEqual(bytesOf(12, [[0, 'u8', 2]]))
})

const RUN = String.raw`Software\Microsoft\Windows\CurrentVersion\Run`
const RUN_32 = String.raw`Software\WOW6432Node\Microsoft\Windows\CurrentVersion\Run`
const APPROVED = String.raw`Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved`

describe('what starts', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'startup-'))
    writeFileSync(path.join(folder, 'Notes.lnk'), shellLink(String.raw`C:\n.exe`, '--token=abc123'))
    writeFileSync(path.join(folder, 'broken.lnk'), 'no shortcut')
    writeFileSync(path.join(folder, 'desktop.ini'), '')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const off: RegistryValue = { name: 'chat', type: REG.binary, bytes: approvalBytes('disable', 0) }

  interface Over {
    refusal?: string
    denied?: string[]
    hidden?: string[]
    folders?: WindowsStartupWorld['folders']
  }

  function world({ refusal, denied = [], hidden = [], folders }: Over = {}) {
    const content = {
      [`user\\${RUN}`]: {
        a: registryEntry.text('Cloud', String.raw`"C:\cloud.exe" /background`),
        b: registryEntry.text('Chat', String.raw`%LOCALAPPDATA%\chat.exe`, REG.expandText),
        c: registryEntry.text('Empty', ' '),
        d: registryEntry.long('Number', 5n),
      },
      [`machine\\${RUN}`]: { a: registryEntry.text('Driver', String.raw`C:\gone.exe`) },
      [`user\\${APPROVED}\\Run`]: { chat: off },
    }
    const startup = new WindowsStartup({
      registry: fakeRegistry(content, { denied, hidden }),
      folders: folders ?? { user: folder, machine: null },
      exists: (file) =>
        file.startsWith(folder) || [String.raw`C:\cloud.exe`, String.raw`C:\n.exe`].includes(file),
      variable: (name) => (name === 'LOCALAPPDATA' ? 'C:\\l' : undefined),
      refusal: refusal ?? null,
      nowMs: () => 1000,
    })
    return { startup, content }
  }
  const idOf = async (startup: WindowsStartup, name: string) =>
    (await startup.list()).items.find((item) => item.name === name)?.id ?? ''
  const act = async (startup: WindowsStartup, name: string, action: 'enable' | 'disable') =>
    startup.act({ id: await idOf(startup, name), action, expiresAtMs: undefined })

  test('keys and folders, with state, command and who may switch them', async () => {
    const { items, lookedIn, missing } = await world().startup.list()
    expect(
      items.map(({ name, kind, scope, state, command, fixed }) => [
        name,
        kind,
        scope,
        state,
        command,
        fixed === null,
      ]),
    ).toEqual([
      ['broken', 'startup_folder', 'you', 'enabled', path.join(folder, 'broken.lnk'), true],
      ['Chat', 'run_key', 'you', 'disabled', String.raw`C:\l\chat.exe`, true],
      ['Cloud', 'run_key', 'you', 'enabled', String.raw`C:\cloud.exe /background`, true],
      ['Driver', 'run_key', 'everybody', 'cannot_start', String.raw`C:\gone.exe`, false],
      ['Notes', 'startup_folder', 'you', 'enabled', String.raw`C:\n.exe --token=********`, true],
    ])
    expect(items.find(({ name }) => name === 'Driver')?.reason).toBe('gone.exe is not there')
    expect(lookedIn).toContain(`HKCU\\${RUN}`)
    expect(missing).toEqual({ own: null, everybody: null, crontab: null, cron: null, timers: null })
  })

  test('switched off and on again, by the switch alone', async () => {
    const { startup, content } = world()
    expect(await act(startup, 'Cloud', 'disable')).toEqual({
      result: 'done',
      name: 'Cloud',
      reason: null,
      state: 'disabled',
    })
    expect(Object.keys(content[`user\\${RUN}`] ?? {})).toHaveLength(4)
    expect(await act(startup, 'Cloud', 'enable')).toMatchObject({ state: 'enabled' })
    expect(await act(startup, 'Notes', 'disable')).toMatchObject({ state: 'disabled' })
  })

  test.each([
    ['Driver', {}, 'protected'],
    ['Cloud', { refusal: 'Not here.' }, 'protected'],
    ['Cloud', { denied: [`user\\${APPROVED}\\Run`] }, 'failed'],
    ['Nobody', {}, 'gone'],
  ])('%s with %j is %s', async (name, over, result) => {
    const { startup } = world(over)
    expect((await act(startup, name, 'disable')).result).toBe(result)
    expect((await startup.list()).items.filter(({ state }) => state === 'disabled')).toHaveLength(1)
  })

  test('entries of the user that may not be read are missing with the reason', async () => {
    const { startup } = world({ hidden: [`user\\${RUN}`] })
    const { items, missing } = await startup.list()
    expect(items.filter(({ kind, scope }) => kind === 'run_key' && scope === 'you')).toEqual([])
    expect(missing.own).toBe(`Windows does not let HKCU\\${RUN} be read`)
  })

  test('keys and folders for everybody that may not be read are missing with the reason', async () => {
    const file = path.join(folder, 'broken.lnk')
    const { startup } = world({
      hidden: [`machine\\${RUN}`, `machine\\${RUN_32}`],
      folders: { user: folder, machine: file },
    })
    const { items, missing } = await startup.list()
    expect(items.map(({ scope }) => scope)).not.toContain('everybody')
    expect(missing).toMatchObject({
      own: null,
      everybody: `Windows does not let HKLM\\${RUN} and HKLM\\${RUN_32} and ${file} be read`,
    })
  })

  test('a folder of the user that may not be read is missing beside the key, one that is not there is empty', async () => {
    const file = path.join(folder, 'broken.lnk')
    const own = world({ folders: { user: file, machine: path.join(folder, 'none') } })
    expect((await own.startup.list()).missing).toMatchObject({
      own: `Windows does not let ${file} be read`,
      everybody: null,
    })
  })

  test('switches that may not be read: the state is unknown, and nothing is switched on a guess', async () => {
    const { startup, content } = world({
      hidden: [`user\\${APPROVED}\\Run`, `machine\\${APPROVED}\\Run`],
    })
    const { items } = await startup.list()
    const told = (name: string) => items.find((item) => item.name === name)
    for (const name of ['Chat', 'Cloud'])
      expect(told(name)).toMatchObject({
        state: null,
        reason: 'Windows does not let its switch be read',
        fixed: expect.stringContaining('cannot be read'),
      })
    expect(told('Driver')).toMatchObject({
      state: null,
      reason: 'Windows does not let its switch be read',
      fixed: expect.stringContaining('for everybody'),
    })
    expect(told('Notes')).toMatchObject({ state: 'enabled', fixed: null })
    const before = Object.keys(content)
    expect(await act(startup, 'Cloud', 'disable')).toMatchObject({
      result: 'protected',
      state: null,
    })
    expect(Object.keys(content)).toEqual(before)
    expect(content[`user\\${APPROVED}\\Run`]).toEqual({ chat: off })
  })

  test('too late is nothing', async () => {
    const { startup } = world()
    const id = await idOf(startup, 'Cloud')
    expect(await startup.act({ id, action: 'disable', expiresAtMs: 999 })).toMatchObject({
      result: 'expired',
    })
  })
})

test('the folders by the environment; a relative one is none', () => {
  expect(startupFolders({ APPDATA: String.raw`C:\Users\a\AppData`, ProgramData: 'x' })).toEqual({
    user: String.raw`C:\Users\a\AppData\Microsoft\Windows\Start Menu\Programs\Startup`,
    machine: null,
  })
})
