// Clients of a stream that are malformed, slow, stalled or many: closed with the right code, and others are served.
import { once } from 'node:events'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { STREAM_PROTOCOL } from '@taskmanager/contracts'
import { writeTokens } from '../../packages/service-kit/src/tokens.ts'
import { watchList, type ListViewer } from '../support/list-stream.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'
import { send } from '../support/wire.ts'
import { UPGRADE_HEADERS } from './support/every-route.ts'
import { RawClient } from './support/raw.ts'

let services: RunningServices
let viewer: ListViewer
beforeAll(async () => {
  services = await startServices()
  viewer = await watchList(services.ports.accuracy, 500)
})
afterAll(async () => {
  viewer?.[Symbol.dispose]()
  await services?.[Symbol.asyncDispose]()
})

const STREAMS = [
  ['stats', '/api/stats/stream'],
  ['accuracy', '/api/processes/stream'],
] as const

/** A stream by hand, so that any bytes can follow. */
async function dial(port: number, path: string, more: Record<string, string> = {}) {
  const client = await RawClient.dial(port)
  const headers = { host: `localhost:${port}`, ...UPGRADE_HEADERS, ...more }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  client.socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  await client.until('\r\n\r\n')
  return client
}

/** The good viewer goes on: its frames follow on one another, and the next one comes. */
async function expectServed() {
  const { seq } = viewer.state()
  await viewer.until('the next frame', (now) => now.seq > seq)
}

const MASK = [0, 0, 0, 0] as const
const masked = (first: number, payload: string | readonly number[]) => {
  const bytes = Buffer.from(payload as string)
  return Buffer.concat([Buffer.from([first, 0x80 | bytes.length, ...MASK]), bytes])
}

/** The code of a close frame in what a server sent behind the upgrade; the frames before it are stepped over. */
function closeCode(heard: Buffer): number | null {
  let at = heard.indexOf('\r\n\r\n') + 4
  while (at + 2 <= heard.length) {
    const short = (heard[at + 1] ?? 0) & 0x7f
    const head = short === 127 ? 10 : short === 126 ? 4 : 2
    if (at + head > heard.length) return null
    if (((heard[at] ?? 0) & 0x0f) === 8) return heard.readUInt16BE(at + 2)
    const length =
      short === 127
        ? Number(heard.readBigUInt64BE(at + 2))
        : short === 126
          ? heard.readUInt16BE(at + 2)
          : short
    at += head + length
  }
  return null
}

/** The code this stream was closed with. A close is answered, as a browser does; without that it is cut a second later. */
async function endOf(client: RawClient): Promise<number | null> {
  while (closeCode(client.heard) === null && !client.socket.closed)
    await Promise.race([once(client.socket, 'data').catch(() => undefined), client.closed])
  client.socket.end(masked(0x88, [0x03, 0xe8]))
  await client.closed
  return closeCode(client.heard)
}

const MALFORMED: readonly (readonly [string, Buffer, readonly number[]])[] = [
  ['an unmasked frame', Buffer.from([0x81, 0x01, 0x41]), [1002]],
  ['an unknown kind of frame', masked(0x83, 'a'), [1002]],
  ['reserved bits', masked(0xf1, 'a'), [1002]],
  ['compression nobody agreed on', masked(0xc1, 'a'), [1002]],
  ['a continuation of nothing', masked(0x80, 'a'), [1002]],
  ['a ping in pieces', masked(0x09, 'a'), [1002]],
  ['a ping of 200 bytes', Buffer.from([0x89, 0xfe, 0, 200, ...MASK]), [1002]],
  ['a close code that nobody may send', masked(0x88, [0x03, 0xed]), [1002]],
  ['half a close code', masked(0x88, [3]), [1002]],
  ['bytes that are no text', masked(0x81, [0xff]), [1007]],
  ['a close reason that is no text', masked(0x88, [0x03, 0xe8, 0xff]), [1007]],
  ['binary', masked(0x82, 'a'), [1003]],
  ['no JSON', masked(0x81, '{'), [1007]],
  ['an order it does not know', masked(0x81, '{"type":"kill","pid":1}'), [1008]],
  ['a key of a prototype', masked(0x81, '{"__proto__":{"type":"rate"}}'), [1008]],
  ['a length of 2^63', Buffer.from([0x81, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, ...MASK]), [1009, 1002]],
  ['a length of 5000', Buffer.from([0x81, 0xfe, 0x13, 0x88, ...MASK]), [1009]],
]

