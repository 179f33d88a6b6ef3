import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createApi } from '@taskmanager/client'
import { named } from '@taskmanager/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
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

const lineOf = (page: Page, pid: number) =>
  page
    .getByRole('table', { name: 'Actions' })
    .getByRole('row')
    .filter({ hasText: `PID ${pid}` })

/** As a program that may read the token file. */
async function forceEndByProgram(pid: number): Promise<void> {
  const api = createApi({ ports: product.ports, host: '127.0.0.1' })
  api.pasteToken(readFileSync(path.join(product.runDir, 'control.token'), 'utf8'))
  const { start_id } = await api.getProcessInfo(pid)
  await api.kill(pid, { start_id, signal: 'KILL' })
}

test('a process that was really ended stands in the log, in the words of its toast', async () => {
  await using shop = await named('webshop', '--port', '8080')
  await using tab = await visit(browser, `${product.url}/processes?view=flat&q=pid:${shop.pid}`)
  const { page } = tab
  await page.getByRole('gridcell', { name: String(shop.pid), exact: true }).click()
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('alertdialog', { name: 'End webshop?' })
  await dialog.getByRole('button', { name: 'End', exact: true }).click()
  const outcomes = page.getByRole('region', { name: 'Outcomes' })
  const sentence = `webshop (PID ${shop.pid}) ended.`
  await outcomes.getByText(sentence).waitFor()
  await expectAccessible(page)
  await outcomes.getByRole('link', { name: 'Actions log' }).click()
  await page.waitForURL(`${product.url}/actions`)
  const line = lineOf(page, shop.pid)
  await line.getByText(sentence).waitFor()
  expect(await line.getByRole('cell').nth(1).innerText()).toBe('End')
  expect(await line.locator('time').innerText()).toMatch(/^today \d\d:\d\d:\d\d$/)
  expect(tab.complaints()).toEqual([])
})

test('what the page did is a flag of the time bar, which tells of it and leads to its line', async () => {
  await using shop = await named('teashop', '--port', '8080')
  await using tab = await visit(browser, `${product.url}/processes?view=flat&q=pid:${shop.pid}`)
  const { page } = tab
  await page.getByRole('gridcell', { name: String(shop.pid), exact: true }).click()
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('alertdialog', { name: 'End teashop?' })
  await dialog.getByRole('button', { name: 'End', exact: true }).click()
  const sentence = `teashop (PID ${shop.pid}) ended.`
  const flags = page.getByRole('toolbar', { name: 'Events' })
  await flags.getByRole('link', { name: sentence }).focus()
  await page.locator('.tb-tip').getByText(sentence).waitFor()
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`^${product.url}/actions`))
  await lineOf(page, shop.pid).getByText(sentence).waitFor()
  expect(tab.complaints()).toEqual([])
})

test.each(['dark', 'light'] as const)('in %s, filtered and empty, no barrier', async (theme) => {
  await using shop = await named('shopfront', '--port', '8080')
  await forceEndByProgram(shop.pid)
  await using tab = await visit(browser, `${product.url}/actions`, { theme })
  const { page } = tab
  await lineOf(page, shop.pid).waitFor()
  await expectAccessible(page)
  await page.keyboard.press('/')
  await page.keyboard.type(`force program ${shop.pid}`)
  await page.getByText(/^1 of \d+$/).waitFor()
  await page.keyboard.type('nobody')
  await page.getByRole('heading', { name: /^No action matches/ }).waitFor()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await lineOf(page, shop.pid).waitFor()
  expect(tab.complaints()).toEqual([])
})

test('the palette and Settings lead there', async () => {
  await using tab = await visit(browser, `${product.url}/settings`)
  const { page } = tab
  await page.getByRole('link', { name: 'Show the log' }).click()
  await page.waitForURL(`${product.url}/actions`)
  await page.goBack()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search or run a command' }).fill('actions log')
  await page.getByRole('option', { name: 'Actions log' }).click()
  await page.waitForURL(`${product.url}/actions`)
  await expect.poll(() => page.title()).toContain('Actions')
  expect(tab.complaints()).toEqual([])
})
