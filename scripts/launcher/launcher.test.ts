import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PORTS } from '../../packages/contracts/src/words.ts'
import { canOpenBrowser } from './browser.ts'
import { ensurePrivateDirectory, findDirectories } from './directories.ts'
import { fingerprintInputs } from './fingerprint.ts'
import { LogFile } from './log-file.ts'
import { parseStartOptions } from './options.ts'
import { parseListeners } from './port-holder.ts'
import { DEFAULT_PORTS } from './services.ts'
import { backOffMs } from './supervised-service.ts'
import { ownTokenPlace, presentReadToken, writeTokens } from './tokens.ts'
import { atLeast } from './toolchain.mjs'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tmp-unit-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('the launcher and the contracts agree on the ports', () => {
  expect(DEFAULT_PORTS).toEqual(PORTS)
})

describe('options', () => {
  test('nothing given: the usual ports, and the browser opens', () => {
    expect(parseStartOptions([])).toMatchObject({
      open: true,
      ports: DEFAULT_PORTS,
      elevatedStats: false,
    })
  })
  test.each(['--no-open', '--no-browser'])('%s', (option) => {
    expect(parseStartOptions([option]).open).toBe(false)
  })
  test('other ports, in both spellings', () => {
    const ports = { stats: 1, accuracy: 2, pages: 3 }
    expect(parseStartOptions(['--ports', '1,2,3']).ports).toEqual(ports)
    expect(parseStartOptions(['--ports=1,2,3']).ports).toEqual(ports)
  })
  test.each(['1,2', '1,2,2', '0,1,2', '1,2,65536', 'a,b,c', '', '1,2,3,4', '-1,2,3', '1e3,2,3'])(
    '--ports %s is refused',
    (text) => {
      expect(() => parseStartOptions(['--ports', text])).toThrow(
        '--ports needs three different port numbers',
      )
    },
  )
  test('a stats service is started with rights or used from the system, not both', () => {
    expect(parseStartOptions(['--system-stats'])).toMatchObject({ systemStats: true })
    expect(() => parseStartOptions(['--system-stats', '--elevated-stats'])).toThrow('Choose one')
  })
  test('an unknown option is named', () => {
    expect(() => parseStartOptions(['--port'])).toThrow('There is no option "--port"')
  })
})

test.each([
  ['v24.15.0', true],
  ['v24.15.1', true],
  ['v26.10.0', true],
  ['v24.14.9', false],
  ['v20.20.2', false],
  ['v25.0.0-nightly', true],
])('%s is new enough: %s', (version, expected) => {
  expect(atLeast(version, '24.15.0')).toBe(expected)
})

test('the wait before a restart doubles up to 30 s', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map(backOffMs)).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
  ])
})

test('only a token file that can be trusted counts as a running copy of ours', () => {
  const place = ownTokenPlace(directory)
  expect(presentReadToken(place)).toBeNull()
  const { read } = writeTokens(directory)
  expect(presentReadToken(place)).toBe(read)
  chmodSync(join(directory, 'read.token'), 0o640)
  expect(presentReadToken(place)).toBeNull()
})

describe('directories', () => {
  test('one setting separates two copies', () => {
    expect(findDirectories({ TASKMANAGER_RUN_DIR: directory }, 'linux')).toEqual({
      runDir: directory,
      stateDir: join(directory, 'state'),
    })
  })
  test('Linux: the session’s own directory when it is ours', () => {
    expect(findDirectories({ XDG_RUNTIME_DIR: directory, XDG_STATE_HOME: '/s' }, 'linux')).toEqual({
      runDir: join(directory, 'task-manager-pro'),
      stateDir: '/s/task-manager-pro',
    })
    expect(
      findDirectories({ XDG_RUNTIME_DIR: '/nonexistent', XDG_STATE_HOME: '/s' }, 'linux').runDir,
    ).toBe('/s/task-manager-pro/run')
  })
  test('an open directory, a link and a file are refused by name', () => {
    const open = join(directory, 'open')
    mkdirSync(open)
    chmodSync(open, 0o755)
    expect(() => ensurePrivateDirectory(open)).toThrow('is open to other users')
    symlinkSync(open, join(directory, 'link'))
    expect(() => ensurePrivateDirectory(join(directory, 'link'))).toThrow('is a link')
    const fresh = join(directory, 'a/b')
    ensurePrivateDirectory(fresh)
    expect(statSync(fresh).mode & 0o777).toBe(0o700)
  })
})

test('a full log becomes .1, and two older ones are kept', () => {
  const path = join(directory, 'x.log')
  const log = new LogFile(path)
  for (const letter of ['a', 'b', 'c', 'd']) log.write(letter.repeat(5 * 1024 * 1024))
  log.write('e\n')
  log.close()
  expect(readdirSync(directory).toSorted()).toEqual(['x.log', 'x.log.1', 'x.log.2'])
  expect(readFileSync(path, 'utf8')).toBe('e\n')
  expect([1, 2].map((n) => readFileSync(`${path}.${n}`, 'utf8')[0])).toEqual(['d', 'c'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

describe('fingerprint', () => {
  test('changes with a source, and not with its time, a test, or what is built', () => {
    const source = join(directory, 'packages/a/src/x.ts')
    mkdirSync(join(directory, 'packages/a/src'), { recursive: true })
    writeFileSync(source, 'one')
    const first = fingerprintInputs(directory)
    utimesSync(source, 1, 1)
    writeFileSync(join(directory, 'packages/a/src/x.test.ts'), 'test')
    mkdirSync(join(directory, 'packages/a/node_modules'))
    writeFileSync(join(directory, 'packages/a/node_modules/y.js'), 'y')
    expect(fingerprintInputs(directory)).toBe(first)
    writeFileSync(source, 'two')
    expect(fingerprintInputs(directory)).not.toBe(first)
  })
})

test('listening sockets are found in the kernel’s table, others are not', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F41 0100007F:C0DE 01 00000000:00000000 00:00000000 00000000  1000        0 4243 1 0000000000000000 20 4 30 10 -1
`
  expect(parseListeners(table)).toEqual([{ port: 8000, uid: 1000, inode: '4242' }])
})

test('a browser is opened only where there is a screen and a person', () => {
  expect(canOpenBrowser({}, 'linux')).toBe(false)
  expect(canOpenBrowser({ DISPLAY: ':0' }, 'linux')).toBe(true)
  expect(canOpenBrowser({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true)
  expect(canOpenBrowser({ DISPLAY: ':0', CI: 'true' }, 'linux')).toBe(false)
  expect(canOpenBrowser({}, 'win32')).toBe(true)
})
