// The whole product as it is started by the README, with every kind of caller at every door.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasLoopbackV6 } from '@taskmanager/local-server'
import { startProduct, type StartedProduct } from '../support/started-product.ts'
import { post, send } from '../support/wire.ts'
import { sendAsOtherUser } from './support/as-other-user.ts'
import { EVERY_ROUTE, requestTo, UPGRADE_HEADERS, type Route } from './support/every-route.ts'
import { RawClient, statusOfRaw } from './support/raw.ts'

const hosts = hasLoopbackV6() ? ['127.0.0.1', '::1'] : ['127.0.0.1']
const WRONG = 'w'.repeat(43)

let product: StartedProduct
let tokens: { control: string; read: string }
beforeAll(async () => {
  product = await startProduct()
  const token = (name: string) => readFileSync(path.join(product.runDir, name), 'utf8').trim()
  tokens = { control: token('control.token'), read: token('read.token') }
})
afterAll(() => product?.[Symbol.asyncDispose]())

/** Status of a request of this user, who started the product; 101 for an upgrade that was granted. */
async function statusOf(route: Route, token: string | null): Promise<number> {
  const request = requestTo(route, token)
  const port = product.ports[route.service]
  if (!route.call.startsWith('WS ')) return (await send({ port, ...request })).status
  const headers = Object.entries({ host: `localhost:${port}`, ...request.headers })
  return statusOfRaw(
    port,
    request.path,
    headers.map(([name, value]) => [name, String(value)] as const),
  )
}

/** 400 is given only to who may: the bodies sent are empty. A session is asked for without an origin here. */
const passed = ({ call, needs }: Route): number => {
  if (needs === 'page') return 403
  if (call.startsWith('WS ')) return 101
  if (call.includes('launch-code')) return 200
  if (call.includes('process-figures')) return 400 // it must be said which
  if (call.includes('/nothing/')) return 404
  return needs === 'control' ? 400 : 200
}

interface Callers {
  who: string
  token: () => string | null
  status: (route: Route) => number
}

const needsToken = (route: Route) => (route.needs === 'control' ? 401 : passed(route))
const readsOnly = (route: Route) => (route.needs === 'control' ? 403 : passed(route))
const isOpen = ({ needs }: Route) => needs === 'nothing'
/** A session looks at the connection alone; without an origin it is refused before that. */
const asks = (route: Route) => !isOpen(route) && route.needs !== 'page'

/** Twenty orders at once, five more a second. */
const CONTROL_REFILL_MS = 4000

describe('who may what, at every address', () => {
  const sameUser: Callers[] = [
    { who: 'nothing', token: () => null, status: needsToken },
    { who: 'the read token', token: () => tokens.read, status: readsOnly },
    { who: 'the control token', token: () => tokens.control, status: passed },
  ]
  test.each(sameUser)('the same user with $who', async ({ token, status }) => {
    for (const route of EVERY_ROUTE) {
      expect([route.service, route.call, await statusOf(route, token())]).toEqual([
        route.service,
        route.call,
        status(route),
      ])
    }
  })

  test('a wrong token is worse than none, and many are slowed', async () => {
    for (const route of EVERY_ROUTE) {
      const wanted = asks(route) ? [401, 429] : [passed(route)]
      const { call } = route
      expect([call, await statusOf(route, WRONG)]).toEqual([call, expect.toBeOneOf(wanted)])
    }
  })

  const otherUser: Callers[] = [
    {
      who: 'nothing',
      token: () => null,
      status: (route) => (asks(route) ? 401 : passed(route)),
    },
    { who: 'the read token', token: () => tokens.read, status: readsOnly },
    { who: 'the control token', token: () => tokens.control, status: passed },
  ]
  test.for(otherUser)('another user with $who', async ({ who, token, status }, context) => {
    // The sweep before has used up what may be ordered at once, and only time gives it back.
    if (who === 'the control token') await wait(CONTROL_REFILL_MS)
    const requests = EVERY_ROUTE.map((route) => ({
      port: product.ports[route.service],
      ...requestTo(route, token()),
    }))
    const statuses = await sendAsOtherUser(context, requests)
    const seen = EVERY_ROUTE.map(({ service, call }, i) => [service, call, statuses[i]])
    expect(seen).toEqual(EVERY_ROUTE.map((route) => [route.service, route.call, status(route)]))
  })

  test('every address that a service serves is among those that are tried here', async () => {
    for (const service of ['stats', 'accuracy'] as const) {
      const answer = await fetch(`http://127.0.0.1:${product.ports[service]}/openapi.json`)
      const { paths } = (await answer.json()) as { paths: Record<string, object> }
      const served = Object.entries(paths).flatMap(([target, methods]) =>
        Object.keys(methods).map(
          (method) => `${method.toUpperCase()} ${target.replaceAll(/\{(\w+)\}/g, ':$1')}`,
        ),
      )
      const tried = new Set(
        EVERY_ROUTE.filter((route) => route.service === service).map(({ call }) => call),
      )
      expect(served.length).toBeGreaterThan(4)
      expect(served.filter((call) => !tried.has(call))).toEqual([])
    }
  })

  test('what can change anything is this list; nothing of it starts, opens or returns what a client names', () => {
    const changing = EVERY_ROUTE.filter(({ call }) => !/^(GET|WS) /.test(call))
    expect([...new Set(changing.map(({ call }) => call))].toSorted()).toEqual([
      'POST /api/app/close',
      'POST /api/app/resume',
      'POST /api/app/suspend',
      'POST /api/launch-code',
      'POST /api/process/:pid/affinity',
      'POST /api/process/:pid/efficiency',
      'POST /api/process/:pid/io-priority',
      'POST /api/process/:pid/kill',
      'POST /api/process/:pid/priority',
      'POST /api/process/:pid/resume',
      'POST /api/process/:pid/suspend',
      'POST /api/service/disable',
      'POST /api/service/enable',
      'POST /api/service/restart',
      'POST /api/service/start',
      'POST /api/service/stop',
      'POST /api/session',
      'POST /api/startup/disable',
      'POST /api/startup/enable',
    ])
  })
})

