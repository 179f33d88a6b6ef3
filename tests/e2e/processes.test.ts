import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { burner, hostileProcesses, named, termIgnorer } from '@taskmanager/testkit'
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

/** The process list, flat, filtered: what a person does with it. */
class ProcessesPage {
  readonly page: Page
  constructor(page: Page) {
    this.page = page
  }
  get table() {
    return this.page.getByRole('grid', { name: 'Processes' })
  }
  get filter() {
    return this.page.getByRole('searchbox', { name: 'Filter processes' })
  }
  get dialog() {
    return this.page.getByRole('alertdialog')
  }
  get outcomes() {
    return this.page.getByRole('region', { name: 'Outcomes' })
  }
  header(name: string) {
    return this.table.getByRole('columnheader', { name })
  }
  row(pid: number) {
    const cell = this.page.getByRole('gridcell', { name: String(pid), exact: true })
    return this.table.getByRole('row').filter({ has: cell })
  }
  async cell(pid: number, column: string): Promise<string> {
    const at = await this.header(column).getAttribute('aria-colindex')
    return this.row(pid)
      .getByRole('gridcell')
      .nth(Number(at) - 1)
      .innerText()
  }
}

async function open(query = '') {
  const tab = await visit(browser, `${product.url}/processes?view=flat${query}`)
  const list = new ProcessesPage(tab.page)
  await list.table.getByRole('row').nth(1).waitFor()
  return Object.assign(tab, { list })
}

test('values of a working process are there and change', async () => {
  await using work = await burner({ percent: 40, threads: 1 })
  await using tab = await open(`&q=pid:${work.pid}`)
  const { list, page } = tab
  await list.row(work.pid).waitFor()
  const cpu = () => list.cell(work.pid, 'CPU')
  await expect.poll(async () => Number(await cpu()), { timeout: 15_000 }).toBeGreaterThan(1)
  const before = await cpu()
  await expect.poll(cpu, { timeout: 20_000 }).not.toBe(before)
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('group', { name: 'Refresh' }).getByText('Paused').waitFor()
  expect(tab.complaints()).toEqual([])
})

test('the filter keeps what matches, says so, and an odd one is explained', async () => {
  await using shop = await named('shopfront', '--port', '8080')
  await using tab = await open()
  const { list, page } = tab
  await page.keyboard.press('/')
  await list.filter.fill('shopfront')
  await list.row(shop.pid).waitFor()
  await expect.poll(() => list.table.getByRole('row').count()).toBe(2)
  expect(new URL(page.url()).searchParams.get('q')).toBe('shopfront')
  await list.filter.fill('shopfrotn')
  await page.getByText('No process matches').waitFor()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect.poll(() => list.table.getByRole('row').count()).toBeGreaterThan(5)
  expect(tab.complaints()).toEqual([])
})

test('columns that the list leaves out are filled once they are chosen', async () => {
  await using shop = await named('shopfront', '--port', '8080')
  await using tab = await open(`&q=pid:${shop.pid}`)
  const { list, page } = tab
  await list.row(shop.pid).waitFor()
  const isNumber = /^(?:<\s)?[\d,.]+$/
  const cell = (name: string) => list.cell(shop.pid, name)
  await expect.poll(() => cell('Network'), { timeout: 20_000 }).toMatch(isNumber)
  await page.getByRole('button', { name: 'Columns' }).click()
  for (const name of ['State', 'Read'])
    await page.getByRole('checkbox', { name, exact: true }).uncheck()
  await page.getByRole('checkbox', { name: 'Open files' }).check()
  await page.getByRole('checkbox', { name: 'Waiting for CPU' }).check()
  await expect.poll(() => cell('Open files'), { timeout: 20_000 }).toMatch(isNumber)
  expect(Number(await cell('Open files'))).toBe(readdirSync(`/proc/${shop.pid}/fd`).length)
  await expect.poll(() => cell('Waiting for CPU'), { timeout: 20_000 }).toMatch(isNumber)
  await page.keyboard.press('Escape')
  await expectAccessible(page)
  expect(tab.complaints()).toEqual([])
})

test('a port in the filter finds who listens, first, and who is connected', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    await using tab = await open(`&q=${encodeURIComponent(`:${port} `)}`)
    const { list, page } = tab
    await list.row(process.pid).getByText(`listens on :${port}`).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.press('Escape')
    await list.filter.fill(':1')
    await page.getByText('Nothing uses :1.').waitFor()
    await expectAccessible(page)
    expect(tab.complaints()).toEqual([])
  } finally {
    server.close()
  }
})

