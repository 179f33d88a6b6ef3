import { API_VERSION } from '@taskmanager/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { openBrowser, visit } from '../support/browser.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'
import { StreamWire } from '../support/stream-wire.ts'

let product: StartedProduct
let browser: Browser
beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), openBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await product?.[Symbol.asyncDispose]()
})

/** A frame of a hidden tab comes every 5 s. */
const SOON = { timeout: 30_000 }

async function open() {
  const wire = new StreamWire()
  const tab = await visit(browser, 'about:blank')
  await wire.attach(tab.page)
  await tab.page.goto(product.url)
  await isLive(tab.page)
  return Object.assign(tab, { wire })
}

const footer = (page: Page) => page.getByRole('contentinfo')
const isLive = (page: Page) =>
  footer(page)
    .getByText(/^System \d+ \d+.ms$/)
    .waitFor()
const cpuValue = (page: Page) => page.getByRole('region', { name: 'CPU' }).locator('.val')

test('the streams break: answers go on by HTTP, then the streams come back by themselves', async () => {
  await using tab = await open()
  const { page, wire } = tab
  await wire.cut()
  await footer(page)
    .getByText(/^System \d+ polling$/)
    .waitFor()
  await footer(page)
    .getByText(/^Lists \d+ polling$/)
    .waitFor()
  // Figures go on coming, and no banner: nothing is missing.
  for (const path of [/\/api\/stats$/, /\/api\/processes$/]) {
    const answer = await page.waitForResponse(path)
    expect(answer.status()).toBe(200)
  }
  expect(await page.locator('.banner').count()).toBe(0)
  expect(await page.getByText(/last data/).count()).toBe(0)
  wire.isCut = false
  await isLive(page)
  expect(tab.complaints()).toEqual([])
})

test('the streams fall silent: what is shown is dated and dimmed, until they speak again', async () => {
  await using tab = await open()
  const { page, wire } = tab
  wire.frame = () => null
  await footer(page)
    .getByText(/^System \d+ late$/)
    .waitFor()
  // On the page, in the time bar and in the footer, and nothing of it is called live.
  const timeBar = page.getByRole('region', { name: 'Time', exact: true })
  for (const place of [page.getByRole('main'), timeBar, footer(page)]) {
    await place.getByText(/last data \d+.s ago/).waitFor()
  }
  await page.getByRole('group', { name: 'Refresh' }).getByText('Late', { exact: true }).waitFor()
  expect(await page.locator('.device .top.stale').count()).toBeGreaterThan(0)
  wire.frame = (text) => text
  await isLive(page)
  await expect.poll(() => page.getByText(/last data/).count(), SOON).toBe(0)
  expect(tab.complaints()).toEqual([])
})

test('the token that was missed at first is asked for again: commands come without a reload', async () => {
  await using tab = await visit(browser, 'about:blank')
  const { page } = tab
  let isAway = true
  await page.route('**/api/session', (route) => (isAway ? route.abort() : route.fallback()))
  await page.goto(`${product.url}/processes`)
  await page.getByRole('row').nth(1).click()
  await page.keyboard.press('Delete')
  const outcomes = page.getByRole('region', { name: 'Outcomes' })
  await outcomes.getByText('Commands are not ready yet.').waitFor()
  expect(await page.getByRole('alertdialog').count()).toBe(0)
  isAway = false
  await page.getByRole('button', { name: 'End', exact: true, disabled: false }).waitFor()
})

test('the services are upgraded under an open page: it says so and shows nothing of the new ones', async () => {
  await using tab = await open()
  const { page, wire } = tab
  const renamed = (text: string) =>
    text.replace(`"api_version":${API_VERSION}`, `"api_version":${API_VERSION + 1}`)
  wire.frame = (text) => renamed(text).replace(/"cpu_usage":[\d.]+/, '"cpu_usage":7777')
  const banner = page.getByRole('status').filter({ hasText: 'A newer version is running.' })
  await banner.waitFor()
  const before = await cpuValue(page).innerText()
  const main = page.getByRole('main')
  await main.getByText(/last data (?:[4-9]|\d\d).s ago/).waitFor()
  expect(await cpuValue(page).innerText()).toBe(before)
  expect(await page.locator('body').innerText()).not.toMatch(/7,?777/)
  wire.frame = (text) => text
  await banner.getByRole('button', { name: 'Reload' }).click()
  await isLive(page)
  expect(await banner.count()).toBe(0)
  expect(tab.complaints()).toEqual([])
})

test('a hidden tab draws nothing and asks for less; shown again it is right at once', async () => {
  await using tab = await open()
  const { page, wire } = tab
  await page.evaluate(`
    window.setHidden = (hidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
      document.dispatchEvent(new Event('visibilitychange'))
    }
    window.drawn = 0
    const { clearRect } = CanvasRenderingContext2D.prototype
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
      window.drawn += 1
      return clearRect.apply(this, box)
    }
  `)
  const drawn = () => page.evaluate<number>('window.drawn')
  await expect.poll(drawn, SOON).toBeGreaterThan(0)
  await page.evaluate('window.setHidden(true)')
  await expect.poll(() => wire.asked.at(-1), SOON).toBe(5000)
  const atHiding = await drawn()
  // Two frames of the slow rate go by: they are kept for later.
  let frames = 0
  const count = (text: string) => {
    frames += 1
    return text
  }
  wire.frame = count
  await expect.poll(() => frames, SOON).toBeGreaterThanOrEqual(2)
  expect(await drawn()).toBe(atHiding)
  await page.evaluate('window.setHidden(false)')
  await expect.poll(drawn, SOON).toBeGreaterThan(atHiding)
  await expect.poll(() => wire.asked.at(-1), SOON).toBe(1000)
  await isLive(page)
  expect(await page.locator('.banner').count()).toBe(0)
  expect(tab.complaints()).toEqual([])
})
