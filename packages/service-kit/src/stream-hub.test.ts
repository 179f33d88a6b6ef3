import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { addStream } from './add-stream.ts'
import { IDLE_INTERVAL_MS, StreamHub, WATCHED_INTERVAL_MS } from './stream-hub.ts'
import { ask, startRig, UPGRADE, type Rig } from './test-rig.ts'
import { removeTokens } from './tokens.ts'

let rig: Rig
let hub: StreamHub
let clock = 0
const demands: number[] = []
const sockets: (Socket | WebSocket)[] = []

beforeEach(async () => {
  clock = 0
  demands.length = 0
  hub = new StreamHub({ now: () => clock, onDemand: (ms) => demands.push(ms) })
  rig = await startRig({ routes: (service) => addStream(service, '/stream', hub) })
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) if ('destroy' in socket) socket.destroy()
  await rig.close()
})

/** Publishes one tick, a second after the last. */
function tick(snapshot: string | (() => string), delta: string | null = null) {
  clock += 1000
  hub.publish({ snapshot: typeof snapshot === 'string' ? () => snapshot : snapshot, delta })
}

interface Viewer {
  socket: WebSocket
  heard: string[]
  closed: Promise<CloseEvent>
}

async function view(protocols: string[] = []): Promise<Viewer> {
  const before = hub.clientCount
  const socket = new WebSocket(`ws://127.0.0.1:${rig.port}/stream`, protocols)
  sockets.push(socket)
  const heard: string[] = []
  socket.addEventListener('message', ({ data }) => heard.push(String(data)))
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
  await once(socket, 'open')
  await vi.waitFor(() => expect(hub.clientCount).toBe(before + 1))
  return { socket, heard, closed }
}

/** A client below the library: it decides itself whether it reads. */
async function dial(): Promise<Socket> {
  const before = hub.clientCount
  const socket = connect(rig.port, '127.0.0.1')
  sockets.push(socket)
  const headers = UPGRADE.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.write(`GET /stream HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\n${headers}\r\n`)
  await once(socket, 'readable')
  socket.read()
  await vi.waitFor(() => expect(hub.clientCount).toBe(before + 1))
  return socket
}

const serverSockets = () =>
  [...rig.service.app.websocketServer.clients] as { bufferedAmount: number }[]
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('frames', () => {
  test('a snapshot first, then one shared delta a tick; the snapshot is made once for all', async () => {
    let made = 0
    tick(() => {
      made += 1
      return 'S1'
    })
    const viewers = [await view(), await view()]
    tick('S2', 'D2')
    await vi.waitFor(() => {
      for (const { heard } of viewers) expect(heard).toEqual(['S1', 'D2'])
    })
    expect(made).toBe(1)
  })

  test('nobody watching makes no snapshot at all', () => {
    const make = vi.fn<() => string>(() => 'S')
    tick(make)
    expect(make).not.toHaveBeenCalled()
  })

  test('who asked for fewer frames gets fewer, and then a whole one', async () => {
    tick('S1')
    const slow = await view()
    slow.socket.send('{"type":"rate","interval_ms":2000}')
    await vi.waitFor(() => expect(hub.fastestAskedIntervalMs()).toBe(2000))
    tick('S2', 'D2')
    tick('S3', 'D3')
    await vi.waitFor(() => expect(slow.heard).toEqual(['S1', 'S3']))
  })
})

test('demand follows the fastest viewer, and pollers count', async () => {
  expect(hub.fastestAskedIntervalMs()).toBe(IDLE_INTERVAL_MS)
  const viewer = await view()
  viewer.socket.send('{"type":"rate","interval_ms":500}')
  await vi.waitFor(() => expect(demands).toEqual([WATCHED_INTERVAL_MS, 500]))
  viewer.socket.close()
  await vi.waitFor(() => expect(demands.at(-1)).toBe(IDLE_INTERVAL_MS))
  hub.noteReader()
  expect(demands.at(-1)).toBe(WATCHED_INTERVAL_MS)
})

