import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createHmac } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TokenStore } from './token-store.ts'
import {
  checkRunDirectory,
  CONTROL_TOKEN_FILE,
  defaultRunDirectory,
  deriveReadToken,
  ensureRunDirectory,
  healthProof,
  mintControlToken,
  READ_TOKEN_FILE,
  readTokenFile,
  removeTokens,
  writeTokens,
} from './tokens.ts'

const uid = process.getuid?.() ?? null
const rules = { ownerUid: uid }
const hasModes = process.platform !== 'win32'
const token = mintControlToken()
let root: string
let dir: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tokens-'))
  dir = join(root, 'run')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('tokens are derived and proved as the specification says', () => {
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
  const read = createHmac('sha256', token).update('read-v1').digest('base64url')
  expect(deriveReadToken(token)).toBe(read)
  const proof = createHmac('sha256', read).update('health-v1|stats|abc').digest('base64url')
  expect(healthProof(read, 'stats', 'abc')).toBe(proof)
})

test('written files are private, whole, and leave nothing beside them', () => {
  ensureRunDirectory(dir)
  const tokens = writeTokens(dir)
  expect(readdirSync(dir).toSorted()).toEqual([CONTROL_TOKEN_FILE, READ_TOKEN_FILE])
  expect(readTokenFile(join(dir, READ_TOKEN_FILE), rules)).toBe(tokens.read)
})

test.runIf(hasModes)(
  'a service with a group of its own writes files that its group may read, and closes the rest',
  () => {
    const mask = process.umask(0o077)
    try {
      mkdirSync(dir, { mode: 0o750 })
      chmodSync(dir, 0o750)
      expect(() => writeTokens(dir)).toThrow(/others/)
      writeTokens(dir, { groupMayRead: true })
      for (const name of readdirSync(dir))
        expect([name, statSync(join(dir, name)).mode & 0o777]).toEqual([name, 0o640])
      expect(process.umask()).toBe(0o077)
      const store = new TokenStore(dir, { ...rules, groupMayRead: true })
      expect(store.problem).toBeNull()
      store.close()
      expect(new TokenStore(dir, rules).problem).toMatch(/others/)
    } finally {
      process.umask(mask)
    }
  },
)

test.runIf(hasModes)('files are 0600 in a directory of 0700', () => {
  ensureRunDirectory(dir)
  writeTokens(dir)
  const modes = [dir, join(dir, CONTROL_TOKEN_FILE), join(dir, READ_TOKEN_FILE)].map(
    (path) => statSync(path).mode & 0o777,
  )
  expect(modes).toEqual([0o700, 0o600, 0o600])
})

describe('token files that are not trusted', () => {
  const path = () => join(root, 'token')
  const plain = (content: string, mode = 0o600) => {
    writeFileSync(path(), content, { mode })
    chmodSync(path(), mode)
  }
  const cases: [rule: string, RegExp, make: () => void][] = [
    ['missing', /does not exist/, () => undefined],
    [
      'symlink',
      /symbolic link/,
      () => {
        writeFileSync(join(root, 'target'), token, { mode: 0o600 })
        symlinkSync(join(root, 'target'), path())
      },
    ],
    [
      'hard link',
      /hard link/,
      () => {
        plain(token)
        linkSync(path(), join(root, 'second'))
      },
    ],
    ['directory', /regular file/, () => mkdirSync(path())],
    ['empty', /43 characters/, () => plain('')],
    ['short', /43 characters/, () => plain(token.slice(1))],
    ['two lines', /43 characters/, () => plain(`${token}\n\n`)],
    ['foreign bytes', /43 characters/, () => plain(`${token.slice(1)}\u0000`)],
    ['long', /longer than 128/, () => plain(token.repeat(4))],
  ]
  if (hasModes) {
    cases.push(
      ['FIFO', /regular file/, () => execFileSync('mkfifo', ['-m', '600', path()])],
      ['readable by the group', /others/, () => plain(token, 0o640)],
      ['writable by everybody', /others/, () => plain(token, 0o602)],
    )
  }
  if (uid === 0)
    cases.push([
      'of another user',
      /another user/,
      () => (plain(token), chownSync(path(), 4321, 0)),
    ])
  else console.log('not root: a token file of another user cannot be made')

  test.each(cases)('%s', (_rule, message, make) => {
    make()
    expect(() => readTokenFile(path(), rules)).toThrow(message)
    expect(() => readTokenFile(path(), rules)).not.toThrow(token)
  })

  test.runIf(hasModes)('the group may read where a system unit says so', () => {
    plain(token, 0o640)
    expect(readTokenFile(path(), { ...rules, groupMayRead: true })).toBe(token)
    chmodSync(path(), 0o660)
    expect(() => readTokenFile(path(), { ...rules, groupMayRead: true })).toThrow(/others/)
  })
})

