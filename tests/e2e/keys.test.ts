// What the shortcut sheet promises, in the real page; and that what somebody chose is there after a restart.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { named } from '@taskmanager/testkit'
import { openBrowser, visit } from '../support/browser.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'

let product: StartedProduct
let browser: Browser
beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), openBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await product?.[Symbol.asyncDispose]()
})

const grid = (page: Page) => page.getByRole('treegrid').or(page.getByRole('grid'))
const sortOf = async (page: Page, column: string) =>
  grid(page)
    .getByRole('columnheader', { name: new RegExp(column) })
    .getAttribute('aria-sort')

/** A list that a key opened: it has the focus. */
async function openList(page: Page, letter: 'a' | 'p') {
  await page
    .getByRole('contentinfo')
    .getByText(/\d+ threads/)
    .waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press(letter)
  await grid(page).and(page.locator(':focus')).waitFor()
  await grid(page).getByRole('row').nth(2).waitFor()
}

test('in a list: sort, reverse, flat and tree, open all, hold the order and let it go', async () => {
  await using tab = await visit(browser, product.url)
  const { page } = tab
  await openList(page, 'p')
  for (const [key, column] of [
    ['m', 'Memory'],
    ['c', 'CPU'],
  ] as const) {
    await page.keyboard.press(key)
    await expect.poll(() => sortOf(page, column)).toBe('descending')
  }
  await page.keyboard.press('c')
  await expect.poll(() => sortOf(page, 'CPU')).toBe('ascending')
  await page.keyboard.press('t')
  await page.getByRole('grid', { name: 'Processes' }).waitFor()
  await page.keyboard.press('t')
  const tree = page.getByRole('treegrid', { name: 'Processes' })
  await tree.waitFor()
  await page.keyboard.press('*')
  await expect.poll(() => tree.locator('[aria-expanded=true]').count()).toBeGreaterThan(0)
  await expect.poll(() => tree.locator('[aria-expanded=false]').count()).toBe(0)

  await page.keyboard.press('Space')
  await page.getByText('Order held', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Let the order go' }).click()
  await page.mouse.move(0, 0)
  await page.getByText(/^Order held/).waitFor({ state: 'detached' })
  await tree.getByRole('row').nth(2).hover()
  await page.getByText('Order held while the pointer is on the list').waitFor()
  await page.mouse.move(0, 0)
  await page.getByText(/^Order held/).waitFor({ state: 'detached' })
  expect(tab.complaints()).toEqual([])
})

test('rows are copied as tab-separated text, headers first', async () => {
  await using shop = await named('copyshop', 'a\tb', '--port')
  await using tab = await visit(browser, `${product.url}/processes?view=flat&q=copyshop`)
  const { page } = tab
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('row').filter({ hasText: 'copyshop' }).first().click()
  await page.keyboard.press('Control+c')
  const copied = () => page.evaluate<string>('navigator.clipboard.readText()')
  await expect.poll(copied).toContain('copyshop')
  const [heads, cells, ...more] = (await copied()).split('\n').map((line) => line.split('\t'))
  expect(more).toEqual([])
  expect(heads?.slice(0, 3)).toEqual(['Name', 'PID', 'User'])
  expect(cells).toHaveLength(heads?.length ?? 0)
  expect(cells?.slice(0, 2)).toEqual(['copyshop', String(shop.pid)])
  expect(tab.complaints()).toEqual([])
})

test('anywhere: the scale of the CPU, the rate, the side bar, pause, and devices by number', async () => {
  await using tab = await visit(browser, `${product.url}/processes`)
  const { page } = tab
  await grid(page).getByRole('row').nth(2).waitFor()
  for (const other of ['CPU as share of the machine', 'CPU as share of one core']) {
    await page.keyboard.press('%')
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByText(other).waitFor()
    await page.keyboard.press('Escape')
    await page.getByText(other).waitFor({ state: 'detached' })
  }
  const rate = page.getByRole('combobox', { name: 'Refresh every' })
  await page.keyboard.press('-')
  await expect.poll(() => rate.inputValue()).toBe('2000')
  await page.keyboard.press('+')
  await page.keyboard.press('+')
  await expect.poll(() => rate.inputValue()).toBe('500')
  const rail = page.locator('.app')
  expect(await rail.getAttribute('data-rail')).toBe('wide')
  await page.keyboard.press('[')
  await expect.poll(() => rail.getAttribute('data-rail')).toBe('narrow')
  await page.keyboard.press('p')
  await page.getByRole('group', { name: 'Refresh' }).getByText('Paused').waitFor()
  await page.keyboard.press('p')
  await page.keyboard.press('g')
  await page.keyboard.press('f')
  await page.waitForURL(/\/performance\/cpu$/)
  await page
    .getByRole('link', { name: /^Memory/ })
    .first()
    .waitFor()
  await page.keyboard.press('2')
  await page.waitForURL(/\/performance\/memory$/)
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Shortcuts' })
  await sheet.getByText('Do what a dialog asks').waitFor()
  await page.keyboard.press('3')
  expect(page.url()).toMatch(/\/performance\/memory$/)
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'detached' })
  expect(tab.complaints()).toEqual([])
})

test('g and a letter lead from a focused list to a page, and order nothing', async () => {
  await using tab = await visit(browser, product.url)
  const { page } = tab
  await openList(page, 'p')
  const orders: string[] = []
  page.on('request', (request) => request.method() === 'POST' && orders.push(request.url()))
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await page.waitForURL(/\/services$/)
  await page.goBack()
  await openList(page, 'p')
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await page.waitForURL(/\/containers$/)
  expect(orders).toEqual([])
})

test('single letters can be switched off; Ctrl F still finds the filter', async () => {
  await using tab = await visit(browser, `${product.url}/settings`)
  const { page } = tab
  await page
    .getByRole('group', { name: /letter/i })
    .getByRole('button', { name: 'Off' })
    .click()
  await page.goto(`${product.url}/processes`)
  await grid(page).getByRole('row').nth(2).waitFor()
  const filter = page.getByRole('searchbox', { name: 'Filter processes' })
  for (const key of ['p', '[', '/', '?']) await page.keyboard.press(key)
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect(await page.locator('.app').getAttribute('data-rail')).toBe('wide')
  const focused = filter.and(page.locator(':focus'))
  expect(await focused.count()).toBe(0)
  await page.getByRole('group', { name: 'Refresh' }).getByText('Live', { exact: true }).waitFor()
  await page.keyboard.press('Control+f')
  await focused.waitFor()
  expect(tab.complaints()).toEqual([])
})

test('what was chosen is there after a reload; a storage full of nonsense is as good as an empty one', async () => {
  await using tab = await visit(browser, `${product.url}/settings`)
  const { page } = tab
  const theme = () => page.evaluate<string>('document.documentElement.dataset.theme ?? ""')
  await page.getByRole('button', { name: 'Light', exact: true }).click()
  await expect.poll(theme).toBe('light')
  await page.reload()
  await expect.poll(theme).toBe('light')
  for (const nonsense of ['{"theme":7,"processColumns":{"a":1},"openApps":[3]}', '{"th', 'null']) {
    await page.evaluate(`for (const key of Object.keys(localStorage))
      localStorage.setItem(key, ${JSON.stringify(nonsense)})`)
    await page.goto(`${product.url}/processes`)
    await grid(page)
      .getByRole('columnheader', { name: /Memory/ })
      .waitFor()
    await grid(page).getByRole('row').nth(2).waitFor()
    expect(await theme()).not.toBe('light')
  }
  expect(tab.complaints()).toEqual([])
})
