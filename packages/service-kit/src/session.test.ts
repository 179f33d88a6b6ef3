import { afterEach, describe, expect, test } from 'vitest'
import { healthProof, mintControlToken } from './tokens.ts'
import {
  ask,
  bearer,
  JSON_TYPE,
  startPageServer,
  startRig,
  type Rig,
  type RigOptions,
} from './test-rig.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** The port of the page server is known before its token, so the page server is started by the returned function. */
async function start(options: RigOptions = {}, proveWith?: string) {
  const probe = await startPageServer('')
  probe.close()
  const env = { PAGE_ORIGIN_PORT: String(probe.port), ...options.env }
  const rig = await startRig({ ...options, env })
  const origin = ['origin', `http://localhost:${probe.port}`] as const
  closing.push(() => rig.close())
  const pages = await startPageServerAt(probe.port, proveWith ?? rig.tokens.read)
  return { rig, origin, pages }
}

async function startPageServerAt(port: number, token: string) {
  const pages = await startPageServer(token, port)
  closing.push(() => pages.close())
  return pages
}

const session = (rig: Rig, headers: readonly (readonly [string, string])[], body = '{}') =>
  ask(rig.port, '/api/session', { method: 'POST', headers: [JSON_TYPE, ...headers], body })

const launchCode = async (rig: Rig) => {
  const answer = await ask(rig.port, '/api/launch-code', {
    method: 'POST',
    headers: [JSON_TYPE, bearer(rig.tokens.control)],
    body: '{}',
  })
  return (JSON.parse(answer.body) as { code: string }).code
}

describe('a session for the page', () => {
  test('is given to the same user from our page, and to nobody without an origin', async () => {
    const { rig, origin } = await start()
    const answer = await session(rig, [origin])
    expect(JSON.parse(answer.body)).toEqual({ token: rig.tokens.control, scope: 'control' })
    expect(await session(rig, [])).toMatchObject({ status: 403, error: 'forbidden_origin' })
    expect((await session(rig, [['origin', 'http://localhost:3000']])).status).toBe(403)
    expect((await session(rig, [origin, bearer('stale'.padEnd(43, 'x'))])).status).toBe(200)
  })

  test('is refused to another user', async () => {
    const { rig, origin } = await start({ relation: 'other_user' })
    expect(await session(rig, [origin])).toMatchObject({ status: 401, error: 'unauthorized' })
    expect((await session(rig, [origin, bearer(rig.tokens.read)])).status).toBe(401)
  })

  test('is refused while the page server is down, or is not ours', async () => {
    const squatted = await start({}, mintControlToken())
    expect(await session(squatted.rig, [squatted.origin])).toMatchObject({ status: 503 })
    const down = await start()
    down.pages.close()
    const answer = await session(down.rig, [down.origin])
    expect(answer).toMatchObject({ status: 503, error: 'unavailable' })
    expect(answer.body).not.toContain(down.rig.tokens.control)
  })
})

describe('one-time codes', () => {
  test('work once where the peer cannot be told', async () => {
    const { rig, origin } = await start({ relation: 'unknown' })
    const body = JSON.stringify({ code: await launchCode(rig) })
    expect((await session(rig, [], body)).status).toBe(403)
    expect((await session(rig, [origin], body)).status).toBe(200)
    expect(await session(rig, [origin], body)).toMatchObject({ status: 401 })
    expect((await session(rig, [origin], JSON.stringify({ code: 'x'.repeat(22) }))).status).toBe(
      401,
    )
    expect(rig.lines.join('')).not.toContain(JSON.parse(body).code)
  })

  test('die after 120 s, and as the oldest of more than 16', async () => {
    let now = 0
    const { rig, origin } = await start({ relation: 'unknown', now: () => now })
    const redeem = async (code: string) =>
      (await session(rig, [origin], JSON.stringify({ code }))).status
    const late = await launchCode(rig)
    now = 120_001
    expect(await redeem(late)).toBe(401)
    const codes: string[] = []
    for (let i = 0; i < 17; i += 1) codes.push(await launchCode(rig))
    expect([await redeem(codes[0] ?? ''), await redeem(codes[1] ?? '')]).toEqual([401, 200])
  })

  test('only the service on 8001 gives them', async () => {
    const { rig } = await start({ name: 'stats' })
    const headers = [JSON_TYPE, bearer(rig.tokens.control)]
    expect(
      (await ask(rig.port, '/api/launch-code', { method: 'POST', headers, body: '{}' })).status,
    ).toBe(404)
  })
})

test('health proves to whoever can read the token, and says nothing more', async () => {
  const rig = await startRig({ name: 'stats', relation: 'other_user' })
  closing.push(() => rig.close())
  const challenge = 'c'.repeat(32)
  const answer = JSON.parse((await ask(rig.port, `/health?challenge=${challenge}`)).body)
  const proof = healthProof(rig.tokens.read, 'stats', challenge)
  expect(answer).toEqual({ status: 'ok', service: 'stats', api_version: 1, proof })
  expect(Object.keys(JSON.parse((await ask(rig.port, '/health')).body))).not.toContain('proof')
  expect((await ask(rig.port, '/health?challenge=short')).status).toBe(400)
})
