import { API_VERSION } from '@taskmanager/contracts'
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createApi, type Api } from './api.ts'
import { ApiError } from './api-error.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

interface Seen {
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  readonly body: string
}
type Answer = (request: Seen, response: ServerResponse) => void

/** A small service on a free port. It notes what it was asked. */
async function listen(answer: Answer): Promise<{ port: number; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { method = '', url = '', headers } = request
      const one = { method, url, authorization: headers.authorization, body }
      seen.push(one)
      response.setHeader('content-type', 'application/json')
      answer(one, response)
      return one
    })
  })
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { port: (server.address() as AddressInfo).port, seen }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const STATS = JSON.stringify({
  type: 'stats',
  api_version: API_VERSION,
  seq: 1,
  sampled_at_ms: 1,
  cpu: { cores: [] },
  memory: {},
  disks: [],
  filesystems: [],
  networks: [],
  gpus: [],
  pressure: {},
  sensors: [],
  own_cost: {},
})

/** Answers /health with the proof and /api/session with the token of the moment; the rest is the test's. */
function ours(
  name: string,
  tokenNow: () => string,
  rest: Answer,
  { hands } = { hands: true },
): Answer {
  return (request, response) => {
    const url = new URL(request.url, 'http://x')
    if (url.pathname === '/api/session' && request.method === 'POST' && !hands) {
      refuse(response, 401, 'unauthorized')
    } else if (url.pathname === '/api/session' && hands) {
      response.end(JSON.stringify({ token: tokenNow(), scope: 'control' }))
    } else if (url.pathname === '/health') {
      const challenge = url.searchParams.get('challenge') ?? ''
      const readToken = createHmac('sha256', tokenNow()).update('read-v1').digest('base64url')
      const proof = createHmac('sha256', readToken)
        .update(`health-v1|${name}|${challenge}`)
        .digest('base64url')
      response.end(JSON.stringify({ status: 'ok', service: name, api_version: 1, proof }))
    } else rest(request, response)
  }
}

const refuse = (response: ServerResponse, status: number, error: string): void => {
  response.statusCode = status
  response.end(JSON.stringify({ error, message: 'Because.', id: 'r1', detail: { pid: 7 } }))
}

const connect = (stats: number, accuracy: number): Api =>
  createApi({ ports: { stats, accuracy }, host: '127.0.0.1' })

const kill = (api: Api) => api.kill(42, { start_id: 'b.1', signal: 'TERM' })