describe.each(STREAMS)('%s %s', (name, path) => {
  test.each(MALFORMED)('%s is told its code and closed', async (_what, bytes, codes) => {
    using client = await dial(services.ports[name], path)
    client.socket.write(bytes)
    expect(codes).toContain(await endOf(client))
  })

  test('pieces without end are closed at 4 KiB', async () => {
    using client = await dial(services.ports[name], path)
    const piece = masked(0x00, 'x'.repeat(100))
    client.socket.write(masked(0x01, 'x'))
    for (let n = 0; n < 50; n += 1) client.socket.write(piece)
    expect(await endOf(client)).toBe(1009)
  })

  test('any bytes behind the upgrade end one stream at most', async () => {
    const port = services.ports[name]
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 64 }), async (bytes) => {
        using client = await dial(port, path)
        client.socket.write(bytes)
        client.socket.end(masked(0x88, [0x03, 0xe8]))
        await client.closed
        expect((await send({ port, path: '/health' })).status).toBe(200)
      }),
      { seed: 5, numRuns: 40 },
    )
  })

  test('a flood of orders ends nobody, also not the one who sends it', async () => {
    const port = services.ports[name]
    using client = await dial(port, path)
    const order = masked(0x81, '{"type":"rate","interval_ms":1000}')
    for (let n = 0; n < 20_000; n += 1) client.socket.write(order)
    expect((await send({ port, path: '/health' })).status).toBe(200)
    client.socket.write(masked(0x88, [0x03, 0xe8]))
    await client.closed
    expect(closeCode(client.heard)).toBe(1000)
  })

  test('odd upgrades are refused before they are one', async () => {
    const port = services.ports[name]
    const cases: [Record<string, string>, number[]][] = [
      [{ 'sec-websocket-version': '7' }, [400, 426]],
      [{ 'sec-websocket-key': 'short' }, [400]],
      [{ 'sec-websocket-protocol': 'tmp.v2' }, [400]],
      [{ 'sec-websocket-protocol': `${STREAM_PROTOCOL}, ${STREAM_PROTOCOL}` }, [400]],
      [{ 'sec-websocket-protocol': `${STREAM_PROTOCOL}, tmp.bearer.` }, [401]],
      [{ upgrade: 'h2c' }, [404]],
      [{ origin: 'http://evil.example' }, [403]],
    ]
    for (const [more, statuses] of cases) {
      using client = await dial(port, path, more)
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(client.heard.toString('latin1'))?.[1])
      expect({ more, status }).toEqual({ more, status: expect.toBeOneOf(statuses) as unknown })
    }
  })
})

test('32 viewers that never read, and more who would like to: the good one misses nothing', async () => {
  const port = services.ports.accuracy
  const stalled: RawClient[] = []
  try {
    for (let n = 0; n < 31; n += 1) {
      const client = await dial(port, '/api/processes/stream')
      client.socket.pause()
      stalled.push(client)
    }
    using refused = await dial(port, '/api/processes/stream')
    expect(refused.heard.toString('latin1')).toMatch(/^HTTP\/1\.1 503 [\s\S]*"unavailable"/)
    await expectServed()
    expect((await send({ port, path: '/api/processes' })).status).toBe(200)
  } finally {
    for (const client of stalled) client[Symbol.dispose]()
  }
})

test('replaced token files close the streams of the old token with 4401 and refuse it from then on', async () => {
  const port = services.ports.accuracy
  const old = services.tokens.read
  const protocols = { 'sec-websocket-protocol': `${STREAM_PROTOCOL}, tmp.bearer.${old}` }
  using client = await dial(port, '/api/processes/stream', protocols)
  const fresh = writeTokens(services.runDir)
  expect(await endOf(client)).toBe(4401)
  const ask = async (token: string) =>
    (await send({ port, path: '/api/apps', headers: { authorization: `Bearer ${token}` } })).status
  expect([await ask(old), await ask(fresh.read)]).toEqual([401, 200])
  await expectServed()
})

test('all of it cost no service its life, and left no fault in its log', () => {
  expect(services.children.stats.exitCode).toBeNull()
  expect(services.children.accuracy.exitCode).toBeNull()
  expect(services.log()).not.toMatch(/"level":(50|60)/)
})
