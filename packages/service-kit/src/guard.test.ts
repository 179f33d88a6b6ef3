import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PidParams, KillRequest } from '@taskmanager/contracts'
import { addStream } from './add-stream.ts'
import { StreamHub } from './stream-hub.ts'
import { ask, askRaw, bearer, JSON_TYPE, startRig, UPGRADE, type Rig } from './test-rig.ts'

const PAGE = 'http://localhost:5173'
let handled = 0
let rig: Rig
let stranger: Rig

const routes: NonNullable<Parameters<typeof startRig>[0]>['routes'] = (service) => {
  service.app.get('/api/stats', async () => ({ cpu_usage: 1 }))
  service.app.get('/api/broken', async () => {
    throw new Error('secret path /home/x and Bearer abc')
  })
  service.app.post(
    '/api/process/:pid/kill',
    { schema: { params: PidParams, body: KillRequest } },
    async (request) => {
      handled += 1
      return { pid: request.params.pid, token_id: request.caller.tokenId }
    },
  )
  addStream(service, '/api/stream', new StreamHub())
}

beforeAll(async () => {
  rig = await startRig({ routes })
  stranger = await startRig({ relation: 'other_user', routes })
})
afterAll(async () => {
  await rig.close()
  await stranger.close()
})

const kill = (
  target: Rig,
  headers: readonly (readonly [string, string])[],
  body = '{}',
  pid = '5',
) => ask(target.port, `/api/process/${pid}/kill`, { method: 'POST', headers, body })
const killBody = JSON.stringify({ start_id: 'a.1', signal: 'TERM' })

describe('who may what', () => {
  test('the same user reads without ceremony and controls nothing', async () => {
    expect((await ask(rig.port, '/api/stats')).status).toBe(200)
    expect((await ask(rig.port, '/api/stream', { headers: UPGRADE })).status).toBe(101)
    expect(await kill(rig, [JSON_TYPE], killBody)).toMatchObject({
      status: 401,
      error: 'unauthorized',
    })
  })

  test('another user is told nothing, not even which addresses exist', async () => {
    for (const path of ['/api/stats', '/api/nothing', '/openapi.json', '/docs', '/%zz', '//']) {
      expect({ path, ...(await ask(stranger.port, path)) }).toMatchObject({
        path,
        status: 401,
        error: 'unauthorized',
      })
    }
    for (const path of ['/api/stream', '/api/nothing', '/health/x', '/%zz']) {
      const { status } = await ask(stranger.port, path, { headers: UPGRADE })
      expect({ path, status }).toEqual({ path, status: 401 })
    }
    expect((await ask(rig.port, '/api/stats', { headers: UPGRADE })).status).toBe(404)
    expect((await kill(stranger, [JSON_TYPE], killBody)).status).toBe(401)
    expect((await ask(stranger.port, '/health')).status).toBe(200)
  })

  test('every documented route but health is closed', async () => {
    const { paths } = JSON.parse((await ask(rig.port, '/openapi.json')).body) as {
      paths: Record<string, Record<string, unknown>>
    }
    const open: string[] = []
    for (const [path, methods] of Object.entries(paths)) {
      for (const method of Object.keys(methods)) {
        const answer = await ask(stranger.port, path.replaceAll(/\{\w+\}/g, '5'), {
          method: method.toUpperCase(),
          headers: [JSON_TYPE],
        })
        if (answer.status !== 401 && answer.status !== 403) open.push(path)
      }
    }
    expect(open).toEqual(['/health'])
  })

  test('the read token reads, the control token controls', async () => {
    expect(
      (await ask(stranger.port, '/api/stats', { headers: [bearer(stranger.tokens.read)] })).status,
    ).toBe(200)
    expect(await kill(stranger, [bearer(stranger.tokens.read), JSON_TYPE], killBody)).toMatchObject(
      {
        status: 403,
        error: 'forbidden_scope',
      },
    )
    const done = await kill(stranger, [bearer(stranger.tokens.control), JSON_TYPE], killBody)
    expect(done.status).toBe(200)
    expect(JSON.parse(done.body)).toMatchObject({
      pid: '5',
      token_id: expect.stringMatching(/^[0-9a-f]{8}$/),
    })
  })

  test('a stream takes its token from the subprotocols and selects only ours', async () => {
    const offer = (...protocols: string[]) =>
      ask(stranger.port, '/api/stream', {
        headers: [...UPGRADE, ['sec-websocket-protocol', protocols.join(', ')]],
      })
    const { read } = stranger.tokens
    expect(await offer('tmp.v1', `tmp.bearer.${read}`)).toMatchObject({
      status: 101,
      headers: { 'sec-websocket-protocol': 'tmp.v1' },
    })
    expect((await offer('tmp.v1', `tmp.bearer.${read}`, `tmp.bearer.${read}`)).status).toBe(400)
    expect((await offer(`tmp.bearer.${read}`)).status).toBe(400)
    expect((await offer('tmp.v1', 'tmp.bearer.wrong')).status).toBe(401)
  })

  test('with "require token" the same user needs one too', async () => {
    const strict = await startRig({ env: { TASKMANAGER_REQUIRE_TOKEN: '1' }, routes })
    expect((await ask(strict.port, '/api/stats')).status).toBe(401)
    expect(
      (await ask(strict.port, '/api/stats', { headers: [bearer(strict.tokens.read)] })).status,
    ).toBe(200)
    await strict.close()
  })

  test('many wrong tokens are slowed, a right one never', async () => {
    const own = await startRig({ routes })
    const wrong = await Promise.all(
      Array.from({ length: 40 }, () =>
        ask(own.port, '/api/stats', { headers: [bearer('x'.repeat(43))] }),
      ),
    )
    expect(wrong.some(({ status }) => status === 401)).toBe(true)
    expect(wrong.some(({ status }) => status === 429)).toBe(true)
    expect((await ask(own.port, '/api/stats', { headers: [bearer(own.tokens.read)] })).status).toBe(
      200,
    )
    await own.close()
  })

  test('more than a burst of control requests does nothing beyond it', async () => {
    const own = await startRig({ routes })
    const before = handled
    const answers = await Promise.all(
      Array.from({ length: 60 }, () =>
        kill(own, [bearer(own.tokens.control), JSON_TYPE], killBody),
      ),
    )
    const done = answers.filter(({ status }) => status === 200).length
    expect(answers.filter(({ error }) => error === 'too_many_requests')).toHaveLength(60 - done)
    expect(done).toBeGreaterThanOrEqual(20)
    expect(done).toBeLessThan(60)
    expect(handled - before).toBe(done)
    await own.close()
  })
})