test('a phone: a tap asks what to do, a resting finger chooses', async () => {
  await using shop = await named('webshop', '--port', '8080')
  const url = `${product.url}/processes?q=webshop`
  await using tab = await visit(browser, url, { width: 390, height: 844, touch: true })
  const { page } = tab
  const row = page.getByRole('row').filter({ hasText: `PID ${shop.pid}` })
  await row.tap()
  const sheet = page.getByRole('dialog', { name: 'webshop' })
  await sheet.getByRole('button', { name: /^End…/ }).waitFor()
  await expectAccessible(page)
  await sheet.getByRole('button', { name: 'Details' }).click()
  await page.getByRole('complementary', { name: /Details of webshop/ }).waitFor()
  await page.goBack()
  await row.dispatchEvent('pointerdown', { pointerType: 'touch', bubbles: true })
  const chosen = page.getByRole('toolbar', { name: 'Chosen processes' })
  await chosen.getByText('1 selected').waitFor()
  await row.dispatchEvent('pointerup', { pointerType: 'touch', bubbles: true })
  await expectAccessible(page)
  await chosen.getByRole('button', { name: 'Choose none' }).click()
  await chosen.waitFor({ state: 'detached' })
  expect(tab.complaints()).toEqual([])
})

test('sorting by a header is said to assistive technology and kept in the address', async () => {
  await using tab = await open()
  const { list, page } = tab
  const column = async () => {
    const rows = await list.table.getByRole('row').all()
    const at = Number(await list.header('PID').getAttribute('aria-colindex'))
    const texts = await Promise.all(
      rows.slice(1, 12).map((row) =>
        row
          .getByRole('gridcell')
          .nth(at - 1)
          .innerText(),
      ),
    )
    // The last line has none: it stands for those that came and went.
    return texts.filter((text) => text !== '').map(Number)
  }
  await list.header('PID').getByRole('button', { name: 'PID' }).click()
  await page.waitForURL(/sort=-?pid/)
  const first = await list.header('PID').getAttribute('aria-sort')
  await list.header('PID').getByRole('button', { name: 'PID' }).click()
  await expect.poll(() => list.header('PID').getAttribute('aria-sort')).not.toBe(first)
  const ascending = (await list.header('PID').getAttribute('aria-sort')) === 'ascending'
  await page.mouse.move(0, 0)
  await expect
    .poll(async () => {
      const pids = await column()
      return pids.join() === pids.toSorted((a, b) => (ascending ? a - b : b - a)).join()
    })
    .toBe(true)
  expect(tab.complaints()).toEqual([])
})

test('details open from the keyboard, show the process, and close with Escape', async () => {
  await using shop = await named('webshop', '--port', '8080')
  await using tab = await open('&q=webshop')
  const { list, page } = tab
  await list.row(shop.pid).click()
  await page.keyboard.press('Enter')
  const drawer = page.getByRole('complementary', { name: /Details of webshop/ })
  await drawer.getByText(`PID ${shop.pid}`).first().waitFor()
  await drawer.getByText('8080').first().waitFor()
  await expectAccessible(page)
  await drawer.getByText('Limits').click()
  await drawer.getByRole('cell', { name: /open files/i }).waitFor()
  for (const name of ['Performance', 'Threads', 'Files and sockets']) {
    await drawer.getByRole('tab', { name }).click()
    await drawer.getByRole('tabpanel', { name }).waitFor()
  }
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'detached' })
  expect(tab.complaints()).toEqual([])
})

test('ending asks first; Cancel ends nothing, End ends it and tells the outcome', async () => {
  await using shop = await named('webshop', '--port', '8080')
  await using tab = await open('&q=webshop')
  const { list, page } = tab
  await list.row(shop.pid).click()
  await page.keyboard.press('Delete')
  await list.dialog.getByRole('heading', { name: 'End webshop?' }).waitFor()
  await list.dialog.getByText(`PID ${shop.pid}`).waitFor()
  await expectAccessible(page)
  await list.dialog.getByRole('button', { name: 'Cancel' }).click()
  await list.dialog.waitFor({ state: 'detached' })
  expect(isAlive(shop.pid)).toBe(true)
  await page
    .getByRole('toolbar', { name: 'Commands' })
    .getByRole('button', { name: 'End', exact: true })
    .click()
  await list.dialog.getByRole('button', { name: 'End', exact: true }).click()
  await list.outcomes.getByText(`webshop (PID ${shop.pid}) ended.`).waitFor()
  expect((await shop.ended).signal).toBe('SIGTERM')
  await list.row(shop.pid).waitFor({ state: 'detached' })
  expect(tab.complaints()).toEqual([])
})

