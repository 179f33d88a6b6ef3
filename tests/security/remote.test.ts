// Other computers are let in by TLS, name and token (security.md R2). Here another one is a network namespace at the
// other end of a cable: its connections come from another address, and nobody knows whose they are.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { sleeper } from '@taskmanager/testkit'
import { openBrowser, visit } from '../support/browser.ts'
import { HAS_OPENSSL, makeCertificate, type MadeCertificate } from '../support/certificate.ts'
import { otherComputer, whyNoOtherComputer, type OtherComputer } from '../support/other-computer.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'
import { send } from '../support/wire.ts'
import { EVERY_ROUTE, requestTo, type Route } from './support/every-route.ts'
import { RawClient } from './support/raw.ts'
import { sendThrough, type Request } from './support/send-elsewhere.ts'

const NAME = 'monitor.test'

const obstacle = HAS_OPENSSL ? whyNoOtherComputer() : 'needs openssl, for a certificate'
if (obstacle !== null) console.log(`Other computers are left out: ${obstacle}.`)

interface Scene extends AsyncDisposable {
  product: StartedProduct
  tokens: { control: string; read: string }
  browser: Browser
  /** Requests of the other computer, by TLS to our name. */
  sent(requests: readonly (Omit<Request, 'port'> & { port: number })[]): Promise<number[]>
  pageUrl: string
}