describe.each([
  ['stats', '/api/system', {}],
  ['stats', '/api/stats/stream', UPGRADE_HEADERS],
  ['accuracy', '/api/apps', {}],
  ['accuracy', '/api/processes/stream', UPGRADE_HEADERS],
  ['pages', '/', {}],
  ['pages', '/', UPGRADE_HEADERS],
] as const)('where a request comes from, %s %s', (name, target, upgrade) => {
  const ask = (...headers: (readonly [string, string])[]) => {
    const bearer = name === 'pages' ? [] : [['authorization', `Bearer ${tokens.control}`] as const]
    return statusOfRaw(product.ports[name], target, [
      ...Object.entries(upgrade),
      ...bearer,
      ...headers,
    ])
  }
  const granted = () => (name !== 'pages' && 'upgrade' in upgrade ? 101 : 200)

  test('by name', async () => {
    const port = product.ports[name]
    for (const host of ['localhost', 'LocalHost', '127.0.0.1', '[::1]'])
      expect([host, await ask(['host', `${host}:${port}`])]).toEqual([host, granted()])
    const wrong = [
      'rebound.example',
      `rebound.example:${port}`,
      'localhost',
      '127.0.0.1',
      `localhost:${port + 1}`,
      `localhost.:${port}`,
      `localhost:${port}.evil.example`,
      `127.0.0.1.nip.io:${port}`,
      `user@localhost:${port}`,
      `0.0.0.0:${port}`,
      `127.1:${port}`,
      `[::ffff:127.0.0.1]:${port}`,
      '',
    ]
    for (const host of wrong) expect([host, await ask(['host', host])]).toEqual([host, 421])
    expect(await ask()).toBe(421)
    const own = ['host', `localhost:${port}`] as const
    expect(await ask(own, own)).toBe(421)
    expect(await ask(['host', 'evil.example'], ['x-forwarded-host', own[1]])).toBe(421)
    expect(await ask(['host', 'evil.example'], ['forwarded', `host=${own[1]}`])).toBe(421)
  })

  test('by origin', async () => {
    const { pages } = product.ports
    const host = ['host', `localhost:${product.ports[name]}`] as const
    for (const origin of ['localhost', '127.0.0.1', '[::1]'].map((own) => `http://${own}:${pages}`))
      expect([origin, await ask(host, ['origin', origin])]).toEqual([origin, granted()])
    const wrong = [
      'http://evil.example',
      'null',
      '*',
      '',
      'http://localhost',
      `http://localhost:${pages + 1}`,
      `http://localhost:${pages}.evil.example`,
      `http://localhost:${pages}/`,
      `https://localhost:${pages}`,
      `http://localhost.:${pages}`,
      `HTTP://LOCALHOST:${pages}`,
      `http://evil.example http://localhost:${pages}`,
      'file://',
    ]
    for (const origin of wrong)
      expect([origin, await ask(host, ['origin', origin])]).toEqual([origin, 403])
    const own = ['origin', `http://localhost:${pages}`] as const
    expect(await ask(host, own, own)).toBe(403)
  })
})

test.each(['stats', 'accuracy'] as const)(
  '%s: what another page starts without an origin is refused',
  async (name) => {
    const port = product.ports[name]
    for (const site of ['cross-site', 'same-site']) {
      const headers = { 'sec-fetch-site': site, authorization: `Bearer ${tokens.control}` }
      const answer = await send({ port, path: '/health', headers })
      expect([site, answer.status]).toEqual([site, 403])
    }
  },
)

