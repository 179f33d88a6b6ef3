// What must be there before other computers are let in, and what is said when it is not: by the reader of the settings,
// and by each program that would listen.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfigError, readRemoteAccess } from '@taskmanager/local-server'
import { removeTokens, writeTokens } from '../../packages/service-kit/src/tokens.ts'
import { HAS_OPENSSL, makeCertificate } from '../support/certificate.ts'

const ROOT = path.join(import.meta.dirname, '../..')
if (!HAS_OPENSSL) console.log('Left out: needs openssl, for a certificate.')

describe.skipIf(!HAS_OPENSSL)('letting other computers in', () => {
  let folder: string
  let whole: Record<string, string>
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tmp-remote-'))
    const { cert, key } = makeCertificate(folder, [
      'DNS:monitor.test',
      'IP:192.0.2.9',
      'IP:fd00::9',
    ])
    whole = {
      TASKMANAGER_LISTEN: '192.0.2.9, fd00::9',
      TASKMANAGER_HOST_NAMES: 'Monitor.test 192.0.2.9 fd00:0::9',
      TASKMANAGER_TLS_CERT: cert,
      TASKMANAGER_TLS_KEY: key,
    }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const reading = (change: Record<string, string>) => () =>
    readRemoteAccess({ ...whole, ...change })

  test('nothing set: nobody is let in', () => {
    expect(readRemoteAccess({})).toBeNull()
    expect(readRemoteAccess({ TASKMANAGER_LISTEN: '', TASKMANAGER_REMOTE_CONTROL: '0' })).toBeNull()
  })

  test('all set: taken as meant, control off unless its own setting opens it', () => {
    expect(reading({})()).toMatchObject({
      addresses: ['192.0.2.9', 'fd00::9'],
      hostNames: ['monitor.test', '192.0.2.9', '[fd00::9]'],
      control: false,
    })
    expect(reading({ TASKMANAGER_REMOTE_CONTROL: '1' })()).toMatchObject({ control: true })
  })

  test.each([
    'TASKMANAGER_LISTEN',
    'TASKMANAGER_HOST_NAMES',
    'TASKMANAGER_TLS_CERT',
    'TASKMANAGER_TLS_KEY',
  ])('without %s: refused, and it alone is named', (name) => {
    const others = Object.keys(whole).filter((key) => key !== name)
    expect(reading({ [name]: ' ' })).toThrow(ConfigError)
    expect(reading({ [name]: '' })).toThrow(new RegExp(`Missing: ${name} \\(`))
    for (const other of others) expect(reading({ [name]: '' })).not.toThrow(other)
  })

  test('control for others without others is a mistake', () => {
    expect(() => readRemoteAccess({ TASKMANAGER_REMOTE_CONTROL: '1' })).toThrow(
      'TASKMANAGER_LISTEN',
    )
  })

  test.each([
    ['0.0.0.0', /one by one/],
    ['::', /one by one/],
    ['::ffff:0.0.0.0', /one by one/],
    ['127.0.0.1', /held anyway/],
    ['127.1.2.3', /held anyway/],
    ['::1', /held anyway/],
    ['0:0::1', /held anyway/],
    ['::ffff:127.0.0.1', /held anyway/],
    ['localhost', /must be an IP address/],
    ['monitor.test', /must be an IP address/],
    ['192.0.2.9:8000', /must be an IP address/],
    ['192.0.2.9/24', /must be an IP address/],
  ])('address %s is refused', (text, why) => {
    expect(reading({ TASKMANAGER_LISTEN: `192.0.2.9,${text}` })).toThrow(why)
  })

  test.each([
    ['*.monitor.test', /one exact name/],
    ['monitor.test:8000', /one exact name/],
    ['https://monitor.test', /one exact name/],
    ['monitor_test', /one exact name/],
    ['0x7f.1', /one exact name/],
    ['localhost', /calls itself/],
    ['a.localhost', /calls itself/],
    ['127.0.0.1', /calls itself/],
    ['::1', /calls itself/],
    ['other.test', /does not name other\.test/],
    ['192.0.2.10', /does not name 192\.0\.2\.10/],
    ['fd00::8', /does not name \[fd00::8\]/],
  ])('host name %s is refused', (text, why) => {
    expect(reading({ TASKMANAGER_HOST_NAMES: `monitor.test ${text}` })).toThrow(why)
  })

  test('files that cannot serve are named, never quoted', () => {
    const other = path.join(folder, 'other')
    mkdirSync(other)
    const second = makeCertificate(other, ['DNS:monitor.test'])
    const junk = path.join(folder, 'junk.pem')
    writeFileSync(junk, 'so secret', { mode: 0o600 })
    const faults: [Record<string, string>, RegExp][] = [
      [{ TASKMANAGER_TLS_CERT: 'cert.pem' }, /TLS_CERT .* absolute path/],
      [{ TASKMANAGER_TLS_CERT: '/nowhere/cert.pem' }, /TLS_CERT .* \(ENOENT\)/],
      [{ TASKMANAGER_TLS_KEY: folder }, /TLS_KEY .* \(EISDIR\)|everybody may use/],
      [{ TASKMANAGER_TLS_CERT: junk }, /TLS_CERT holds no certificate/],
      [{ TASKMANAGER_TLS_KEY: junk }, /TLS_KEY holds no key/],
      [{ TASKMANAGER_TLS_KEY: second.key }, /is not the key of/],
    ]
    for (const [change, why] of faults) {
      expect(reading(change)).toThrow(why)
      expect(reading(change)).not.toThrow('so secret')
    }
    chmodSync(second.key, 0o604)
    expect(reading({ TASKMANAGER_TLS_KEY: second.key })).toThrow(/everybody may use/)
  })

  test.each([
    ['services/stats/src/main.ts', '8000'],
    ['services/accuracy/src/main.ts', '8001'],
    ['apps/web/server/main.ts', '5173'],
  ])(
    '%s does not start on half of it, nor without a token, nor on another machine’s address',
    (main) => {
      const [runDir, webRoot] = [path.join(folder, 'run'), path.join(folder, 'web')]
      mkdirSync(runDir, { recursive: true, mode: 0o700 })
      mkdirSync(webRoot, { recursive: true })
      writeFileSync(path.join(webRoot, 'index.html'), '<head></head>')
      removeTokens(runDir)
      const start = (change: Record<string, string>) => {
        const own = { PORT: '0', TASKMANAGER_RUN_DIR: runDir, TASKMANAGER_WEB_ROOT: webRoot }
        const env = { ...process.env, ...whole, ...own, ...change }
        const options = { env, encoding: 'utf8', timeout: 15_000 } as const
        const { status, stderr } = spawnSync(process.execPath, [path.join(ROOT, main)], options)
        return { status, said: stderr }
      }
      const half = start({ TASKMANAGER_TLS_KEY: '' })
      expect(half).toEqual({
        status: 1,
        said: expect.stringContaining('Missing: TASKMANAGER_TLS_KEY'),
      })
      const noToken = start({})
      expect(noToken).toEqual({ status: 1, said: expect.stringContaining('only with a token') })
      writeTokens(runDir)
      const elsewhere = start({ TASKMANAGER_LISTEN: '198.51.100.254' })
      expect(elsewhere).toEqual({
        status: 1,
        said: expect.stringContaining('not an address of this machine'),
      })
      expect(`${half.said}${noToken.said}${elsewhere.said}`).not.toMatch(/\n\s+at /)
    },
  )
})
