import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTask } from './pieces.ts'
import { openStream, retryDelayMs, type StreamOptions, type StreamStatus } from './stream.ts'

/** A socket without a network: the test says what happens on it. */
class ScriptedSocket extends EventTarget {
  readyState = 0
  readonly sent: string[] = []

  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.readyState = 3
    this.dispatchEvent(new Event('close'))
  }
  open(): void {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }
  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
}

let sockets: ScriptedSocket[]
let states: StreamStatus[]
let frames: unknown[]

function start(options: Partial<StreamOptions> = {}) {
  return openStream({
    url: 'ws://localhost:8000/api/stats/stream',
    intervalMs: 1000,
    onFrame: (frame) => void frames.push(frame),
    onState: (status) => states.push(status),
    random: () => 0,
    createSocket: () => {
      const socket = new ScriptedSocket()
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
    ...options,
  })
}
/** Lets the promises of an attempt settle. */
const settle = () => vi.advanceTimersByTimeAsync(0)
const last = () => states.at(-1)?.state

beforeEach(() => {
  vi.useFakeTimers()
  sockets = []
  states = []
  frames = []
})
afterEach(() => vi.useRealTimers())

describe('openStream', () => {
  test('a large frame has a task of its own, and what follows it waits for its turn', async () => {
    const stream = start()
    await settle()
    const socket = sockets[0]
    socket?.open()
    const large = { seq: 1, rows: 'x'.repeat(300_000) }
    socket?.say(JSON.stringify(large))
    socket?.say('{"seq":2}')
    expect(frames).toEqual([])
    await vi.waitFor(() => expect(frames).toEqual([large, { seq: 2 }]))
    await settle()
    socket?.say('{"seq":3}')
    expect(frames).toHaveLength(3)
    stream.close()
  })

  test("a large frame of a connection that was given up is nobody's", async () => {
    const stream = start()
    await settle()
    sockets[0]?.open()
    sockets[0]?.say(JSON.stringify({ rows: 'x'.repeat(300_000) }))
    stream.restart()
    await nextTask()
    await nextTask()
    expect(frames).toEqual([])
    stream.close()
  })

  test('while a frame is worked on the next ones wait, in their order', async () => {
    const begun: number[] = []
    const works: PromiseWithResolvers<void>[] = []
    const stream = start({
      onFrame: (frame) => {
        begun.push((frame as { seq: number }).seq)
        const work = Promise.withResolvers<void>()
        works.push(work)
        return work.promise
      },
    })
    await settle()
    sockets[0]?.open()
    for (const seq of [1, 2, 3]) sockets[0]?.say(`{"seq":${seq}}`)
    expect(begun).toEqual([1])
    works[0]?.resolve()
    await vi.waitFor(() => expect(begun).toEqual([1, 2]))
    works[1]?.resolve()
    await vi.waitFor(() => expect(begun).toEqual([1, 2, 3]))
    stream.close()
  })

  test('asks for its rate, hands frames on, is live with the first of them', async () => {
    const stream = start()
    await settle()
    expect(last()).toBe('connecting')
    sockets[0]?.open()
    expect(sockets[0]?.sent).toEqual(['{"type":"rate","interval_ms":1000}'])
    sockets[0]?.say('{"seq":1}')
    expect(frames).toEqual([{ seq: 1 }])
    expect(last()).toBe('live')
    stream.setInterval(5000)
    expect(sockets[0]?.sent.at(-1)).toBe('{"type":"rate","interval_ms":5000}')
    stream.close()
  })

  test('is stale after three missed samples and live again with the next', async () => {
    const stream = start()
    await settle()
    sockets[0]?.open()
    sockets[0]?.say('{}')
    await vi.advanceTimersByTimeAsync(3400)
    expect(last()).toBe('live')
    await vi.advanceTimersByTimeAsync(200)
    expect(last()).toBe('stale')
    sockets[0]?.say('{}')
    expect(last()).toBe('live')
    stream.close()
  })

  test('comes back by itself, waiting longer each time, and says when', async () => {
    const stream = start()
    for (const wait of [1000, 2000, 4000]) {
      await settle()
      const begun = Date.now()
      sockets.at(-1)?.close()
      await settle()
      expect(states.at(-1)).toEqual({ state: 'down', retryAtMs: begun + wait })
      await vi.advanceTimersByTimeAsync(wait)
    }
    expect(sockets).toHaveLength(4)
    sockets.at(-1)?.open()
    sockets.at(-1)?.say('{}')
    expect(last()).toBe('live')
    sockets.at(-1)?.close()
    expect(states.at(-1)?.retryAtMs).toBe(Date.now() + 1000)
    stream.close()
  })

  test('tries at once when told to', async () => {
    const stream = start()
    await settle()
    sockets[0]?.close()
    await settle()
    stream.retryNow()
    await settle()
    expect(sockets).toHaveLength(2)
    stream.close()
  })

  test('names a stranger on the port', async () => {
    const stream = start({ isWrongProgram: () => Promise.resolve(true) })
    await settle()
    sockets[0]?.close()
    await settle()
    expect(last()).toBe('wrong_program')
    stream.close()
  })

  test('opens nothing when the service could not prove itself', async () => {
    const stream = start({ protocols: () => Promise.reject(new Error('no proof')) })
    await settle()
    expect(sockets).toHaveLength(0)
    expect(last()).toBe('down')
    stream.close()
  })

  test.each([
    ['is not JSON', '<html>'],
    ['is none of ours', '{"hello":"world"}'],
  ])('a frame that %s ends the connection: somebody else is there', async (_, said) => {
    const stream = start({ isFrame: (frame) => (frame as { type?: string }).type === 'stats' })
    await settle()
    sockets[0]?.open()
    sockets[0]?.say(said)
    await settle()
    expect(frames).toEqual([])
    expect(last()).toBe('wrong_program')
    await vi.advanceTimersByTimeAsync(1000)
    sockets[1]?.open()
    sockets[1]?.say('{"type":"stats"}')
    expect(last()).toBe('live')
    expect(frames).toEqual([{ type: 'stats' }])
    stream.close()
  })

  test('after close nothing happens any more', async () => {
    const stream = start()
    await settle()
    sockets[0]?.open()
    stream.close()
    await vi.advanceTimersByTimeAsync(120_000)
    expect(sockets).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('the wait grows to 30 s and never beyond a quarter more', () => {
  expect([0, 1, 2, 3, 4, 5, 9].map((failures) => retryDelayMs(failures, 0))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
  ])
  expect(retryDelayMs(20, 1)).toBe(37_500)
})
