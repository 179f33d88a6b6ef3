// Where the system does not tell whose a connection is, the page comes to its token by a one-time code (security.md T6).
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { until } from '../launcher/launched.ts'
import { openBrowser, visit } from '../support/browser.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'
import { post, send } from '../support/wire.ts'

/** Switches the look-up of the peer off, as on a system that has none. */
const NO_PEER = { TASKMANAGER_REQUIRE_TOKEN: '1' }
const ADDRESS = /http:\/\/localhost:\d+\/#k=([A-Za-z0-9_-]{22})\n/

let browser: Browser
let folder: string
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser?.close())
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tmp-open-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Stands for the desktop: keeps what it was told to open. */
function desktop(): { env: NodeJS.ProcessEnv; opened: () => string } {
  const told = path.join(folder, 'told')
  writeFileSync(path.join(folder, 'xdg-open'), `#!/bin/sh\nprintf %s "$*" > '${told}'\n`, {
    mode: 0o700,
  })
  return {
    env: { PATH: `${folder}:${process.env['PATH']}`, DISPLAY: ':none', CI: '' },
    opened: () => (existsSync(told) ? readFileSync(told, 'utf8') : ''),
  }
}

const codeIn = (text: string) => ADDRESS.exec(text)?.[1] ?? ''

async function expectControl(page: Page): Promise<void> {
  await page.locator('[data-key]').nth(1).waitFor()
  await page.getByText('Looking only').first().waitFor({ state: 'detached' })
  expect(page.url()).not.toContain('#')
}

const redeem = async ({ ports, url }: StartedProduct, code: string) =>
  (await post(ports.accuracy, '/api/session', null, { code }, { origin: url })).status

test('a private file brings the browser to the page, which reads and controls; its code is dead and it is taken away', async () => {
  const { env, opened } = desktop()
  await using product = await startProduct({ env: { ...env, ...NO_PEER }, open: true })
  expect((await send({ port: product.ports.stats, path: '/api/stats' })).status).toBe(401)
  await until('the desktop is told to open something', () => opened() !== '')
  const file = opened()
  expect(file).toBe(path.join(product.runDir, 'open.html'))
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const code = /#k=([A-Za-z0-9_-]{22})"/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  await using tab = await visit(browser, pathToFileURL(file).href)
  await tab.page.waitForURL(`${product.url}/**`)
  await tab.page.getByRole('link', { name: 'Processes' }).first().click()
  await expectControl(tab.page)
  expect(await redeem(product, code)).toBe(401)
  await until('the file is gone', () => !existsSync(file))
  expect(product.output()).not.toContain('did not come')
})

test('a browser that does not come: a fresh address is printed, and the code of the file is dead', async () => {
  const { env, opened } = desktop()
  await using product = await startProduct({ env: { ...env, ...NO_PEER }, open: true })
  await until('the desktop is told to open something', () => opened() !== '')
  const unused = /#k=([A-Za-z0-9_-]{22})"/.exec(readFileSync(opened(), 'utf8'))?.[1] ?? ''
  await until('an address is printed', () => ADDRESS.test(product.output()))
  expect(product.output()).toContain('The browser did not come.')
  expect(existsSync(opened())).toBe(false)
  const fresh = codeIn(product.output())
  expect(fresh).not.toBe(unused)
  expect(await redeem(product, unused)).toBe(401)
  await using tab = await visit(browser, `${product.url}/processes?view=flat#k=${fresh}`)
  await expectControl(tab.page)
  // It asks without a token first, and the browser calls the refusal an error.
  expect(tab.complaints().filter((text) => !text.includes('401'))).toEqual([])
  expect(await redeem(product, fresh)).toBe(401)
})

test('--no-browser prints the address and writes no file; a tab without code looks at nothing and asks for a token', async () => {
  await using product = await startProduct({ env: NO_PEER })
  await until('an address is printed', () => ADDRESS.test(product.output()))
  expect(existsSync(path.join(product.runDir, 'open.html'))).toBe(false)
  {
    await using bare = await visit(browser, `${product.url}/settings`)
    await bare.page.getByText('This page may not read this machine yet.').waitFor()
    const token = readFileSync(path.join(product.runDir, 'control.token'), 'utf8').trim()
    await bare.page.getByLabel('Token').fill(token)
    await bare.page.getByRole('button', { name: 'Use', exact: true }).click()
    await bare.page.getByText('This page may act on processes of').waitFor()
  }
  await using tab = await visit(
    browser,
    `${product.url}/processes?view=flat#k=${codeIn(product.output())}`,
  )
  await expectControl(tab.page)
})

test('where the system vouches for the user, the plain address is opened and no code exists', async () => {
  const { env, opened } = desktop()
  await using product = await startProduct({ env, open: true })
  await until('the desktop is told to open something', () => opened() !== '')
  expect(opened()).toBe(product.url)
  expect(product.output()).not.toContain('#k=')
  expect(existsSync(path.join(product.runDir, 'open.html'))).toBe(false)
})