describe.each([
  ['http', [] as const, '/api/stats'],
  ['stream', UPGRADE, '/api/stream'],
] as const)('where a request comes from, %s', (_kind, upgrade, path) => {
  const send = (...headers: (readonly [string, string])[]) =>
    ask(rig.port, path, { headers: [...upgrade, bearer(rig.tokens.control), ...headers] })

  test('Host must be one of three names with our port', async () => {
    const { port } = rig
    for (const name of ['localhost', 'LOCALHOST', '127.0.0.1', '[::1]']) {
      expect((await send(['Host', `${name}:${port}`])).status).toBeLessThan(300)
    }
    const wrong = ['evil.example', `evil.example:${port}`, 'localhost', `localhost:${port + 1}`]
    for (const host of [...wrong, `localhost.:${port}`, `127.0.0.1.nip.io:${port}`, '']) {
      expect({ host, ...(await send(['host', host])) }).toMatchObject({
        host,
        status: 421,
        error: 'wrong_host',
      })
    }
    const twice = await send(['host', `localhost:${port}`], ['host', `localhost:${port}`])
    expect(twice.status).toBe(421)
    const forwarded = await send(
      ['host', `evil:${port}`],
      ['x-forwarded-host', `localhost:${port}`],
    )
    expect(forwarded.status).toBe(421)
  })

  test('Origin must be one of the list, letter by letter', async () => {
    const others = [
      'https://evil.example',
      'null',
      '*',
      'http://localhost:3000',
      `${PAGE}.evil.example`,
    ]
    for (const origin of [
      ...others,
      `${PAGE}/`,
      'http://LOCALHOST:5173',
      'https://localhost:5173',
      '',
    ]) {
      expect({ origin, ...(await send(['origin', origin])) }).toMatchObject({
        origin,
        status: 403,
        error: 'forbidden_origin',
      })
    }
    expect((await send(['origin', PAGE], ['origin', PAGE])).status).toBe(403)
    expect((await send(['origin', PAGE])).status).toBeLessThan(300)
  })

  test('without an origin, what another page started is refused', async () => {
    for (const site of ['cross-site', 'same-site']) {
      expect((await send(['sec-fetch-site', site])).status).toBe(403)
    }
    for (const site of ['none', 'same-origin']) {
      expect((await send(['sec-fetch-site', site])).status).toBeLessThan(300)
    }
  })
})

