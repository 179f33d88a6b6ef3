import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { isAlive, until } from '../launcher/launched.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'
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

/** Kills the real service and answers when it has ended; the launcher brings it back by itself. */
async function kill(name: 'stats' | 'accuracy'): Promise<number> {
  const pid = product.servicePid(name)
  if (pid === null) throw new Error(`no ${name} service:\n${product.output()}`)
  process.kill(pid, 'SIGKILL')
  await until(`${name} has ended`, () => !isAlive(pid))
  return pid
}

const live = (page: Page) =>
  page.getByRole('group', { name: 'Refresh' }).getByText('Live', { exact: true }).waitFor()

async function open(path = '/') {
  const tab = await visit(browser, product.url + path)
  await live(tab.page)
  // Gone on a reload: what tells that the page lived through it.
  await tab.page.evaluate('window.livedThrough = true')
  return tab
}

async function expectSamePage(page: Page) {
  expect(await page.evaluate('window.livedThrough')).toBe(true)
}

test('the list service dies: its half says so, the charts live, and it comes back without a reload', async () => {
  await using tab = await open()
  const { page } = tab
  const dead = await kill('accuracy')
  await page.getByRole('status').filter({ hasText: 'Process list unavailable.' }).waitFor()
  await page.getByRole('group', { name: 'Refresh' }).getByText('Live, in part').waitFor()
  await live(page)
  expect(await page.getByText('Process list unavailable.').count()).toBe(0)
  expect(product.servicePid('accuracy')).not.toBe(dead)
  await expectSamePage(page)
  expect(tab.complaints()).toEqual([])
})

test('the stats service dies: charts and commands say so, the list lives, and it comes back', async () => {
  await using tab = await open()
  const { page } = tab
  await kill('stats')
  await page.getByRole('status').filter({ hasText: 'Charts and commands unavailable.' }).waitFor()
  await live(page)
  await expectSamePage(page)
  expect(tab.complaints()).toEqual([])
})

test('both die: the page says that nothing is live, keeps its picture and comes back', async () => {
  await using tab = await open()
  const { page } = tab
  await Promise.all([kill('stats'), kill('accuracy')])
  await page.getByRole('alert').filter({ hasText: 'Neither service answers.' }).waitFor()
  await page.getByRole('group', { name: 'Refresh' }).getByText('Not live').waitFor()
  await page.getByRole('button', { name: 'Try now' }).click()
  await live(page)
  await expectSamePage(page)
  expect(tab.complaints()).toEqual([])
})

test.each(['/processes', '/apps'])(
  'a list that is out of date says so on %s, and keeps its rows',
  async (path) => {
    await using tab = await open(path)
    const { page } = tab
    const rows = page.getByRole('gridcell').first()
    await rows.waitFor()
    await kill('accuracy')
    await page.getByRole('status').filter({ hasText: 'Process list unavailable.' }).waitFor()
    expect(await rows.isVisible()).toBe(true)
    await live(page)
    await expectSamePage(page)
    expect(tab.complaints()).toEqual([])
  },
)