test('a process that ignores the polite way is forced from the outcome', async () => {
  await using stubborn = await termIgnorer()
  await using tab = await open(`&q=pid:${stubborn.pid}`)
  const { list, page } = tab
  await list.row(stubborn.pid).click()
  await page.keyboard.press('Delete')
  await list.dialog.getByRole('button', { name: 'End', exact: true }).click()
  await list.outcomes.getByText(/still running/).waitFor()
  await list.outcomes.getByRole('button', { name: 'Force end' }).click()
  const force = list.dialog.getByRole('button', { name: 'Force end' })
  await force.waitFor()
  await force.click()
  expect((await stubborn.ended).signal).toBe('SIGKILL')
  await list.outcomes.getByText(/ended\./).waitFor()
  await list.row(stubborn.pid).waitFor({ state: 'detached' })
  expect(tab.complaints()).toEqual([])
})

test('hostile names are text in the list, the drawer and the dialog', async () => {
  await using hostile = await hostileProcesses()
  await using tab = await open()
  const { list, page } = tab
  for (const { label, pid } of hostile.list) {
    await list.filter.fill(`pid:${pid}`)
    const row = list.row(pid)
    await row.waitFor()
    await row.click()
    await page.keyboard.press('Delete')
    const title = await list.dialog.getByRole('heading').innerText()
    expect({ label, title }).toMatchObject({
      title: expect.stringMatching(/^End .+\?$/) as unknown,
    })
    await list.dialog.getByRole('button', { name: 'Cancel' }).click()
    await list.dialog.waitFor({ state: 'detached' })
  }
  // The markup in a name stayed text: no picture was made of it, and nothing was loaded for one.
  expect(await page.locator('img').count()).toBe(0)
  expect(tab.complaints()).toEqual([])
})

test('the list is saved as a file with bare values; what looks like a formula is text', async () => {
  await using work = await named('=HYPERLINK("x")', 'run')
  const query = encodeURIComponent(`pid:${work.pid}`)
  await using tab = await visit(browser, `${product.url}/processes?view=flat&q=${query}`)
  const { page } = tab
  await page.getByRole('gridcell', { name: String(work.pid), exact: true }).waitFor()
  const saved = async (format: string): Promise<string> => {
    await page.getByRole('button', { name: 'Save the list' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: `Save as ${format}` }).click()
    const file = await download
    expect(file.suggestedFilename()).toMatch(/^processes-[\dT-]+\.(?:csv|json)$/)
    return readFileSync(await file.path(), 'utf8')
  }
  const [header, row] = (await saved('CSV')).split('\r\n')
  expect(header).toMatch(/^Name,PID,User,.*Memory \(bytes\)/)
  expect(row).toMatch(new RegExp(`^"'=HYPERLINK\\(""x""\\)?"?.*,${work.pid},`))
  const [one] = JSON.parse(await saved('JSON')) as { pid: number; memory: number }[]
  expect(one?.pid).toBe(work.pid)
  expect(one?.memory).toBeGreaterThan(100_000)
  expect(tab.complaints()).toEqual([])
})

test('a process is ended with all that it started, each of them named before', async () => {
  // A shell that starts two: bash takes the name of its file.
  const parent = spawn('bash', ['-c', 'sleep 1000 & sleep 1001 & echo up; wait'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(parent, 'exit')
  await once(parent.stdout, 'data')
  const { pid = 0 } = parent
  await using tab = await visit(
    browser,
    `${product.url}/processes?view=tree&q=${encodeURIComponent(`pid:${pid}`)}`,
  )
  const { page } = tab
  const row = page.getByRole('row').filter({ hasText: String(pid) })
  await row.first().click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'End with its 2 children…' }).click()
  const dialog = page.getByRole('alertdialog', { name: 'End 3 processes?' })
  await dialog.getByText('sleep').first().waitFor()
  await dialog.getByRole('button', { name: 'End', exact: true }).click()
  await page
    .getByRole('region', { name: 'Outcomes' })
    .getByText(/3 ended\./)
    .waitFor()
  await ended
  expect(tab.complaints()).toEqual([])
})
