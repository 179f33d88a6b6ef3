import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { expectAccessible } from '../support/accessible.ts'
import { openBrowser, visit } from '../support/browser.ts'
import { startOwnSystemd } from '../support/own-systemd.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'

const LAUNCH = path.join(import.meta.dirname, '../../scripts/launch.mjs')
const run = promisify(execFile)

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser?.close())

const productOn = (busPath: string): Promise<StartedProduct> =>
  startProduct({ env: { DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${busPath}` } })

test('services of a real systemd: found, stopped, started, and what fails is told', async (context) => {
  await using systemd = await startOwnSystemd(context)
  if (systemd === null) return
  await using product = await productOn(systemd.busPath)
  await using tab = await visit(browser, `${product.url}/`)
  const { page } = tab
  await page.getByRole('link', { name: 'Services' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await page.waitForURL(`${product.url}/services`)
  const list = page.getByRole('grid', { name: 'Services' })
  const demo = list.getByRole('row').filter({ hasText: 'demo' })
  await demo.getByText('Running').waitFor()
  await page.getByRole('heading', { name: /services\. 2 running, none failed\./ }).waitFor()
  await expectAccessible(page)

  // Its process is counted, by the unit that the list of processes tells.
  await demo.getByRole('gridcell', { name: '1', exact: true }).waitFor()
  await demo.click()
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('alertdialog', { name: 'Stop demo?' })
  await dialog.getByText('1 process ends with it').waitFor()
  await dialog.getByText(/sleep \(PID \d+\)/).waitFor()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Stop', exact: true }).click()
  const outcomes = page.getByRole('region', { name: 'Outcomes' })
  await outcomes.getByText('Stopped demo.').waitFor()
  await demo.getByText('Stopped').waitFor()

  const commands = page.getByRole('toolbar', { name: 'Commands' })
  await commands.getByRole('button', { name: 'Start', exact: true }).click()
  await outcomes.getByText('Started demo.').waitFor()
  await demo.getByText('Running').waitFor()
  await commands.getByRole('button', { name: 'Start with the machine' }).click()
  await outcomes.getByText('demo now starts with the machine.').waitFor()
  await demo.getByText('With the machine').waitFor()

  await list.getByRole('row').filter({ hasText: 'broken' }).click()
  await commands.getByRole('button', { name: 'Start', exact: true }).click()
  await outcomes
    .getByText('systemd could not start broken (failed). Its log says why: journalctl -u broken')
    .waitFor()
  await page.getByRole('heading', { name: /1 failed: broken\./ }).waitFor()
  // Whatever journal this machine has: it is asked with the control token, and answers.
  await commands.getByRole('button', { name: 'Log', exact: true }).click()
  const opened = page.getByRole('complementary', { name: 'Log of broken' })
  await opened.getByText('Log of a service of the machine, followed').waitFor()
  await opened.getByText('Reading…').waitFor({ state: 'detached' })
  await expectAccessible(page)
  await opened.getByRole('button', { name: 'Close' }).click()
  await opened.waitFor({ state: 'detached' })

  // A network hangs on it: its name is typed first.
  await list.getByRole('row').filter({ hasText: 'NetworkManager' }).click({ button: 'right' })
  const menu = page.getByRole('menu')
  await menu.getByRole('menuitem', { name: 'Start', exact: true }).click()
  await outcomes.getByText('Started NetworkManager.').waitFor()
  await list.getByRole('row').filter({ hasText: 'NetworkManager' }).getByText('Running').waitFor()
  await commands.getByRole('button', { name: 'Stop…' }).click()
  const critical = page.getByRole('alertdialog', { name: 'Stop NetworkManager?' })
  const stop = critical.getByRole('button', { name: 'Stop', exact: true })
  expect(await stop.isDisabled()).toBe(true)
  await critical.getByRole('textbox').fill('NetworkManager.service')
  await stop.click()
  await outcomes.getByText('Stopped NetworkManager.').waitFor()

  // The same from a terminal.
  const inTerminal = async (...args: string[]) =>
    run(process.execPath, [LAUNCH, 'tmp', ...args], {
      env: { ...process.env, TASKMANAGER_RUN_DIR: product.runDir },
    })
  expect((await inTerminal('services', 'broken')).stdout).toMatch(
    /failed \(failed\) +static +broken/,
  )
  expect((await inTerminal('service', 'restart', 'demo')).stdout).toBe('Restarted demo.\n')
  await expect(inTerminal('service', 'stop', 'nobody')).rejects.toMatchObject({
    code: 1,
    stderr: 'There is no service nobody.service.\n',
  })

  await page.goto(`${product.url}/actions`)
  const log = page.getByRole('table', { name: 'Actions' })
  await log.getByText('Stop system service').first().waitFor()
  await log.getByRole('cell', { name: 'Restarted demo.' }).waitFor()
  expect(tab.complaints()).toEqual([])
})

test('a machine without systemd says so, in both themes and on a phone', async () => {
  await using product = await productOn('/nonexistent/bus')
  for (const theme of ['dark', 'light'] as const) {
    await using tab = await visit(browser, `${product.url}/services`, { theme })
    const { page } = tab
    await page.getByRole('heading', { name: 'This machine tells of no services' }).waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    await expectAccessible(page)
    expect(tab.complaints()).toEqual([])
  }
})
