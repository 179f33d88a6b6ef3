import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
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

test.each(PAGES)('%s works at phone width', async (path) => {
  await using tab = await visit(browser, product.url + path, {
    width: 390,
    height: 844,
    touch: true,
  })
  const { page } = tab
  await page.getByRole('navigation', { name: 'Pages' }).filter({ visible: true }).waitFor()
  await page.getByRole('main').waitFor()
  await expectAccessible(page)
  expect(tab.complaints()).toEqual([])
})

/** 640 × 450 is 1280 × 900 at a zoom of 200 %. */
const WINDOWS = [
  { width: 1024, height: 768 },
  { width: 900, height: 800 },
  { width: 640, height: 450 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
]

/** WCAG 1.4.12: what a reader may set must break nothing. */
const SPACING = `
  const sheet = new CSSStyleSheet()
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }')
  document.adoptedStyleSheets = [sheet]`

/** Text that is cut off below or above without being scrollable; lists of fixed rows keep one line each. */
const CUT = `(() => [...document.querySelectorAll('main *, dialog[open] *, footer *, nav *')]
  .filter((part) => part.childElementCount === 0 && (part.textContent ?? '').trim() !== '')
  .filter((part) => part.checkVisibility() && !part.matches('.vh, .vh *'))
  .filter((part) => {
    const box = part.getBoundingClientRect()
    for (let at = part.parentElement; at !== null; at = at.parentElement) {
      const { overflowY } = getComputedStyle(at)
      if (overflowY === 'visible') continue
      if (overflowY !== 'hidden' && overflowY !== 'clip') return false
      const frame = at.getBoundingClientRect()
      if (box.bottom > frame.bottom + 6 || box.top < frame.top - 6) return true
    }
    return false
  })
  .map((part) => part.tagName + '.' + part.className + ': ' + part.textContent.slice(0, 40)))()`

test.each(PAGES)('%s bears wider letters, words and lines', async (path) => {
  await using tab = await visit(browser, product.url + path)
  const { page } = tab
  await page.getByRole('main').getByText(/\d/).first().waitFor()
  await page.evaluate(SPACING)
  for (const height of [900, 780]) {
    await page.setViewportSize({ width: 1440, height })
    await expect.poll(() => page.evaluate<string[]>(CUT)).toEqual([])
    await expect.poll(() => tooWide(page)).toEqual([])
  }
})

test.each([
  ...PAGES,
  '/ with details',
  '/processes with details',
  '/performance/memory with details',
])('%s never scrolls sideways', async (place) => {
  const [path = '/', details] = place.split(' with ')
  const address = product.url + path + (details === undefined ? '' : `?p=${await someProcess()}`)
  await using tab = await visit(browser, address, WINDOWS[0])
  const { page } = tab
  await page.getByRole('main').getByText(/\d/).first().waitFor()
  if (details !== undefined) await page.getByRole('tabpanel').getByText('Command').waitFor()
  for (const window of WINDOWS) {
    await page.setViewportSize(window)
    await expect.poll(() => tooWide(page), { message: `at ${window.width} pixels` }).toEqual([])
  }
})

test.each(['/containers', '/services', '/startup', '/users'])(
  '%s has no barrier, and fits each window, with wider letters too',
  async (path) => {
    await using tab = await visit(browser, product.url + path, { theme: 'light' })
    const { page } = tab
    const main = page.getByRole('main')
    // A line, or in its place why there is none.
    await main
      .getByRole('gridcell')
      .or(main.getByRole('heading', { level: 2 }))
      .first()
      .waitFor()
    await expectAccessible(page)
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.evaluate(SPACING)
    for (const window of WINDOWS) {
      await page.setViewportSize(window)
      await expect.poll(() => tooWide(page), { message: `at ${window.width} pixels` }).toEqual([])
      await expect
        .poll(() => page.evaluate<string[]>(CUT), { message: `at ${window.width} pixels` })
        .toEqual([])
    }
    await page.setViewportSize({ width: 390, height: 844 })
    await expectAccessible(page)
    expect(tab.complaints()).toEqual([])
  },
)

/**
 * The page and what in it could be scrolled sideways, where it is wider than its place. Left out are strips that are
 * made to be moved, and the lists, which keep their names in sight.
 */
const TOO_WIDE = `
  const scrolls = (part) =>
    part === document.documentElement || /auto|scroll/.test(getComputedStyle(part).overflowX)
  return [...document.querySelectorAll('*')]
    .filter((part) => part.scrollWidth > part.clientWidth && scrolls(part))
    .filter((part) => !part.matches('[role=grid], [role=treegrid], [role=tablist], .chips, .devrail'))
    .map((part) => part.tagName + '.' + part.className + ' by ' + (part.scrollWidth - part.clientWidth))`

const tooWide = (page: Page): Promise<string[]> => page.evaluate(`(() => {${TOO_WIDE}})()`)

async function someProcess(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${product.ports.accuracy}/api/processes?limit=1`)
  const { processes } = (await answer.json()) as { processes: { pid: number; start_id: string }[] }
  return `${processes[0]?.pid}.${processes[0]?.start_id}`
}

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
