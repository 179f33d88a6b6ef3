import { createHmac } from 'node:crypto'
import { chmod, link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { get } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { loadAssets } from './assets.ts'
import { createHandler } from './handler.ts'
import { startListening, type Listener } from './listen.ts'
import { readReadToken, type TokenPlace } from './proof.ts'

const SCRIPT = 'console.log("task manager");\n'.repeat(200)
const READ_TOKEN = 'r'.repeat(43)
const CHALLENGE = 'abcdefghijklmnopqrstuv'
let directory: string
let runDir: string
let listener: Listener

const placeOf = (path: string): TokenPlace => ({
  runDir: path,
  ownerUid: process.getuid?.() ?? null,
  groupMayRead: false,
})

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tmp-pages-'))
  runDir = join(directory, 'run')
  const web = join(directory, 'web')
  await mkdir(join(web, 'assets'), { recursive: true })
  await mkdir(runDir, { mode: 0o700 })
  await writeFile(
    join(web, 'index.html'),
    '<!doctype html><html><head><title>T</title></head></html>',
  )
  await writeFile(join(web, 'assets/app-1a2B_3c4.js'), SCRIPT)
  await writeFile(join(web, 'assets/app-1a2B_3c4.js.map'), '{}')
  await writeFile(join(web, 'icon.svg'), '<svg/>')
  await writeFile(join(directory, 'secret.txt'), 'not for anybody')
  await writeFile(join(runDir, 'read.token'), `${READ_TOKEN}\n`, { mode: 0o600 })
  const services = { stats: 8100, accuracy: 8101 }
  const assets = await loadAssets(web, services)
  let port = 0
  const handle = (...args: Parameters<ReturnType<typeof createHandler>>) =>
    createHandler({ assets, port, services, tokens: placeOf(runDir), remote: null })(...args)
  listener = await startListening(handle, 0)
  port = listener.port
})
afterAll(async () => {
  await listener.close()
  await rm(directory, { recursive: true })
})

interface RawAnswer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: Buffer
}

/** node:http, not fetch: fetch decodes bodies, merges headers and refuses to set Host. */
function request(path: string, options: Parameters<typeof get>[1] = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const call = get({ host: '127.0.0.1', port: listener.port, path, ...options }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      )
    })
    call.on('error', reject)
  })
}