describe('createApi', () => {
  test('reads without a token, and learns when one is needed', async () => {
    let needed = false
    const stats = await listen(
      ours(
        'stats',
        () => 'a'.repeat(43),
        (request, response) => {
          if (needed && request.authorization === undefined)
            return refuse(response, 401, 'unauthorized')
          response.end(STATS)
        },
      ),
    )
    const api = connect(stats.port, 1)
    await api.getStats()
    expect(stats.seen.map((one) => one.url)).toEqual(['/api/stats'])
    expect(await api.streamProtocols('stats')).toEqual(['tmp.v1'])
    needed = true
    await api.getStats()
    expect(stats.seen.at(-1)?.authorization).toBe(`Bearer ${'a'.repeat(43)}`)
    expect(await api.streamProtocols('stats')).toEqual(['tmp.v1', `tmp.bearer.${'a'.repeat(43)}`])
  })

  test('proves the service before the token is first sent, once', async () => {
    const stats = await listen(
      ours(
        'stats',
        () => 'a'.repeat(43),
        (_request, response) => response.end('{"result":"terminated"}'),
      ),
    )
    const api = connect(stats.port, 1)
    await kill(api)
    await kill(api)
    expect(stats.seen.map((one) => one.url.split('?')[0])).toEqual([
      '/api/session',
      '/health',
      '/api/process/42/kill',
      '/api/process/42/kill',
    ])
    expect(stats.seen.slice(0, 2).every((one) => one.authorization === undefined)).toBe(true)
    expect(JSON.parse(stats.seen[2]?.body ?? '')).toEqual({ start_id: 'b.1', signal: 'TERM' })
  })

  test('a one-time code is told to the one service that knows codes', async () => {
    const token = () => 'a'.repeat(43)
    const none: Answer = (_request, response) => response.end('{"result":"terminated"}')
    const stats = await listen(ours('stats', token, none))
    const accuracy = await listen(ours('accuracy', token, none))
    const ports = { stats: stats.port, accuracy: accuracy.port }
    await kill(createApi({ ports, host: '127.0.0.1', launchCode: 'c'.repeat(22) }))
    expect(stats.seen.map(({ url }) => url.split('?')[0])).toEqual([
      '/health',
      '/api/process/42/kill',
    ])
    expect(accuracy.seen).toMatchObject([
      { url: '/api/session', body: JSON.stringify({ code: 'c'.repeat(22) }) },
    ])
  })

  test('a code that buys nothing is not sent again', async () => {
    const accuracy = await listen((_request, response) => refuse(response, 401, 'unauthorized'))
    const stats = await listen(
      ours(
        'stats',
        () => 'a'.repeat(43),
        (_request, response) => response.end('{"result":"terminated"}'),
      ),
    )
    const ports = { stats: stats.port, accuracy: accuracy.port }
    const api = createApi({ ports, host: '127.0.0.1', launchCode: 'c'.repeat(22) })
    await expect(kill(api)).rejects.toMatchObject({ status: 401 })
    await kill(api) // the system vouches for us after all
    expect(accuracy.seen.map(({ body }) => body)).toEqual([
      JSON.stringify({ code: 'c'.repeat(22) }),
    ])
  })

  test('a pasted read token reads, and it is known that it does not control', async () => {
    const control = 'a'.repeat(43)
    const read = createHmac('sha256', control).update('read-v1').digest('base64url')
    const reason = 'This token may read; control needs the other one.'
    const stats = await listen(
      ours(
        'stats',
        () => control,
        ({ url, authorization }, response) => {
          if (authorization !== `Bearer ${read}`) return refuse(response, 401, 'unauthorized')
          response.end(url === '/api/session' ? JSON.stringify({ scope: 'read', reason }) : STATS)
        },
        { hands: false },
      ),
    )
    const api = connect(stats.port, 1)
    api.pasteToken(read)
    await api.getStats()
    expect(await api.readyControl()).toMatchObject({ error: 'forbidden_scope', message: reason })
  })

  test('a pasted token that the service does not know is told to nobody, and forgotten', async () => {
    const stats = await listen(
      ours(
        'stats',
        () => 'a'.repeat(43),
        (_request, response) => refuse(response, 401, 'unauthorized'),
        { hands: false },
      ),
    )
    const api = connect(stats.port, 1)
    api.pasteToken('b'.repeat(43))
    const refusal = await api.readyControl()
    expect(refusal).toMatchObject({ status: 401, error: 'unauthorized' })
    expect(refusal?.message).toContain('does not know this token')
    expect(await api.isWrongProgram('stats')).toBe(false)
    expect(JSON.stringify(stats.seen)).not.toContain('b'.repeat(43))
    await api.readyControl()
    expect(stats.seen.at(-1)?.url).toBe('/api/session') // it begins anew
  })

  test('a service that was lost proves itself again before the token is sent', async () => {
    const stats = await listen(
      ours(
        'stats',
        () => 'a'.repeat(43),
        (_request, response) => response.end('{"result":"terminated"}'),
      ),
    )
    const api = connect(stats.port, 1)
    await kill(api)
    api.distrust('stats')
    await kill(api)
    expect(stats.seen.map((one) => one.url.split('?')[0])).toEqual([
      '/api/session',
      '/health',
      '/api/process/42/kill',
      '/health',
      '/api/process/42/kill',
    ])
  })

  test('sends nothing to a service whose proof is wrong', async () => {
    const stats = await listen((request, response) => {
      if (request.url.startsWith('/health')) {
        response.end(JSON.stringify({ status: 'ok', service: 'stats', api_version: 1, proof: 'x' }))
      } else refuse(response, 401, 'unauthorized')
    })
    const accuracy = await listen(
      ours(
        'accuracy',
        () => 'a'.repeat(43),
        (_q, r) => refuse(r, 404, 'not_found'),
      ),
    )
    const api = connect(stats.port, accuracy.port)
    await expect(kill(api)).rejects.toMatchObject({ error: 'wrong_program', status: 0 })
    expect(stats.seen.some((one) => one.authorization !== undefined)).toBe(false)
  })

  test('renews a rotated token once', async () => {
    let token = 'a'.repeat(43)
    const stats = await listen(
      ours(
        'stats',
        () => token,
        (request, response) => {
          if (request.authorization !== `Bearer ${token}`)
            return refuse(response, 401, 'unauthorized')
          response.end('{"result":"terminated"}')
        },
      ),
    )
    const api = connect(stats.port, 1)
    await kill(api)
    token = 'b'.repeat(43)
    await expect(kill(api)).resolves.toEqual({ result: 'terminated' })
    expect(stats.seen.filter((one) => one.url === '/api/session')).toHaveLength(2)
  })

  test('gives up when a fresh token is refused too', async () => {
    const stats = await listen(
      ours(
        'stats',
        () => 'a'.repeat(43),
        (_request, response) => refuse(response, 401, 'unauthorized'),
      ),
    )
    await expect(kill(connect(stats.port, 1))).rejects.toMatchObject({ status: 401 })
    expect(stats.seen.filter((one) => one.url === '/api/process/42/kill')).toHaveLength(2)
  })

  test('an error of the service keeps code, sentence, id and detail', async () => {
    const stats = await listen(
      ours(
        'stats',
        () => 'a'.repeat(43),
        (_request, response) => refuse(response, 409, 'identity_mismatch'),
      ),
    )
    const failure = await kill(connect(stats.port, 1)).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ApiError)
    expect(failure).toMatchObject({
      status: 409,
      error: 'identity_mismatch',
      message: 'Because.',
      id: 'r1',
      detail: { pid: 7 },
    })
  })

  test('silence is no answer, not an exception of the HTTP library', async () => {
    const stats = await listen((_request, response) => response.destroy())
    await expect(connect(stats.port, 1).getStats()).rejects.toMatchObject({
      error: 'no_answer',
      status: 0,
      id: null,
    })
  })

  test('asks for sections and pins the identity', async () => {
    const stats = await listen((_request, response) =>
      response.end('{"pid":42,"start_id":"b.1","blast":{}}'),
    )
    await connect(stats.port, 1).getProcessInfo(42, {
      include: ['threads', 'files'],
      startId: 'b.1',
    })
    const url = new URL(stats.seen[0]?.url ?? '', 'http://x')
    expect(url.pathname).toBe('/api/process/42/info')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      include: 'threads,files',
      start_id: 'b.1',
    })
  })

  test('a stranger on the port is told from our service and from silence', async () => {
    const own = await listen(
      ours(
        'stats',
        () => 'a'.repeat(43),
        (_q, r) => r.end(),
      ),
    )
    const stranger = await listen((_request, response) => response.end('{"hello":"world"}'))
    expect(await connect(own.port, 1).isWrongProgram('stats')).toBe(false)
    expect(await connect(stranger.port, 1).isWrongProgram('stats')).toBe(true)
    expect(await connect(1, 1).isWrongProgram('stats')).toBe(false)
  })

  test('who only says to be our service is a stranger, once the other service can vouch', async () => {
    const token = () => 'a'.repeat(43)
    const none: Answer = (_request, response) => response.end('{}')
    const accuracy = await listen(ours('accuracy', token, none))
    const own = await listen(ours('stats', token, none))
    const impostor = await listen(ours('stats', () => 'b'.repeat(43), none))
    expect(await connect(own.port, accuracy.port).isWrongProgram('stats')).toBe(false)
    expect(await connect(impostor.port, accuracy.port).isWrongProgram('stats')).toBe(true)
    expect(await connect(impostor.port, 1).isWrongProgram('stats')).toBe(false)
    const asked = impostor.seen.map(({ url }) => url.split('?')[0])
    expect(new Set(asked)).toEqual(new Set(['/health']))
  })

  test.each([
    ['nothing', ''],
    ['a page', '<!doctype html><title>Router</title>'],
    ['null', 'null'],
    ['a number', '7'],
    ['a list', '[]'],
    ['an empty object', '{}'],
    ['what our health looks like', '{"status":"ok","service":"other","api_version":1}'],
    ['our names with nonsense in them', STATS.replace('"cpu":{"cores":[]}', '"cpu":null')],
  ])('a stranger who answers 200 with %s is told as one by every read', async (_, body) => {
    const { port } = await listen((_request, response) => response.end(body))
    const api = connect(port, port)
    const reads = [
      api.getStats(),
      api.getSystem(),
      api.getProcesses(),
      api.getApps(),
      api.getProcessInfo(42),
      api.getPorts(),
      api.getActions(),
      api.getNetworkUse(),
      api.getDriveHealth(),
      api.getContainers(),
      api.getSessions(),
      api.getProcessFigures(['num_fds']),
      api.getHealth('stats'),
    ]
    const errors = await Promise.all(
      reads.map((read) => read.then(() => null).catch((error: ApiError) => error.error)),
    )
    expect(new Set(errors)).toEqual(new Set(['wrong_program']))
    expect(await api.isWrongProgram('stats')).toBe(true)
  })

  test('an answer of another version is left to the caller, who says so', async () => {
    const newer = JSON.stringify({ type: 'stats', api_version: API_VERSION + 1, renamed: [] })
    const { port } = await listen((_request, response) => response.end(newer))
    await expect(connect(port, 1).getStats()).resolves.toMatchObject({
      api_version: API_VERSION + 1,
    })
  })

  test('an order that is answered in unknown words has no known outcome, and may not be sent twice', async () => {
    const stats = await listen(
      ours(
        'stats',
        () => 'a'.repeat(43),
        (_request, response) => response.end('{"ok":true}'),
      ),
    )
    await expect(kill(connect(stats.port, 1))).rejects.toMatchObject({ error: 'internal' })
    expect(stats.seen.filter(({ url }) => url.endsWith('/kill'))).toHaveLength(1)
  })
})