describe.runIf(hasModes)('directories that are not trusted', () => {
  test('a link, open to the group, or where others may rename it', () => {
    ensureRunDirectory(dir)
    symlinkSync(dir, join(root, 'link'))
    expect(() => ensureRunDirectory(join(root, 'link'))).toThrow(/symbolic link/)
    chmodSync(dir, 0o750)
    expect(() => checkRunDirectory(dir, rules)).toThrow(/others/)
    chmodSync(dir, 0o700)
    chmodSync(root, 0o777)
    expect(() => checkRunDirectory(dir, rules)).toThrow(/others can write/)
    chmodSync(root, 0o700)
    expect(() => checkRunDirectory(join(root, 'none'), rules)).toThrow(/does not exist/)
    writeFileSync(join(root, 'file'), '')
    expect(() => checkRunDirectory(join(root, 'file'), rules)).toThrow(/not a directory/)
  })
})

test('the directory of each system is a private one', () => {
  const at = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv, home = '/home/a') =>
    defaultRunDirectory({ platform, env, home })
  expect(at('linux', { XDG_RUNTIME_DIR: '/run/user/7' })).toBe('/run/user/7/task-manager-pro')
  expect(at('linux', {})).toBe('/home/a/.local/state/task-manager-pro/run')
  expect(at('darwin', {}, '/Users/a')).toBe(
    '/Users/a/Library/Application Support/TaskManagerPro/run',
  )
  expect(at('win32', { LOCALAPPDATA: 'C:\\L' })).toBe('C:\\L\\TaskManagerPro\\run')
})

describe('store', () => {
  test('accepts what lies in the files, and says why it accepts nothing', () => {
    const store = new TokenStore(dir, rules)
    expect(store.problem).toMatch(/does not exist/)
    expect(store.scopeOf('')).toBeNull()
    ensureRunDirectory(dir)
    const tokens = writeTokens(dir)
    store.refresh()
    expect(store.problem).toBeNull()
    expect(store.scopeOf(tokens.control)).toBe('control')
    expect(store.scopeOf(tokens.read)).toBe('read')
    expect(store.scopeOf(`${tokens.read}x`)).toBeNull()
    store.close()
  })

  test('replaced or deleted files revoke', () => {
    ensureRunDirectory(dir)
    const first = writeTokens(dir)
    const store = new TokenStore(dir, rules)
    let revoked = 0
    store.onRevoked(() => (revoked += 1))
    const second = writeTokens(dir)
    store.refresh()
    expect([revoked, store.scopeOf(first.control), store.scopeOf(second.control)]).toEqual([
      1,
      null,
      'control',
    ])
    removeTokens(dir)
    store.refresh()
    expect([revoked, store.scopeOf(second.control), store.scopeOf(second.read)]).toEqual([
      2,
      null,
      null,
    ])
    store.close()
  })

  test.skipIf(process.platform !== 'linux')(
    'without a descriptor to read them they hold; deleted ones are revoked all the same',
    () => {
      const tokens = (ensureRunDirectory(dir), writeTokens(dir))
      const script = `
        import { openSync, closeSync } from 'node:fs'
        import { TokenStore } from '${import.meta.dirname}/token-store.ts'
        import { removeTokens } from '${import.meta.dirname}/tokens.ts'
        const [dir, uid, control, read] = process.argv.slice(1)
        const store = new TokenStore(dir, { ownerUid: Number(uid) })
        let revoked = 0
        store.onRevoked(() => revoked++)
        const state = () => ({
          revoked,
          problem: store.problem,
          scopes: [store.scopeOf(control), store.scopeOf(read)],
        })
        const opened = []
        try {
          for (;;) opened.push(openSync('/dev/null'))
        } catch (error) {
          if (error.code !== 'EMFILE') throw error
        }
        const states = []
        const look = () => (store.refresh(), states.push(state()))
        look()
        const late = new TokenStore(dir, { ownerUid: Number(uid) })
        removeTokens(dir)
        look()
        console.log(JSON.stringify({ states, late: late.problem }))
        process.exit()
      `
      const command = 'ulimit -n 64; exec "$0" --input-type=module -e "$@"'
      const argv = [process.execPath, script, dir, String(uid), tokens.control, tokens.read]
      const printed = execFileSync('/bin/sh', ['-c', command, ...argv], { encoding: 'utf8' })
      expect(JSON.parse(printed)).toEqual({
        states: [
          { revoked: 0, problem: null, scopes: ['control', 'read'] },
          { revoked: 1, problem: expect.stringContaining('does not exist'), scopes: [null, null] },
        ],
        late: expect.stringContaining('too many open files'),
      })
    },
  )

  test('a read token that belongs to another control token is refused', () => {
    ensureRunDirectory(dir)
    writeTokens(dir)
    const stray = deriveReadToken(mintControlToken())
    writeFileSync(join(dir, READ_TOKEN_FILE), stray)
    const store = new TokenStore(dir, rules)
    expect(store.scopeOf(stray)).toBeNull()
    expect(store.problem).toMatch(/does not belong/)
    store.close()
  })
})
