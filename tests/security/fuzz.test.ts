import { Agent, request, type OutgoingHttpHeaders } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPageServer } from '../../packages/service-kit/src/test-rig.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'
import { startCanaries, type Canaries } from './support/canaries.ts'
import { requestsFor, type OddRequest } from './support/odd-input.ts'
import { operationsOf, type Operation } from './support/operations.ts'

// The same requests in every run, so that a failure is one of the change that brought it. To look for new ones:
// FUZZ_SEED=7 FUZZ_RUNS=2000 vitest run --project security tests/security/fuzz.test.ts
const SEED = Number(process.env['FUZZ_SEED'] ?? 5)
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 40)
const patient = 60_000 + RUNS * 1000

const WHO = ['control token', 'read token', 'no token', 'wrong token'] as const
type Who = (typeof WHO)[number]

let services: RunningServices
let canaries: Canaries
let pages: { close(): void }
let operations: Operation[]
const agent = new Agent({ keepAlive: true, maxSockets: 4 })

beforeAll(async () => {
  services = await startServices({ statsMain: 'tests/security/fixtures/patient-stats.ts' })
  const { ports, tokens } = services
  pages = await startPageServer(tokens.read, ports.pages)
  canaries = await startCanaries()
  operations = [
    ...(await operationsOf('stats', ports.stats)),
    ...(await operationsOf('accuracy', ports.accuracy)),
  ]
})
afterAll(async () => {
  agent.destroy()
  pages?.close()
  await canaries?.[Symbol.asyncDispose]()
  await services?.[Symbol.asyncDispose]()
})

/** Real pids are those of the canaries only; the others are none, or none that a process can have. */
const pids = () =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...canaries.pids) },
    fc.constantFrom(canaries.group, 0, -1, 2 ** 22 + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 1, 9e9),
  )

interface Answer {
  status: number
  type: string
  json: unknown
}

function ask(operation: Operation, { path, body, type }: OddRequest, who: Who): Promise<Answer> {
  const { ports, tokens, origin } = services
  const token = {
    'control token': tokens.control,
    'read token': tokens.read,
    'no token': null,
    'wrong token': 'w'.repeat(43),
  }[who]
  const headers: OutgoingHttpHeaders = {
    ...(token !== null && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': type, origin }),
  }
  const port = ports[operation.service]
  const { method } = operation
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, headers, agent, timeout: 30_000 },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          const media = String(response.headers['content-type'])
          const json = media.startsWith('application/json') ? (JSON.parse(text) as unknown) : text
          resolve({ status: response.statusCode ?? 0, type: media, json })
        })
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('not answered within 30 s')))
    sent.on('error', reject)
    sent.end(body)
  })
}

/** What an answer may be, whoever asked for whatever. */
function expectSound(operation: Operation, who: Who, answer: Answer): void {
  const { status, json } = answer
  expect(status).toBeLessThan(500)
  const isMetrics = operation.path === '/metrics' && status === 200
  const media = isMetrics
    ? /^(text\/plain|application\/openmetrics-text); version=/
    : /^application\/json/
  expect(answer.type).toMatch(media)
  // An odd address may be another one, or none; that is told by the common error alone.
  expect(isMetrics ? [] : operation.faults(status, json)).toEqual([])
  expect(refusalsOf(operation, who) ?? [status]).toContain(status)
}

/** The answers a caller without the right may get; null for one who has it. */
function refusalsOf({ method, path }: Operation, who: Who): number[] | null {
  // Of a session the connection decides and its token counts for nothing; health is open.
  if (path === '/api/session' || path === '/health' || who === 'control token') return null
  if (who === 'wrong token') return [400, 401, 429]
  return method === 'POST' ? [400, 401, 403, 404, 429] : null
}

describe.each(WHO)('with the %s', (who) => {
  // The document is read before the tests run, but after they are listed; so one test walks over all of it.
  test(
    'every operation answers any input as its schema says, and reaches no process',
    { timeout: patient },
    async () => {
      expect(operations.length).toBeGreaterThan(15)
      const statuses = new Map<string, Set<number>>()
      for (const operation of operations) {
        const seen = new Set<number>()
        statuses.set(`${operation.service} ${operation.call}`, seen)
        await fc.assert(
          fc.asyncProperty(requestsFor(operation, pids()), async (odd) => {
            const answer = await ask(operation, odd, who)
            seen.add(answer.status)
            expectSound(operation, who, answer)
          }),
          { seed: SEED, numRuns: RUNS, endOnFailure: true },
        )
      }
      canaries.expectUntouched()
      if (who === 'control token') expectReached(statuses)
    },
  )
})

/** Statuses that tell of a request that came through: identity was compared, an id was looked up, a body was understood. */
function throughOf(call: string): number[] {
  if (!call.includes('POST')) return [200]
  if (call.includes('/api/process/')) return [400, 409]
  return /\/api\/(?:startup|service)\//.test(call) ? [404, 408] : [200]
}

/** The requests were not all refused at the first door. */
function expectReached(statuses: ReadonlyMap<string, ReadonlySet<number>>): void {
  for (const [call, seen] of statuses) {
    expect({ call, seen: [...seen] }).toEqual({
      call,
      seen: expect.arrayContaining(throughOf(call)) as unknown,
    })
  }
}

test('the services are as they were', async () => {
  expect(services.children.stats.exitCode).toBeNull()
  expect(services.children.accuracy.exitCode).toBeNull()
  expect(services.log()).not.toMatch(/"level":(50|60)/)
  await Promise.all([services.api.getStats(), services.api.getProcesses()])
  canaries.expectUntouched()
})
