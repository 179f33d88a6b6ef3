// A real browser in which our page works, while pages of other origins try everything a page can.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { sleeper } from '@taskmanager/testkit'
import { openBrowser, visit } from '../support/browser.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'
import { send } from '../support/wire.ts'

/** A name of the attacker's that points at this computer, as after DNS rebinding. */
const REBOUND = 'rebound.example'

const patient = { timeout: 20_000 }

let product: StartedProduct
let browser: Browser
let other: Server
let otherPort = 0
beforeAll(async () => {
  other = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>Another page</title>')
  })
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  otherPort = (other.address() as AddressInfo).port
  // Without the browser's own protection of local networks: it is a bonus, and must not be what these tests prove.
  ;[product, browser] = await Promise.all([
    startProduct(),
    openBrowser([
      `--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`,
      '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWarn,BlockInsecurePrivateNetworkRequests',
    ]),
  ])
})
afterAll(async () => {
  await browser?.close()
  await product?.[Symbol.asyncDispose]()
  other?.close()
})

async function openOther(host: string): Promise<Page> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`http://${host}:${otherPort}/`)
  return page
}

/** Runs in the other page: what it got out of an address, or nothing. */
const FETCH = `async ([url, init]) => {
  try {
    const answer = await fetch(url, init)
    return [answer.type, answer.status, await answer.text()]
  } catch {
    return ['blocked']
  }
}`
const OPEN_SOCKET = `([url, protocols]) => new Promise((resolve) => {
  const socket = new WebSocket(url, protocols)
  socket.onopen = () => resolve('open')
  socket.onmessage = () => resolve('message')
  socket.onerror = () => resolve('refused')
})`
const SUBMIT = `([url, type, name]) => new Promise((resolve) => {
  const frame = Object.assign(document.createElement('iframe'), { name: 'answer' })
  frame.onload = () => resolve()
  const form = Object.assign(document.createElement('form'), { action: url, method: 'POST', enctype: type, target: 'answer' })
  form.append(Object.assign(document.createElement('input'), { name, value: '"}' }))
  document.body.append(frame, form)
  form.submit()
})`
const LOAD = `([kind, url]) => new Promise((resolve) => {
  const element = document.createElement(kind)
  element.onload = () => resolve('loaded')
  element.onerror = () => resolve('refused')
  if (kind === 'link') Object.assign(element, { rel: 'stylesheet', href: url })
  else element.src = url
  document.head.append(element)
})`
/** What a frame shows is not readable; that nothing of ours is in it shows in the frame tree of the browser. */
const FRAME = `(url) => new Promise((resolve) => {
  const frame = Object.assign(document.createElement('iframe'), { src: url })
  frame.onload = () => resolve()
  document.body.append(frame)
})`

/** Playwright takes a function as text; the argument goes in beside it. */
const run = <T>(page: Page, source: string, argument: unknown): Promise<T> =>
  page.evaluate(`(${source})(${JSON.stringify(argument)})`)

test('our own page works meanwhile', async () => {
  await using tab = await visit(browser, `${product.url}/processes?view=flat`)
  await tab.page.getByRole('grid', { name: 'Processes' }).getByRole('row').nth(1).waitFor()
  expect(tab.complaints()).toEqual([])
})

