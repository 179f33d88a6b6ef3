import { named } from '@taskmanager/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { isAlive } from '../launcher/launched.ts'
import { expectAccessible } from '../support/accessible.ts'
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

const NAME = 'Search or run a command'

async function open(width = 1440) {
  const tab = await visit(browser, product.url, { width, touch: width < 640 })
  const { page } = tab
  await page
    .getByRole('region', { name: 'Time' })
    .getByText(/^\d\d:\d\d:\d\d$/)
    .waitFor()
  await page
    .getByRole('heading', { level: 1 })
    .getByText(/^CPU \d/)
    .waitFor()
  return Object.assign(tab, { field: page.getByRole('combobox', { name: NAME }) })
}

test('a running program is found and ended by keys alone, after the dialog has asked', async () => {
  await using shop = await named('shopfront', '--port', '8080')
  await using tab = await open()
  const { page, field } = tab
  await page.keyboard.press('Control+k')
  await field.waitFor()
  const found = page.getByRole('group', { name: 'Running now' }).getByRole('option').first()
  await expect
    .poll(
      async () => {
        await field.fill('')
        await field.fill(String(shop.pid))
        return (await found.count()) === 0 ? '' : found.innerText()
      },
      { timeout: 20_000 },
    )
    .toContain('shopfront')
  await expectAccessible(page)
  await page.keyboard.press('Tab')
  await page.getByRole('option', { name: /^End shopfront…/ }).waitFor()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('alertdialog', { name: 'End shopfront?' })
  await dialog.waitFor()
  expect(await field.count()).toBe(0)
  expect(isAlive(shop.pid)).toBe(true)
  await dialog.getByRole('button', { name: 'End', exact: true }).click()
  await page
    .getByRole('region', { name: 'Outcomes' })
    .getByText(/shopfront .* ended\./)
    .waitFor()
  expect(isAlive(shop.pid)).toBe(false)
  expect(tab.complaints()).toEqual([])
})

test('it opens from the field of a filter, leads to a page, and gives the focus back', async () => {
  await using tab = await open()
  const { page, field } = tab
  const button = page.getByRole('button', { name: NAME }).filter({ visible: true })
  await button.click()
  await field.fill('memo')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${product.url}/performance/memory`)
  await page.goto(`${product.url}/processes`)
  const filter = page.getByRole('searchbox', { name: 'Filter processes' })
  await filter.click()
  await page.keyboard.press('Control+k')
  await field.waitFor()
  await page.keyboard.press('Escape')
  await field.waitFor({ state: 'detached' })
  await filter.and(page.locator(':focus')).waitFor()
  expect(tab.complaints()).toEqual([])
})

test('on a phone it opens from the bar, and a tap runs a command', async () => {
  await using tab = await open(390)
  const { page, field } = tab
  await page.getByRole('button', { name: NAME }).filter({ visible: true }).tap()
  await field.fill('> light')
  await expectAccessible(page)
  await page.getByRole('option', { name: 'Light theme' }).tap()
  await page.locator('html[data-theme="light"]').waitFor({ state: 'attached' })
  expect(tab.complaints()).toEqual([])
})