test('no Host and an absolute target never reach a route', async () => {
  expect(await askRaw(rig.port, 'GET /api/stats HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /)
  const absolute = `GET http://localhost:${rig.port}/api/stats HTTP/1.1\r\nHost: localhost:${rig.port}\r\n\r\n`
  expect(await askRaw(rig.port, absolute)).toMatch(/^HTTP\/1\.1 400 /)
})

test('preflights are answered before a token is asked for, and only for the page', async () => {
  const preflight = (origin: string) =>
    ask(stranger.port, '/api/process/5/kill', {
      method: 'OPTIONS',
      headers: [
        ['origin', origin],
        ['access-control-request-method', 'POST'],
      ],
    })
  const answer = await preflight(PAGE)
  expect(answer).toMatchObject({ status: 204 })
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': PAGE,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization, content-type',
    'access-control-max-age': '600',
    vary: expect.stringContaining('Origin'),
  })
  expect(answer.headers).not.toHaveProperty('access-control-allow-credentials')
  const refused = await preflight('https://evil.example')
  expect(refused.status).toBe(403)
  expect(refused.headers).not.toHaveProperty('access-control-allow-origin')
})

test('answers carry the security headers, refusals and unknown addresses too', async () => {
  for (const path of ['/api/stats', '/api/nothing', '/%zz', '/health']) {
    expect({ path, ...(await ask(rig.port, path)).headers }).toMatchObject({
      path,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
    })
  }
})

describe('bodies', () => {
  const control = () => bearer(rig.tokens.control)
  // Each test stays inside the control rate; the matrix runs on services of their own where it would not.
  test('only JSON may change anything', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=latin1',
    ]) {
      expect((await kill(rig, [control(), ['content-type', type]], killBody)).status).toBe(415)
    }
    expect((await kill(rig, [control()], killBody)).status).toBe(415)
    const utf8 = [control(), ['content-type', 'application/json; charset=utf-8']] as const
    expect((await kill(rig, utf8, killBody)).status).toBe(200)
  })

  test('a malformed target has its own code and reaches nobody', async () => {
    const own = await startRig({ routes })
    const before = handled
    for (const pid of ['0', '-1', '01', '1e3', '0x10', '21474836480', '%205', 'x']) {
      const answer = await kill(own, [bearer(own.tokens.control), JSON_TYPE], killBody, pid)
      expect({ pid, ...answer }).toMatchObject({
        pid,
        status: 400,
        error: 'invalid_pid',
      })
    }
    const missing = await kill(own, [bearer(own.tokens.control), JSON_TYPE], '{"signal":"TERM"}')
    expect(missing).toMatchObject({ status: 400, error: 'missing_identity' })
    const bodies = ['{"start_id":5,"signal":"TERM"}', '{"start_id":"a","signal":"HUP"}', '{', '']
    for (const body of [
      ...bodies,
      '{"start_id":"a","signal":"TERM","extra":1}',
      '{"__proto__":{"x":1}}',
    ]) {
      const { status } = await kill(own, [bearer(own.tokens.control), JSON_TYPE], body)
      expect({ body, status }).toEqual({ body, status: 400 })
    }
    expect(handled).toBe(before)
    await own.close()
  })

  test('too much is refused before it is read', async () => {
    const large = JSON.stringify({ ...JSON.parse(killBody), confirm_name: 'x'.repeat(20_000) })
    expect(await kill(rig, [control(), JSON_TYPE], large)).toMatchObject({
      status: 413,
      error: 'body_too_large',
    })
    const headers = await askRaw(
      rig.port,
      `GET /health HTTP/1.1\r\nHost: localhost:${rig.port}\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`,
    )
    expect(headers).toMatch(/^HTTP\/1\.1 431 [\s\S]*"headers_too_large"/)
  })
})

test('a bug is a bare 500 with an id, and is logged whole, once', async () => {
  const answers = [await ask(rig.port, '/api/broken'), await ask(rig.port, '/api/broken')]
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 500, error: 'internal' })
    expect(answer.body).not.toMatch(/secret|home|stack/)
  }
  const logged = rig.lines.filter((line) => line.includes('secret path'))
  expect(logged).toHaveLength(1)
  expect(logged[0]).toContain('stack')
  expect(logged[0]).not.toContain('Bearer abc')
  expect((await ask(rig.port, '/api/stats')).status).toBe(200)
})

test('no token reaches the log', () => {
  const all = [...rig.lines, ...stranger.lines].join('')
  for (const { tokens } of [rig, stranger]) {
    expect(all).not.toContain(tokens.read)
    expect(all).not.toContain(tokens.control)
  }
  expect(all).toContain('"route":"/api/process/:pid/kill"')
})