test.each(['stats', 'accuracy', 'pages'] as const)(
  '%s: a target that is no path reaches nothing',
  async (name) => {
    const port = product.ports[name]
    const host = ['host', `localhost:${port}`] as const
    for (const target of [`http://localhost:${port}/health`, '*', 'health'])
      expect([target, await statusOfRaw(port, target, [host])]).toEqual([target, 400])
  },
)

describe('a session', () => {
  const origin = () => ({ origin: `http://localhost:${product.ports.pages}` })

  test('goes to our page alone', async () => {
    for (const name of ['stats', 'accuracy'] as const) {
      const port = product.ports[name]
      const ask = (headers = {}) => post(port, '/api/session', null, {}, headers)
      expect((await ask()).status).toBe(403)
      expect((await ask({ origin: 'http://localhost:3000' })).status).toBe(403)
      expect((await ask({ origin: 'null' })).status).toBe(403)
      expect((await ask({ ...origin(), 'content-type': 'text/plain' })).status).toBe(415)
      const answer = await ask(origin())
      expect(answer.json).toEqual({ token: tokens.control, scope: 'control' })
      expect(answer.headers['cache-control']).toBe('no-store')
    }
  })

  test('goes to no other user, but for a one-time code, once', async (context) => {
    const port = product.ports.accuracy
    const launch = await post(port, '/api/launch-code', tokens.control, {})
    const { code } = launch.json as { code: string }
    const base = {
      port,
      path: '/api/session',
      method: 'POST',
      headers: { ...origin(), 'content-type': 'application/json' },
    }
    const body = JSON.stringify({ code })
    const { origin: _origin, ...withoutOrigin } = base.headers
    const statuses = await sendAsOtherUser(context, [
      { ...base, body: '{}' },
      { ...base, body: JSON.stringify({ code: 'x'.repeat(22) }) },
      { ...base, headers: withoutOrigin, body },
      { ...base, body },
      { ...base, body },
    ])
    expect(statuses).toEqual([401, 401, 403, 200, 401])
  })
})

describe('a crowd', () => {
  test.each(['stats', 'accuracy', 'pages'] as const)(
    '%s: a good client is answered while 1000 connections send a header without end',
    async (name) => {
      const port = product.ports[name]
      using crowd = new DisposableStack()
      const statuses = new Set<number>()
      for (let n = 0; n < 1000; n += 1) {
        const client = await RawClient.dial(port, hosts[n % hosts.length])
        crowd.use(client)
        client.socket.write(`GET /health HTTP/1.1\r\nHost: localhost:${port}\r\nX-Slow: `)
        if (n % 100 === 99) statuses.add((await send({ port, path: '/health' })).status)
      }
      expect([...statuses]).toEqual([200])
      crowd.dispose()
      expect((await send({ port, path: '/health' })).status).toBe(200)
    },
  )

  test.each(['stats', 'accuracy'] as const)(
    '%s: a flood of pipelined requests whose answers nobody reads holds nobody up',
    async (name) => {
      const port = product.ports[name]
      const target = name === 'stats' ? '/api/stats' : '/api/processes'
      const request = `GET ${target} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`
      const before = residentBytes(name)
      const crowd: RawClient[] = []
      for (let n = 0; n < 50; n += 1) {
        const client = await RawClient.dial(port)
        client.socket.pause()
        client.socket.write(request.repeat(200))
        crowd.push(client)
      }
      expect((await send({ port, path: target })).status).toBe(200)
      for (const client of crowd) client[Symbol.dispose]()
      expect((await send({ port, path: target })).status).toBe(200)
      // The bound of the heap alone is 256 MiB; a queue of all these answers would be several times that.
      expect(residentBytes(name) - before).toBeLessThan(200 * 1024 * 1024)
    },
  )

  test('a body without end is refused and the connection closed', async () => {
    const port = product.ports.accuracy
    using client = await RawClient.dial(port)
    const { socket } = client
    socket.write(
      `POST /api/session HTTP/1.1\r\nHost: localhost:${port}\r\nOrigin: http://localhost:${product.ports.pages}\r\n` +
        'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    )
    const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`
    socket.write(chunk.repeat(5)) // 16 KiB are too many; what is in flight when it closes could take the answer with it
    expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 413 /)
    const more = () => void (socket.destroyed || socket.write(chunk, () => setImmediate(more)))
    more()
    await client.closed
  })
})

function residentBytes(name: 'stats' | 'accuracy'): number {
  const status = readFileSync(`/proc/${product.servicePid(name)}/status`, 'utf8')
  return Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1]) * 1024
}

test('nothing of all this ended a service', () => {
  expect(product.output()).not.toMatch(/ended|Starting it again/)
})
