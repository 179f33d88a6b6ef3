// Port 5173 is every Vite project's origin: a service worker that another project left in the browser answers in our
// place until the browser asks for its newer version (security.md W3).
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { freePorts } from '../launcher/launched.ts'
import { openBrowser } from '../support/browser.ts'
import { startProduct } from '../support/started-product.ts'

const WORKER = `
  self.addEventListener('install', () => self.skipWaiting())
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
  self.addEventListener('fetch', (event) => {
    if (event.request.mode !== 'navigate') return
    const headers = { 'content-type': 'text/html' }
    event.respondWith(new Response('<title>Another project</title><p>Still here</p>', { headers }))
  })`
const PAGE = `<!doctype html><title>Another project</title>
  <script>navigator.serviceWorker.register('/sw.js')</script>`

test('a worker of another project that answers for our page is removed, and our page comes', async () => {
  const ports = await freePorts()
  const project = createServer(({ url }, response) => {
    const isWorker = url === '/sw.js'
    response.setHeader('content-type', isWorker ? 'text/javascript' : 'text/html')
    response.end(isWorker ? WORKER : PAGE)
  })
  await new Promise<void>((resolve) => project.listen(ports.pages, '127.0.0.1', resolve))
  const browser = await openBrowser()
  try {
    const page = await (await browser.newContext()).newPage()
    const url = `http://localhost:${ports.pages}`
    await page.goto(url)
    await page.waitForFunction('navigator.serviceWorker.controller !== null')
    project.closeAllConnections()
    await new Promise((resolve) => project.close(resolve))

    await using product = await startProduct({ ports })
    await page.goto(product.url)
    await page
      .getByRole('contentinfo')
      .getByText(/\d+ threads/)
      .waitFor()
    const left = 'navigator.serviceWorker.getRegistrations().then((all) => all.length)'
    await expect.poll(() => page.evaluate(left)).toBe(0)
    expect(await page.evaluate('navigator.serviceWorker.controller')).toBeNull()
    await page.goto(product.url)
    await page
      .getByRole('contentinfo')
      .getByText(/\d+ threads/)
      .waitFor()
  } finally {
    await browser.close()
    project.close()
  }
})