describe.each(['localhost', REBOUND])('a page of %s on another port', (host) => {
  test('reads nothing', async () => {
    const page = await openOther(host)
    const { stats, accuracy, pages } = product.ports
    const urls = ['localhost', '127.0.0.1'].flatMap((name) => [
      `http://${name}:${stats}/api/stats`,
      `http://${name}:${stats}/health`,
      `http://${name}:${accuracy}/api/processes`,
      `http://${name}:${pages}/`,
    ])
    for (const url of urls) {
      for (const init of [{}, { credentials: 'include' }, { headers: { authorization: 'x' } }])
        expect([url, await run(page, FETCH, [url, init])]).toEqual([url, ['blocked']])
      const opaque = await run<unknown[]>(page, FETCH, [url, { mode: 'no-cors' }])
      // A refusal by Cross-Origin-Resource-Policy, or an answer that a page cannot look into.
      expect([[['blocked']], [['opaque', 0, '']]]).toContainEqual([opaque])
    }
    for (const kind of ['img', 'script', 'link'])
      expect([kind, await run(page, LOAD, [kind, `http://localhost:${stats}/api/stats`])]).toEqual([
        kind,
        'refused',
      ])
    await page.context().close()
  })

  test('opens no socket', async () => {
    const page = await openOther(host)
    for (const url of [
      `ws://localhost:${product.ports.stats}/api/stats/stream`,
      `ws://127.0.0.1:${product.ports.accuracy}/api/processes/stream`,
    ])
      expect([url, await run(page, OPEN_SOCKET, [url, ['tmp.v1']])]).toEqual([url, 'refused'])
    await page.context().close()
  })

  test('changes nothing, by script or by form, and gets no session', async () => {
    await using victim = await sleeper()
    const { stats, accuracy } = product.ports
    const info = await send({ port: stats, path: `/api/process/${victim.pid}/info` })
    const { start_id: startId } = info.json as { start_id: string }
    const page = await openOther(host)
    const kill = `http://localhost:${stats}/api/process/${victim.pid}/kill`
    const body = JSON.stringify({ start_id: startId, signal: 'KILL' })
    const json = { 'content-type': 'application/json' }
    for (const init of [
      { method: 'POST', body, headers: json },
      { method: 'POST', body, mode: 'no-cors' },
      { method: 'POST', body, mode: 'no-cors', keepalive: true, headers: json },
    ])
      expect(['blocked', 'opaque']).toContain((await run<string[]>(page, FETCH, [kill, init]))[0])
    // A form in plain text can be written so that its body is well-formed JSON.
    const name = `{"start_id":"${startId}","signal":"KILL","confirm_name":"`
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      await run(page, SUBMIT, [kill, type, name])
    for (const port of [stats, accuracy]) {
      const url = `http://localhost:${port}/api/session`
      const init = { method: 'POST', body: '{}', headers: json }
      expect(await run(page, FETCH, [url, init])).toEqual(['blocked'])
    }
    expect(victim.child.signalCode).toBeNull()
    const { json: log } = await send({ port: stats, path: '/api/actions' })
    expect(log).toMatchObject({ actions: [] })
    await page.context().close()
  })

  test('shows nothing of ours in a frame', async () => {
    const page = await openOther(host)
    for (const url of [`${product.url}/`, `http://localhost:${product.ports.stats}/api/stats`])
      await run(page, FRAME, url)
    // The browser tells what a frame shows a little later than it tells the page that it shows something.
    const shown = () => page.frames().slice(1)
    const refusal = 'chrome-error://chromewebdata/'
    await expect
      .poll(() => shown().map((frame) => frame.url()), patient)
      .toEqual([refusal, refusal])
    await page.context().close()
  })
})

test('a name that was rebound to this computer reaches none of the three', async () => {
  const page = await openOther('localhost')
  for (const port of Object.values(product.ports)) {
    for (const path of ['/', '/health', '/api/stats', '/api/processes']) {
      const answer = await page.goto(`http://${REBOUND}:${port}${path}`)
      expect([port, path, answer?.status()]).toEqual([port, path, 421])
    }
    // All of it is now the page's own origin: it may read, and there is nothing but the refusal.
    const read = await run<unknown[]>(page, FETCH, ['/api/stats', {}])
    expect([['basic', 421], ['blocked']]).toContainEqual(read.slice(0, 2))
    const socket = `ws://${REBOUND}:${port}/api/stats/stream`
    expect(await run(page, OPEN_SOCKET, [socket, ['tmp.v1']])).toBe('refused')
  }
  await page.context().close()
})
