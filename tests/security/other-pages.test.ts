// Real browsers in which our page works, while pages of other origins try everything a page can.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sleeper } from '@taskmanager/testkit'
import { findFirefox } from '../support/firefox.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'
import { send } from '../support/wire.ts'
import {
  openOtherChromium,
  openOtherFirefox,
  type OtherBrowser,
  type OtherTab,
} from './support/other-browsers.ts'

/** A name of the attacker's that points at this computer, as after DNS rebinding. */
const REBOUND = 'rebound.example'
const FIREFOX = findFirefox()
if (FIREFOX === null) console.log('Firefox left out: it is not installed (firefox-esr in Debian).')

const patient = { timeout: 20_000 }

let product: StartedProduct
let other: Server
let otherPort = 0
beforeAll(async () => {
  other = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>Another page</title>')
  })
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  otherPort = (other.address() as AddressInfo).port
  product = await startProduct()
})
afterAll(async () => {
  await product?.[Symbol.asyncDispose]()
  other?.close()
})

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
  let socket
  try {
    socket = new WebSocket(url, protocols)
  } catch {
    return resolve('refused') // by the policy of the page
  }
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

/** The policy of the page itself: text does not become script, markup or style. */
const TRY_MARKUP = `() => {
  const refused = {}
  const tries = {
    markup: () => (document.createElement('div').innerHTML = '<b>x</b>'),
    timer: () => setTimeout('1', 0),
    address: () => (document.createElement('script').src = '/other.js'),
  }
  for (const [name, attempt] of Object.entries(tries))
    try { attempt(); refused[name] = false } catch { refused[name] = true }
  const element = document.createElement('i')
  element.setAttribute('style', 'width: 7px')
  document.body.append(element)
  refused.style = getComputedStyle(element).width !== '7px' && element.style.width !== '7px'
  element.remove()
  return refused
}`

type Opener = () => Promise<OtherBrowser>
const BROWSERS: [string, Opener][] = [['Chromium', () => openOtherChromium(REBOUND)]]
if (FIREFOX !== null) BROWSERS.push(['Firefox', () => openOtherFirefox(FIREFOX, REBOUND)])

describe.each(BROWSERS)('%s', (_name, open) => {
  let browser: OtherBrowser
  beforeAll(async () => {
    browser = await open()
  })
  afterAll(() => browser?.[Symbol.asyncDispose]())

  async function openOther(host: string): Promise<OtherTab> {
    const tab = await browser.open()
    await tab.goto(`http://${host}:${otherPort}/`)
    return tab
  }

  test('our own page works meanwhile', async () => {
    await using tab = await browser.open()
    expect(await tab.goto(`${product.url}/processes?view=flat`)).toBe(200)
    const rows = '() => document.querySelectorAll("[role=grid] [data-key]").length'
    await expect.poll(() => tab.run(rows), patient).toBeGreaterThan(1)
  })

  test('our own page makes no script, markup or style out of text', async () => {
    await using tab = await browser.open()
    await tab.goto(product.url)
    expect(await tab.run(TRY_MARKUP)).toEqual({
      markup: true,
      timer: true,
      address: true,
      style: true,
    })
  })

  describe.each(['localhost', REBOUND])('a page of %s on another port', (host) => {
    test('reads nothing', async () => {
      await using page = await openOther(host)
      const { stats, accuracy, pages } = product.ports
      const urls = ['localhost', '127.0.0.1'].flatMap((name) => [
        `http://${name}:${stats}/api/stats`,
        `http://${name}:${stats}/health`,
        `http://${name}:${accuracy}/api/processes`,
        `http://${name}:${pages}/`,
      ])
      for (const url of urls) {
        for (const init of [{}, { credentials: 'include' }, { headers: { authorization: 'x' } }])
          expect([url, await page.run(FETCH, [url, init])]).toEqual([url, ['blocked']])
        const opaque = await page.run<unknown[]>(FETCH, [url, { mode: 'no-cors' }])
        // A refusal by Cross-Origin-Resource-Policy, or an answer that a page cannot look into.
        expect([[['blocked']], [['opaque', 0, '']]]).toContainEqual([opaque])
      }
      for (const kind of ['img', 'script', 'link'])
        expect([kind, await page.run(LOAD, [kind, `http://localhost:${stats}/api/stats`])]).toEqual(
          [kind, 'refused'],
        )
    })

    test('opens no socket', async () => {
      await using page = await openOther(host)
      for (const url of [
        `ws://localhost:${product.ports.stats}/api/stats/stream`,
        `ws://127.0.0.1:${product.ports.accuracy}/api/processes/stream`,
      ])
        expect([url, await page.run(OPEN_SOCKET, [url, ['tmp.v1']])]).toEqual([url, 'refused'])
    })

    test('changes nothing, by script or by form, and gets no session', async () => {
      await using victim = await sleeper()
      const { stats, accuracy } = product.ports
      const info = await send({ port: stats, path: `/api/process/${victim.pid}/info` })
      const { start_id: startId } = info.json as { start_id: string }
      await using page = await openOther(host)
      const kill = `http://localhost:${stats}/api/process/${victim.pid}/kill`
      const body = JSON.stringify({ start_id: startId, signal: 'KILL' })
      const json = { 'content-type': 'application/json' }
      for (const init of [
        { method: 'POST', body, headers: json },
        { method: 'POST', body, mode: 'no-cors' },
        { method: 'POST', body, mode: 'no-cors', keepalive: true, headers: json },
      ])
        expect(['blocked', 'opaque']).toContain((await page.run<string[]>(FETCH, [kill, init]))[0])
      // A form in plain text can be written so that its body is well-formed JSON.
      const name = `{"start_id":"${startId}","signal":"KILL","confirm_name":"`
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
        await page.run(SUBMIT, [kill, type, name])
      for (const port of [stats, accuracy]) {
        const url = `http://localhost:${port}/api/session`
        const init = { method: 'POST', body: '{}', headers: json }
        expect(await page.run(FETCH, [url, init])).toEqual(['blocked'])
      }
      expect(victim.child.signalCode).toBeNull()
      const { json: log } = await send({ port: stats, path: '/api/actions' })
      expect(log).toMatchObject({ actions: [] })
    })

    test('shows nothing of ours in a frame', async () => {
      await using page = await openOther(host)
      for (const url of [`${product.url}/`, `http://localhost:${product.ports.stats}/api/stats`])
        await page.run(FRAME, url)
      // The browser tells what a frame shows a little later than it tells the page that it shows something.
      const refusal = expect.stringMatching(/^(chrome-error:|about:neterror)/)
      await expect.poll(() => page.frames(), patient).toEqual([refusal, refusal])
    })
  })

  test('a name that was rebound to this computer reaches none of the three', async () => {
    await using page = await openOther('localhost')
    for (const port of Object.values(product.ports)) {
      for (const path of ['/', '/health', '/api/stats', '/api/processes']) {
        const status = await page.goto(`http://${REBOUND}:${port}${path}`)
        expect([port, path, status]).toEqual([port, path, 421])
      }
      // All of it is now the page's own origin: it may read, and there is nothing but the refusal.
      const read = await page.run<unknown[]>(FETCH, ['/api/stats', {}])
      expect([['basic', 421], ['blocked']]).toContainEqual(read.slice(0, 2))
      const socket = `ws://${REBOUND}:${port}/api/stats/stream`
      expect(await page.run(OPEN_SOCKET, [socket, ['tmp.v1']])).toBe('refused')
    }
  })
})