let computer: OtherComputer
let folder: string
let certificate: MadeCertificate
beforeAll(async () => {
  if (obstacle !== null) return
  computer = await otherComputer()
  folder = mkdtempSync(path.join(tmpdir(), 'tmp-tls-'))
  certificate = makeCertificate(folder, [`DNS:${NAME}`, `IP:${computer.address}`])
})
afterAll(async () => {
  await computer?.[Symbol.asyncDispose]()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

async function stage(more: NodeJS.ProcessEnv = {}): Promise<Scene> {
  const product = await startProduct({
    env: {
      TASKMANAGER_LISTEN: computer.address,
      TASKMANAGER_HOST_NAMES: NAME,
      TASKMANAGER_TLS_CERT: certificate.cert,
      TASKMANAGER_TLS_KEY: certificate.key,
      ...more,
    },
  })
  const token = (name: string) => readFileSync(path.join(product.runDir, name), 'utf8').trim()
  // The browser believes this one certificate as if it had been issued for everybody, and no other.
  const browser = await openBrowser(
    [
      `--host-resolver-rules=MAP ${NAME} ${computer.address}`,
      `--ignore-certificate-errors-spki-list=${certificate.spki}`,
    ],
    (executable) => computer.wrap(executable),
  )
  return {
    product,
    tokens: { control: token('control.token'), read: token('read.token') },
    browser,
    pageUrl: `https://${NAME}:${product.ports.pages}`,
    sent: (requests) =>
      sendThrough(
        computer.through,
        requests.map((request) => ({
          host: computer.address,
          servername: NAME,
          ca: readFileSync(certificate.cert, 'utf8'),
          ...request,
          headers: { host: `${NAME}:${request.port}`, ...request.headers },
        })),
      ),
    async [Symbol.asyncDispose]() {
      await browser.close()
      await product[Symbol.asyncDispose]()
    },
  }
}

const onEvery = (product: StartedProduct, token: string | null) =>
  EVERY_ROUTE.map((route) => ({ port: product.ports[route.service], ...requestTo(route, token) }))

const reads = (call: string): number => {
  if (call.startsWith('WS ')) return 101
  if (call.includes('process-figures')) return 400 // it must be said which
  return call.includes('/nothing/') ? 404 : 200
}

function answersBy(status: (route: Route) => number) {
  return EVERY_ROUTE.map((route) => [route.service, route.call, status(route)])
}

describe.skipIf(obstacle !== null)('another computer', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await stage()
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  const asked = async (token: string | null) => {
    const statuses = await scene.sent(onEvery(scene.product, token))
    return EVERY_ROUTE.map(({ service, call }, i) => [service, call, statuses[i]])
  }

  test('the start says what is exposed, and no secret', () => {
    const output = scene.product.output()
    expect(output).toContain(`Other computers reach it at ${scene.pageUrl}, by TLS`)
    expect(output).toContain(computer.address)
    expect(output).toContain('look at everything, and change nothing')
    expect(output).toContain(path.join(scene.product.runDir, 'read.token'))
    for (const secret of Object.values(scene.tokens)) expect(output).not.toContain(secret)
  })

  test('only the addresses that were named are held', () => {
    const { ports } = scene.product
    const held = new Set(listening().filter(({ port }) => Object.values(ports).includes(port)))
    const expected = Object.values(ports).flatMap((port) =>
      ['127.0.0.1', '::1', computer.address].map((address) => `${address} ${port}`),
    )
    const seen = [...held].map(({ address, port }) => `${address} ${port}`)
    expect(seen.toSorted()).toEqual(expected.toSorted())
  })

  test('without a token it gets nothing, at every address', async () => {
    expect(await asked(null)).toEqual(
      answersBy(({ needs }) => (needs === 'nothing' ? 200 : needs === 'page' ? 403 : 401)),
    )
  })

  test.each(['read', 'control'] as const)(
    'with the %s token it reads and controls nothing',
    async (kind) => {
      expect(await asked(scene.tokens[kind])).toEqual(
        answersBy(({ needs, call }) =>
          needs === 'control' || needs === 'page' ? 403 : reads(call),
        ),
      )
    },
  )

  test('no session, even for our own page there with a one-time code', async () => {
    const { ports } = scene.product
    const headers = { origin: scene.pageUrl, 'content-type': 'application/json' }
    const session = { path: '/api/session', method: 'POST', headers }
    const body = JSON.stringify({ code: 'c'.repeat(22) })
    const requests = [ports.stats, ports.accuracy].flatMap((port) => [
      { ...session, port, body: '{}' },
      { ...session, port, body },
    ])
    expect(await scene.sent(requests)).toEqual([403, 403, 403, 403])
  })

  test('belonging to the same user means nothing there: even from this computer a token is needed', async () => {
    const { ports } = scene.product
    const ca = readFileSync(certificate.cert, 'utf8')
    const base = { host: computer.address, servername: NAME, ca, port: ports.stats }
    const headers = { host: `${NAME}:${ports.stats}` }
    const request = { ...base, path: '/api/stats', headers }
    const bearer = { ...headers, authorization: `Bearer ${scene.tokens.read}` }
    expect(await sendThrough(['env'], [request, { ...request, headers: bearer }])).toEqual([
      401, 200,
    ])
  })

  test('names and pages are its own: those of loopback are refused there, and its on loopback', async () => {
    const { ports } = scene.product
    const authorization = `Bearer ${scene.tokens.read}`
    const services = [
      [ports.stats, '/api/system'],
      [ports.accuracy, '/api/apps'],
      [ports.pages, '/'],
    ] as const
    const wrongHosts = (port: number) => [
      `localhost:${port}`,
      `127.0.0.1:${port}`,
      `${computer.address}:${port}`, // in the certificate, but not configured
      NAME,
      `${NAME}:${port + 1}`,
      `${NAME}.:${port}`,
      `evil.${NAME}:${port}`,
    ]
    const local = `http://localhost:${ports.pages}`
    const wrongOrigins = [local, `http://${NAME}:${ports.pages}`, `https://${NAME}`, 'null', '']
    for (const [port, target] of services) {
      const ask = (headers: Record<string, string>) => ({
        port,
        path: target,
        headers: { authorization, ...headers },
      })
      const [right, ...wrong] = await scene.sent([
        ask({ origin: scene.pageUrl }),
        ...wrongHosts(port).map((host) => ask({ host })),
        ...wrongOrigins.map((origin) => ask({ origin })),
      ])
      expect([port, right]).toEqual([port, 200])
      expect(wrong).toEqual([...wrongHosts(port).map(() => 421), ...wrongOrigins.map(() => 403)])
      const onLoopback = { port, path: target }
      const host = { host: `${NAME}:${port}` }
      expect((await send({ ...onLoopback, headers: host })).status).toBe(421)
      expect((await send({ ...onLoopback, headers: { origin: scene.pageUrl } })).status).toBe(403)
    }
  })

  test('without TLS there is no answer, and connections that never negotiate keep nobody out', async () => {
    for (const port of Object.values(scene.product.ports)) {
      const plain = { host: computer.address, port, path: '/health' }
      expect(await sendThrough(computer.through, [plain])).toEqual([0])
      using crowd = new DisposableStack()
      for (let n = 0; n < 400; n += 1) crowd.use(await RawClient.dial(port, computer.address))
      expect(await scene.sent([{ port, path: '/health' }])).toEqual([200])
      expect((await send({ port, path: '/health' })).status).toBe(200)
    }
  })

  test('its page asks for the token, reads with it, and says that it is only looking', async () => {
    await using tab = await visit(scene.browser, `${scene.pageUrl}/processes?view=flat`)
    const { page } = tab
    await page.getByText('This page may not read this machine yet.').waitFor()
    await page.getByRole('link', { name: 'Paste a token' }).click()
    const field = page.getByLabel('Token')
    await field.fill('w'.repeat(43))
    await page.getByRole('button', { name: 'Use', exact: true }).click()
    await page.getByText('does not know this token').waitFor()
    await field.fill(scene.tokens.read)
    await page.getByRole('button', { name: 'Use', exact: true }).click()
    await page.getByText('Looking only. From other computers').waitFor()
    await page.getByRole('link', { name: 'Processes' }).first().click()
    await page.locator('[data-key]').nth(1).waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    await page.locator('footer').getByText('Looking only').waitFor()
    // Refused requests are told as errors; the policy refused nothing.
    expect(tab.complaints().filter((text) => !/40[13]/.test(text))).toEqual([])
    const policy = await page.evaluate(async () => {
      const answer = await fetch('/')
      return answer.headers.get('content-security-policy') ?? ''
    })
    expect(policy).toContain(`https://${NAME}:${scene.product.ports.stats}`)
    expect(policy).toContain(`wss://${NAME}:${scene.product.ports.accuracy}`)
    expect(policy).not.toContain('localhost')
  })
})

describe.skipIf(obstacle !== null)('another computer, with control opened for it', () => {
  test('ends a process with the control token, and with nothing less', async () => {
    await using scene = await stage({ TASKMANAGER_REMOTE_CONTROL: '1' })
    await using victim = await sleeper()
    const { ports } = scene.product
    expect(scene.product.output()).toContain('end processes (TASKMANAGER_REMOTE_CONTROL is on)')
    const info = await send({ port: ports.stats, path: `/api/process/${victim.pid}/info` })
    const { start_id: startId } = info.json as { start_id: string }
    const kill = (token: string | null, origin?: string) => ({
      port: ports.stats,
      path: `/api/process/${victim.pid}/kill`,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(origin !== undefined && { origin }),
      },
      body: JSON.stringify({ start_id: startId, signal: 'KILL' }),
    })
    const { control, read } = scene.tokens
    const refused = [kill(null), kill(read), kill(control, `http://localhost:${ports.pages}`)]
    expect(await scene.sent(refused)).toEqual([401, 403, 403])
    expect(victim.child.signalCode).toBeNull()

    await using tab = await visit(scene.browser, `${scene.pageUrl}/settings`)
    await tab.page.getByLabel('Token').fill(control)
    await tab.page.getByRole('button', { name: 'Use', exact: true }).click()
    await tab.page.getByText('This page may act on processes of').waitFor()
    expect(await scene.sent([kill(control, scene.pageUrl)])).toEqual([200])
    await expect.poll(() => victim.child.signalCode).toBe('SIGKILL')
  })
})

/** Every TCP address something listens on. Source: proc_net_tcp(5), addresses in hexadecimal, words in host order. */
function listening(): { address: string; port: number }[] {
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A')
      .map((fields) => {
        const [address = '', port = ''] = (fields[1] ?? '').split(':')
        return { address: plainAddress(address), port: Number.parseInt(port, 16) }
      }),
  )
}

function plainAddress(hex: string): string {
  if (hex.length === 8) return Buffer.from(hex, 'hex').toReversed().join('.')
  return hex === '00000000000000000000000001000000' ? '::1' : hex
}