describe('a reader that never reads', () => {
  const big = 'x'.repeat(512 * 1024)

  test('costs a bounded amount, is closed after 30 s, and nobody else misses anything', async () => {
    const stuck = await dial()
    stuck.pause()
    const good = await view()
    let most = 0
    let n = 0
    for (; n < 60; n += 1) {
      clock += 400
      hub.publish({ snapshot: () => `${n}:${big}`, delta: null })
      most = Math.max(most, ...serverSockets().map(({ bufferedAmount }) => bufferedAmount))
      clock += 600
      await vi.waitFor(() => expect(good.heard.at(-1)?.startsWith(`${n}:`)).toBe(true))
    }
    expect(most).toBeLessThan(8 * 1024 * 1024)
    expect(good.heard).toHaveLength(60)
    clock += 30_000
    tick('last')
    expect(hub.clientCount).toBe(1)
    await vi.waitFor(() => expect(serverSockets()).toHaveLength(1), 5000)
    expect(good.socket.readyState).toBe(WebSocket.OPEN)
  })

  test('gets the newest snapshot when it reads again, not what it missed', async () => {
    const reader = await dial()
    reader.pause()
    // The system takes some megabytes before anything waits here; how many is its own business.
    for (let n = 0; (serverSockets()[0]?.bufferedAmount ?? 0) <= 1024 * 1024; n += 1) {
      expect(n, 'frames until one had to wait').toBeLessThan(200)
      tick(`old ${big}`, `delta ${big}`)
      await turn()
    }
    tick(`missed ${big}`, `missed ${big}`)
    let text = ''
    reader.on('data', (chunk) => (text = (text + chunk.toString('latin1')).slice(-4096)))
    reader.resume()
    await vi.waitFor(() => expect(serverSockets()[0]?.bufferedAmount).toBe(0), 5000)
    tick('SNAPSHOT-NOW', 'DELTA-NOW')
    await vi.waitFor(() => expect(text).toContain('SNAPSHOT-NOW'))
    expect(text).not.toContain('DELTA-NOW')
    expect(text).not.toContain('missed')
  })
})

describe('messages nobody should send', () => {
  const cases: [string, string | Uint8Array<ArrayBuffer>, number][] = [
    ['binary', new Uint8Array([1, 2, 3]), 1003],
    ['not JSON', 'hello', 1007],
    ['unknown', '{"type":"kill"}', 1008],
    ['a rate out of range', '{"type":"rate","interval_ms":1}', 1008],
    ['an extra field', '{"type":"rate","interval_ms":1000,"x":1}', 1008],
    ['a list', '[]', 1008],
    ['longer than 4 KiB', 'x'.repeat(5000), 1009],
  ]
  test.each(cases)(
    '%s ends that stream with its code, and only that one',
    async (_name, message, code) => {
      const good = await view()
      const bad = await view()
      bad.socket.send(message)
      expect((await bad.closed).code).toBe(code)
      tick('still here')
      await vi.waitFor(() => expect(good.heard).toEqual(['still here']))
    },
  )

  test.each([
    ['invalid UTF-8', [0x81, 0x81, 0, 0, 0, 0, 0xff], 1007],
    ['an unmasked frame', [0x81, 0x01, 0x41], 1002],
    ['a length beyond reason', [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 1009],
  ])('%s', async (_name, bytes, code) => {
    const socket = await dial()
    const heard: Buffer[] = []
    socket.on('data', (chunk: Buffer) => heard.push(chunk))
    socket.write(Buffer.from(bytes))
    await vi.waitFor(() => expect(Buffer.concat(heard).length).toBeGreaterThanOrEqual(4))
    const frame = Buffer.concat(heard)
    expect([frame[0], frame.readUInt16BE(2)]).toEqual([0x88, code])
    await vi.waitFor(() => expect(hub.clientCount).toBe(0), 5000)
  })
})

test('the 33rd stream is refused before it is one', async () => {
  await Promise.all(Array.from({ length: 32 }, () => dialQuietly()))
  await vi.waitFor(() => expect(hub.clientCount).toBe(32))
  const refused = await ask(rig.port, '/stream', { headers: UPGRADE })
  expect(refused).toMatchObject({ status: 503, error: 'unavailable' })
})

async function dialQuietly(): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${rig.port}/stream`)
  sockets.push(socket)
  await once(socket, 'open')
}

test('a peer that answers no ping is cut off', async () => {
  const impatient = new StreamHub({ limits: { heartbeatMs: 20 } })
  const own = await startRig({ routes: (service) => addStream(service, '/stream', impatient) })
  const socket = connect(own.port, '127.0.0.1')
  const headers = UPGRADE.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.write(`GET /stream HTTP/1.1\r\nHost: 127.0.0.1:${own.port}\r\n${headers}\r\n`)
  socket.resume()
  await once(socket, 'close')
  expect(impatient.clientCount).toBe(0)
  await own.close()
})

test('deleted token files close the streams opened by token with 4401, others stay', async () => {
  const byToken = await view(['tmp.v1', `tmp.bearer.${rig.tokens.read}`])
  const byPeer = await view()
  expect(byToken.socket.protocol).toBe('tmp.v1')
  removeTokens(rig.runDir)
  expect((await byToken.closed).code).toBe(4401)
  expect(byPeer.socket.readyState).toBe(WebSocket.OPEN)
})

test('a stopping service says goodbye with 1001', async () => {
  const viewer = await view()
  const stuck = await dial()
  stuck.pause()
  await rig.close()
  expect((await viewer.closed).code).toBe(1001)
})