/** Sends bytes as they are and returns everything until the server closes. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(listener.port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
    socket.write(text.replaceAll('\n', '\r\n').replaceAll('PORT', String(listener.port)))
  })
}

describe('files', () => {
  test('the index is sent for the client routes, never stored, and says which ports the services have', async () => {
    for (const path of [
      '/',
      '/apps',
      '/users',
      '/containers',
      '/processes',
      '/processes?sort=memory',
      '/performance/disk/sda',
      '/actions?q=node',
      '/settings',
    ]) {
      const answer = await request(path)
      expect([path, answer.status]).toEqual([path, 200])
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.body.toString()).toContain(
        '<meta name="taskmanager-ports" content="8100,8101">',
      )
    }
  })

  test('a hashed asset may be kept for ever and is sent in the form the browser accepts', async () => {
    const path = '/assets/app-1a2B_3c4.js'
    const plain = await request(path)
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(plain.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(plain.body.toString()).toBe(SCRIPT)
    const br = await request(path, { headers: { 'accept-encoding': 'gzip, deflate, br' } })
    expect(br.headers['content-encoding']).toBe('br')
    expect(brotliDecompressSync(br.body).toString()).toBe(SCRIPT)
    const gz = await request(path, { headers: { 'accept-encoding': 'br;q=0, gzip' } })
    expect(gz.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(gz.body).toString()).toBe(SCRIPT)
    expect(gz.headers['vary']).toBe('Accept-Encoding')
  })

  test('a file without a hash is asked for again, and answered 304 while it is the same', async () => {
    const first = await request('/icon.svg')
    expect(first.headers['cache-control']).toBe('no-cache')
    const etag = String(first.headers['etag'])
    const again = await request('/icon.svg', { headers: { 'if-none-match': etag } })
    expect([again.status, again.body.length]).toEqual([304, 0])
  })

  test.each([
    '/assets/app-1a2B_3c4.js.map',
    '/assets/',
    '/assets/../../secret.txt',
    '/..%2f..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '//apps',
    '/appsx',
    '/unknown',
    '/__proto__',
  ])('%s is not there', async (path) => {
    const answer = await request(path)
    expect(answer.status).toBe(404)
    expect(answer.body.toString()).toBe('There is no such page.\n')
  })
})

describe('headers', () => {
  test('the page may load only from here and talk only to the two services', async () => {
    for (const path of ['/', '/unknown', '/assets/app-1a2B_3c4.js', '/health']) {
      const { headers } = await request(path)
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; " +
          "img-src 'self' data:; font-src 'self'; connect-src 'self' " +
          'http://localhost:8100 ws://localhost:8100 http://127.0.0.1:8100 ws://127.0.0.1:8100 ' +
          'http://localhost:8101 ws://localhost:8101 http://127.0.0.1:8101 ws://127.0.0.1:8101; ' +
          "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
      )
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      })
      expect(headers['permissions-policy']).toContain('camera=()')
      expect(headers['strict-transport-security']).toBeUndefined()
    }
  })

  test('a request for a service worker gets one that removes itself, whatever its address', async () => {
    const answer = await request('/sw.js', { headers: { 'service-worker': 'script' } })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toContain('text/javascript')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.body.toString()).toContain('registration.unregister()')
  })
})

describe('guard', () => {
  test.each([
    ['another name', 'Host: evil.example:PORT'],
    ['no port', 'Host: localhost'],
    ['another port', 'Host: localhost:1'],
    ['a trailing dot', 'Host: localhost.:PORT'],
    ['a suffix', 'Host: localhost:PORT.evil.example'],
    ['user information', 'Host: a@localhost:PORT'],
    ['X-Forwarded-Host beside a wrong one', 'Host: evil.example\nX-Forwarded-Host: localhost:PORT'],
  ])('a Host with %s is refused', async (_, header) => {
    expect(await raw(`GET / HTTP/1.1\n${header}\n\n`)).toMatch(/^HTTP\/1\.1 421 /)
  })

  test('two Host headers are refused', async () => {
    const answer = await raw('GET / HTTP/1.1\nHost: localhost:PORT\nHost: localhost:PORT\n\n')
    expect(answer).toMatch(/^HTTP\/1\.1 421 /)
  })

  test('a missing Host is refused', async () => {
    expect(await raw('GET / HTTP/1.0\n\n')).toMatch(/^HTTP\/1\.1 421 /)
  })

  test.each(['localhost:PORT', 'LOCALHOST:PORT', '127.0.0.1:PORT', '[::1]:PORT'])(
    '%s is ours',
    async (host) => {
      const answer = await raw(`GET / HTTP/1.1\nHost: ${host}\nConnection: close\n\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    },
  )

  test('an absolute target is refused', async () => {
    const answer = await raw('GET http://localhost:PORT/ HTTP/1.1\nHost: localhost:PORT\n\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  })

  test('only reading is allowed, without a body', async () => {
    const post = await raw('POST / HTTP/1.1\nHost: localhost:PORT\nContent-Length: 0\n\n')
    expect(post).toMatch(/^HTTP\/1\.1 405 /)
    expect(post.toLowerCase()).toContain('allow: get, head')
    const body = await raw('GET / HTTP/1.1\nHost: localhost:PORT\nContent-Length: 5\n\nhello')
    expect(body).toMatch(/^HTTP\/1\.1 413 /)
  })

  test('HEAD answers with the headers of GET and nothing else', async () => {
    const answer = await raw('HEAD / HTTP/1.1\nHost: localhost:PORT\nConnection: close\n\n')
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answer).toMatch(/content-length: [1-9]/i)
    expect(answer.endsWith('\r\n\r\n')).toBe(true)
  })

  test('headers over 16 KiB are refused', async () => {
    const answer = await raw(`GET / HTTP/1.1\nHost: localhost:PORT\nX: ${'x'.repeat(17_000)}\n\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })
})

describe('health', () => {
  test('signs the challenge with the read token', async () => {
    const answer = await request(`/health?challenge=${CHALLENGE}`)
    const proof = createHmac('sha256', READ_TOKEN)
      .update(`health-v1|pages|${CHALLENGE}`)
      .digest('base64url')
    expect(JSON.parse(answer.body.toString())).toEqual({
      status: 'ok',
      service: 'pages',
      api_version: 1,
      proof,
    })
  })

  test('says no more than that it is there without a challenge', async () => {
    const answer = await request('/health')
    expect(JSON.parse(answer.body.toString())).toEqual({
      status: 'ok',
      service: 'pages',
      api_version: 1,
    })
  })

  test('refuses a challenge of another form', async () => {
    expect((await request('/health?challenge=short')).status).toBe(400)
  })
})

describe('read token', () => {
  const files: string[] = []
  afterEach(async () => {
    for (const file of files.splice(0)) await rm(file, { recursive: true, force: true })
  })
  async function runDirectory(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'tmp-run-'))
    files.push(path)
    return path
  }

  test('an open, linked, doubled, long or absent file is no token', async () => {
    const dir = await runDirectory()
    const path = join(dir, 'read.token')
    expect(await readReadToken(placeOf(dir))).toBeNull()
    await writeFile(path, READ_TOKEN, { mode: 0o600 })
    expect(await readReadToken(placeOf(dir))).toBe(READ_TOKEN)
    await chmod(path, 0o640)
    expect(await readReadToken(placeOf(dir))).toBeNull()
    const ofSystem = { ...placeOf(dir), groupMayRead: true }
    expect(await readReadToken(ofSystem)).toBe(READ_TOKEN)
    expect(await readReadToken({ ...ofSystem, ownerUid: 4242 })).toBeNull()
    await chmod(path, 0o644)
    expect(await readReadToken(ofSystem)).toBeNull()
    await chmod(path, 0o600)
    await link(path, join(dir, 'second'))
    expect(await readReadToken(placeOf(dir))).toBeNull()
    await rm(path)
    await symlink(join(dir, 'second'), path)
    expect(await readReadToken(placeOf(dir))).toBeNull()
    await rm(path)
    await writeFile(path, `${READ_TOKEN}x`, { mode: 0o600 })
    expect(await readReadToken(placeOf(dir))).toBeNull()
  })
})

describe('listening', () => {
  test('holds both loopback addresses', async () => {
    const answer = await request('/health', { host: '::1' })
    expect(answer.status).toBe(200)
    expect(listener.addresses).toEqual(['127.0.0.1', '::1'])
  })

  test('a port taken on ::1 alone is an error and leaves 127.0.0.1 free', async () => {
    const { createServer } = await import('node:net')
    const squatter = createServer()
    await new Promise<void>((resolve) =>
      squatter.listen({ host: '::1', port: 0, ipv6Only: true }, resolve),
    )
    const { port } = squatter.address() as { port: number }
    await expect(startListening(async () => {}, port)).rejects.toMatchObject({
      port,
      address: '::1',
    })
    const free = createServer()
    await new Promise<void>((resolve, reject) => {
      free.once('error', reject)
      free.listen({ host: '127.0.0.1', port }, resolve)
    })
    await Promise.all(
      [free, squatter].map((server) => new Promise((resolve) => server.close(resolve))),
    )
  })

  test(
    'a connection that never finishes its headers is ended by the server',
    { timeout: 15_000 },
    async () => {
      const answer = await raw('GET / HTTP/1.1\nHost: localhost:PORT\n')
      expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    },
  )
})
