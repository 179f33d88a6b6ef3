import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { startProduct, type StartedProduct } from '../support/started-product.ts'
import { expectAccessible } from '../support/accessible.ts'
import { openBrowser, visit } from '../support/browser.ts'

let product: StartedProduct
let browser: Browser
beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), openBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await product?.[Symbol.asyncDispose]()
})

const PAGES = [
  '/',
  '/apps',
  '/processes',
  '/performance/cpu',
  '/performance/memory',
  '/actions',
  '/settings',
]

describe.each(['dark', 'light'] as const)('in %s', (theme) => {
  test.each(PAGES)('%s has live figures, no complaint and no barrier', async (path) => {
    await using tab = await visit(browser, product.url + path, { theme })
    const { page } = tab
    await page
      .getByRole('contentinfo')
      .getByText(/\d+ threads/)
      .waitFor()
    await page.getByRole('heading', { level: 1 }).or(page.getByRole('main')).first().waitFor()
    await page.getByRole('group', { name: 'Refresh' }).getByText('Live', { exact: true }).waitFor()
    await expectAccessible(page)
    expect(tab.complaints()).toEqual([])
  })
})

test.each(PAGES)('%s works at phone width, without sideways scrolling', async (path) => {
  await using tab = await visit(browser, product.url + path, {
    width: 390,
    height: 844,
    touch: true,
  })
  const { page } = tab
  await page.getByRole('navigation', { name: 'Pages' }).filter({ visible: true }).waitFor()
  await page.getByRole('main').waitFor()
  const overflow = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  expect(overflow).toBeLessThanOrEqual(0)
  await expectAccessible(page)
  expect(tab.complaints()).toEqual([])
})

test('an address that does not exist says so', async () => {
  const answer = await fetch(`${product.url}/nothing-here`)
  expect(answer.status).toBe(404)
  await using tab = await visit(browser, product.url)
  // A link inside the page never reaches the server.
  await tab.page.evaluate(
    `history.pushState(null, '', '/nothing-here'); dispatchEvent(new PopStateEvent('popstate'))`,
  )
  await tab.page.getByRole('heading', { name: 'There is no page here' }).waitFor()
  expect(tab.complaints()).toEqual([])
})

test('every page is reached by the rail and by keys', async () => {
  await using tab = await visit(browser, product.url)
  const { page } = tab
  const rail = page.getByRole('navigation', { name: 'Pages' })
  for (const [name, path] of [
    ['Apps', '/apps'],
    ['Processes', '/processes'],
    ['Performance', '/performance/cpu'],
    ['Settings', '/settings'],
    ['Overview', '/'],
  ] as const) {
    await rail.getByRole('link', { name }).filter({ visible: true }).click()
    await page.waitForURL(product.url + path)
    expect(await page.title()).toContain(name)
  }
  await page.keyboard.press('g')
  await page.keyboard.press('p')
  await page.waitForURL(`${product.url}/processes`)
  expect(tab.complaints()).toEqual([])
})
