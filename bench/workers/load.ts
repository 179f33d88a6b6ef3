// The load generator: one line of JSON asks for a load on one address, one line tells how it was answered. Over plain
// sockets with a parser of the few lines that are needed: Node's own client costs more than the servers it would measure.
import { setTimeout as sleep } from 'node:timers/promises'
import type { LoadAnswer, LoadOrder } from '../parts/load-order.ts'
import { answerLines } from './answer-lines.ts'
import { HttpConnection } from './http-connection.ts'

/** How long answers may still come after the last request was sent. */
const GRACE_MS = 3000

async function load(order: LoadOrder): Promise<LoadAnswer> {
  const connections = await Promise.all(
    Array.from({ length: order.connections }, () => HttpConnection.open(order.port, order.path)),
  )
  const latencies: number[] = []
  const startedAt = performance.now()
  const endAt = startedAt + order.seconds * 1000
  const tally = { failures: 0, bytes: 0 }
  const one = async (connection: HttpConnection, dueAt: number) => {
    const { status, bytes } = await connection.get()
    if (status !== 200) tally.failures++
    tally.bytes = bytes
    latencies.push(performance.now() - dueAt)
  }
  const work =
    order.perSecond === null
      ? flatOut(connections, endAt, one)
      : paced(order, connections, endAt, one)
  await Promise.race([work, sleep(endAt + GRACE_MS - performance.now())])
  const tookMs = performance.now() - startedAt
  for (const connection of connections) connection.close()
  await work.catch(() => {}) // what was still under way
  return {
    latenciesMs: latencies.map((latency) => Math.round(latency * 1000) / 1000),
    tookMs,
    failures: tally.failures,
    bytes: tally.bytes,
  }
}

type Send = (connection: HttpConnection, dueAt: number) => Promise<void>

/** Each connection asks again as soon as it has its answer. */
async function flatOut(connections: HttpConnection[], endAt: number, send: Send): Promise<void> {
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < endAt) await send(connection, performance.now())
    }),
  )
}

/** So many requests a second however long the answers take; a connection that is busy has them waiting, and that counts. */
async function paced(
  { perSecond }: LoadOrder,
  connections: HttpConnection[],
  endAt: number,
  send: Send,
): Promise<void> {
  const everyMs = 1000 / (perSecond ?? 1)
  const queues = connections.map(() => Promise.resolve())
  for (let i = 0; performance.now() < endAt; i++) {
    const lane = i % connections.length
    const connection = connections[lane] as HttpConnection
    const dueAt = performance.now()
    queues[lane] = (queues[lane] as Promise<void>).then(() => send(connection, dueAt))
    await sleep(everyMs)
  }
  await Promise.all(queues)
}

await answerLines((line) => load(JSON.parse(line) as LoadOrder))
