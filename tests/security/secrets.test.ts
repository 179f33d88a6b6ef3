// No token and no code is where somebody else could find it: the whole product is started, used, and then searched.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BEARER_PROTOCOL_PREFIX, STREAM_PROTOCOL } from '@taskmanager/contracts'
import { named, sleeper } from '@taskmanager/testkit'
import { openBrowser, visit } from '../support/browser.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'
import { post, send, type WireAnswer } from '../support/wire.ts'

let product: StartedProduct
let secrets: Record<'control token' | 'read token' | 'used code' | 'open code', string>
const answers: string[] = []

beforeAll(async () => {
  product = await startProduct()
  const token = (name: string) => readFileSync(path.join(product.runDir, name), 'utf8').trim()
  const control = token('control.token')
  const { accuracy } = product.ports
  const code = async () => {
    const { json } = await post(accuracy, '/api/launch-code', control, {})
    return (json as { code: string }).code
  }
  secrets = {
    'control token': control,
    'read token': token('read.token'),
    'used code': await code(),
    'open code': await code(),
  }
  const session = { code: secrets['used code'] }
  const origin = { origin: product.url }
  const redeemed = await post(accuracy, '/api/session', null, session, origin)
  if (redeemed.status !== 200) throw new Error(`the code was not taken: ${redeemed.text}`)
  await useEverything()
})
afterAll(() => product?.[Symbol.asyncDispose]())

/** What the page, a program and a clumsy program do; every answer is kept. */
async function useEverything() {
  const { stats, accuracy } = product.ports
  const { 'control token': control, 'read token': read, 'used code': used } = secrets
  const keep = (answer: WireAnswer) => {
    answers.push(answer.text, JSON.stringify(answer.headers))
    return answer
  }
  await using child = await sleeper()
  const get = async (port: number, target: string, token: string | null = read) =>
    keep(
      await send({
        port,
        path: target,
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
      }),
    )
  const info = await get(stats, `/api/process/${child.pid}/info`)
  const { start_id: startId } = info.json as { start_id: string }
  const kill = `/api/process/${child.pid}/kill`
  const body = { start_id: startId, signal: 'TERM' }
  for (const token of [null, 'w'.repeat(43), read, control])
    keep(await post(stats, kill, token, body))
  // Where a token does not belong: each is refused, and the refusal does not repeat it.
  keep(await post(stats, kill, control, { ...body, start_id: control }))
  keep(await post(stats, kill, control, { ...body, confirm_name: control }))
  keep(await post(stats, kill, control, { ...body, [control]: 1 }))
  keep(await post(stats, kill, control, `{"start_id": "${control}"`))
  keep(await post(stats, kill, control, `{"start_id": ${control}}`))
  keep(await post(accuracy, '/api/session', null, { code: used }, { origin: product.url }))
  keep(await post(accuracy, '/api/session', null, { code: control }, { origin: product.url }))
  for (const target of [`/api/stats?token=${control}`, `/${control}`, `/api/process/${read}/info`])
    await get(stats, target)
  for (const target of [
    `/api/processes?search=${control}`,
    `/health?challenge=${read}`,
    '/api/apps',
  ])
    await get(accuracy, target)
  await get(stats, '/api/actions')
  await get(stats, '/openapi.json')
  await get(accuracy, '/%zz', `${control} ${control}`)
  for (const token of [read, control, `${control}x`]) await stream(accuracy, token)
  const browser = await openBrowser()
  try {
    await using tab = await visit(browser, `${product.url}/processes#k=${secrets['open code']}`)
    await tab.page.waitForURL(({ hash }) => hash === '')
  } finally {
    await browser.close()
  }
}

/** A stream that is opened by a token, or refused; the first frame is kept. */
function stream(port: number, token: string): Promise<void> {
  return new Promise((resolve) => {
    const url = `ws://127.0.0.1:${port}/api/processes/stream`
    const socket = new WebSocket(url, [STREAM_PROTOCOL, BEARER_PROTOCOL_PREFIX + token])
    socket.addEventListener('message', ({ data }) => {
      answers.push(String(data))
      socket.close()
    })
    socket.addEventListener('close', () => resolve())
  })
}

/** Names of the secrets that a text holds. */
const secretsIn = (text: string) =>
  Object.entries(secrets)
    .filter(([, secret]) => text.includes(secret))
    .map(([name]) => name)

describe('no token and no code is in', () => {
  test('the command line or the environment of any process', () => {
    const found = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) =>
        ['cmdline', 'environ'].flatMap((file) =>
          secretsIn(readOrEmpty(`/proc/${pid}/${file}`)).map((name) => `${name}: ${pid} ${file}`),
        ),
      )
    expect(found).toEqual([])
  })

  test('any file but the two that are for it', () => {
    const files = readdirSync(product.root, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile(),
    )
    const found = files.flatMap(({ parentPath, name }) =>
      secretsIn(readFileSync(path.join(parentPath, name), 'latin1')).map(
        (secret) => `${secret}: ${name}`,
      ),
    )
    expect(found.toSorted()).toEqual(['control token: control.token', 'read token: read.token'])
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['stats.log', 'accuracy.log', 'pages.log', 'actions.log']),
    )
  })

  test('what the launcher writes', () => {
    expect(secretsIn(product.output())).toEqual([])
  })

  test('any answer but that of a session', () => {
    expect(answers.length).toBeGreaterThan(20)
    const found = answers.flatMap((text) => secretsIn(text).map((name) => `${name}: ${text}`))
    expect(found).toEqual([])
  })
})

test('a token that somebody else puts on a command line is not shown', async () => {
  const { 'control token': control, 'read token': read } = secrets
  await using child = await named(
    'careless',
    '-H',
    `Authorization: Bearer ${control}`,
    '--token',
    read,
    `tmp.bearer.${read}`,
    control,
    `http://localhost:5173/#k=${secrets['open code']}`,
  )
  const shown = async () => {
    const { text } = await send({
      port: product.ports.accuracy,
      path: `/api/processes?search=${child.pid}`,
    })
    return text
  }
  await expect.poll(shown, { timeout: 20_000 }).toContain('careless')
  const target = `/api/process/${child.pid}/info?include=tree,files`
  const { text } = await send({ port: product.ports.stats, path: target })
  expect(secretsIn((await shown()) + text)).toEqual([])
  expect(text).toContain('********')
})

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return '' // ended, or another user's
  }
}
