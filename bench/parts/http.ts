import { startCrowd } from '../crowd.ts'
import { isMissing, LineWorker } from '../line-worker.ts'
import { nodeProgram } from '../opponents/node-program.ts'
import { pythonProgram } from '../opponents/python.ts'
import { processCpuMs } from '../process-cpu.ts'
import type { Budget, PartResult, Table } from '../report/part-result.ts'
import { ServicePlace, startServices, type RunningServices } from '../services.ts'
import { USUAL_PROCESSES, type PartContext } from './context.ts'
import { ADDRESSES, httpBudgets, httpRows, type Address, type Served } from './http-rows.ts'
import type { LoadAnswer, LoadOrder } from './load-order.ts'

const PACED_PER_SECOND = 50
const CONNECTIONS = 4
const WHOLE = { rounds: 2, pacedSeconds: 4, flatSeconds: 2 }
const QUICK = { rounds: 1, pacedSeconds: 1, flatSeconds: 1 }
const ANSWER_WITHIN_MS = 30_000

/** Who answers requests. */
interface Server {
  name: string
  port: (address: Address) => number
  pid: (address: Address) => number
}

/** How fast the answers come, beside a bare Fastify with the same bytes and the prototype's kind of service. */
export async function httpPart({ options, say }: PartContext): Promise<PartResult> {
  await using crowd = await startCrowd(USUAL_PROCESSES)
  using place = new ServicePlace()
  await using services = await startServices(place)
  await using bare = new LineWorker(nodeProgram('bare-fastify.ts', [], null))
  await using generator = new LineWorker(nodeProgram('load.ts', [], null))
  const prototype = await pythonProgram('fastapi_service.py', [], ['fastapi', 'uvicorn', 'psutil'])
  await using python = isMissing(prototype) ? null : new LineWorker(prototype)
  const servers = [
    ourServer(services),
    await serverOf('bare Fastify, same bytes', bare, JSON.stringify(await bodiesOf(services))),
    ...(python === null ? [] : [await serverOf('FastAPI and psutil', python, 'port')]),
  ]
  const pace = options.quick ? QUICK : WHOLE
  const tables: Table[] = []
  const budgets: Budget[] = []
  for (const address of ADDRESSES) {
    say(`requests to ${address}`)
    const served = servers.map(({ name }): Served => ({ name, paced: [], flat: [], cpuMs: [] }))
    for (let round = 0; round < pace.rounds; round++) {
      for (const [index, server] of servers.entries()) {
        const order = { port: server.port(address), path: address, connections: CONNECTIONS }
        const load = (more: Pick<LoadOrder, 'perSecond' | 'seconds'>) =>
          generator.ask<LoadAnswer>(JSON.stringify({ ...order, ...more }), ANSWER_WITHIN_MS)
        const into = served[index] as Served
        into.paced.push(await load({ perSecond: PACED_PER_SECOND, seconds: pace.pacedSeconds }))
        const cpu = processCpuMs(server.pid(address))
        into.flat.push(await load({ perSecond: null, seconds: pace.flatSeconds }))
        into.cpuMs.push(processCpuMs(server.pid(address)) - cpu)
      }
    }
    tables.push({
      caption: address,
      head: [
        'who',
        `p50 at ${PACED_PER_SECOND}/s`,
        'p99',
        'flat out',
        'against bare Fastify',
        'CPU a request',
        'body',
        'failures',
      ],
      rows: httpRows(served, isMissing(prototype) ? prototype.missing : null),
    })
    budgets.push(...httpBudgets(address, served))
  }
  const title = `HTTP at ${crowd.processes} processes`
  return { title, about: ABOUT, tables, budgets }
}

const ABOUT = `${CONNECTIONS} kept connections from a process of its own on the same machine, in turns. At ${PACED_PER_SECOND} requests a second a time begins when the request
is due, so an answer that makes others wait counts for those too. Flat out, each connection asks again when it has its answer; CPU is the
server's own. The bare Fastify runs with Node's defaults.`

const ourServer = ({ ports, pids }: RunningServices): Server => ({
  name: 'ours',
  port: (address) => ports[serviceOf(address)],
  pid: (address) => pids[serviceOf(address)],
})

const serviceOf = (address: Address): 'stats' | 'accuracy' =>
  address === '/api/stats' ? 'stats' : 'accuracy'

async function serverOf(name: string, worker: LineWorker, ask: string): Promise<Server> {
  const { port } = await worker.ask<{ port: number }>(ask, ANSWER_WITHIN_MS)
  return { name, port: () => port, pid: () => worker.pid }
}

async function bodiesOf({ ports }: RunningServices): Promise<Record<string, string>> {
  const bodies: Record<string, string> = {}
  for (const address of ADDRESSES) {
    const response = await fetch(`http://127.0.0.1:${ports[serviceOf(address)]}${address}`)
    if (!response.ok) throw new Error(`${address} answers ${response.status}`)
    bodies[address] = await response.text()
  }
  return bodies
}
