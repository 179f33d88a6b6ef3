import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from '../support/accessible.ts'
import { openBrowser, visit } from '../support/browser.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'

const isRoot = process.getuid?.() === 0
/** Root without the right over others is a user like any other to the service. */
const ORDINARY = isRoot ? ['setpriv', '--inh-caps=-kill', '--bounding-set=-kill'] : []
const CLOCK = '[Desktop Entry]\nType=Application\nName=Clock\nExec=/bin/sleep 98765\n'

let browser: Browser
let home: string
beforeAll(async () => {
  browser = await openBrowser()
  home = mkdtempSync(path.join(tmpdir(), 'tmp-startup-'))
  mkdirSync(path.join(home, 'xdg/autostart'), { recursive: true })
  writeFileSync(path.join(home, 'xdg/autostart/org.example.clock.desktop'), CLOCK)
  writeFileSync(
    path.join(home, 'xdg/autostart/kde.desktop'),
    '[Desktop Entry]\nType=Application\nName=Panel\nExec=/bin/sleep 1\nOnlyShowIn=KDE;\n',
  )
})
afterAll(async () => {
  await browser?.close()
  rmSync(home, { recursive: true, force: true })
})

const start = (through: readonly string[], xdg = path.join(home, 'xdg')): Promise<StartedProduct> =>
  startProduct({
    through,
    env: {
      XDG_CONFIG_HOME: path.join(home, 'config'),
      XDG_CONFIG_DIRS: xdg,
      XDG_CURRENT_DESKTOP: 'GNOME',
    },
  })

test('what starts is listed, switched off and on again, in both themes', async () => {
  await using product = await start(ORDINARY)
  using sleeper = spawn('/bin/sleep', ['98765'], { stdio: 'ignore' })
  expect(sleeper.pid).toBeDefined()
  const own = path.join(home, 'config/autostart/org.example.clock.desktop')
  await using tab = await visit(browser, `${product.url}/`, { theme: 'dark' })
  const { page } = tab
  await page.getByRole('link', { name: 'Startup' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('t')
  await page.waitForURL(`${product.url}/startup`)
  const list = page.getByRole('grid', { name: 'Startup' })
  const clock = list.getByRole('row').filter({ hasText: 'Clock' })
  await clock.getByText('Enabled').waitFor()
  await clock.getByText('Every session').waitFor()
  await clock.getByText('/bin/sleep 98765').waitFor()
  // Its process is known by its command line.
  await clock.getByRole('gridcell', { name: '1', exact: true }).waitFor()
  await list.getByText('Cannot start: for KDE only').waitFor()
  await expectAccessible(page)

  await clock.click()
  const commands = page.getByRole('toolbar', { name: 'Commands' })
  await commands.getByRole('button', { name: 'Disable' }).click()
  const outcomes = page.getByRole('region', { name: 'Outcomes' })
  await outcomes.getByText('Clock no longer starts with the session.').waitFor()
  await clock.getByText('Disabled').waitFor()
  expect(readFileSync(own, 'utf8')).toMatch(/^\[Desktop Entry\]\nHidden=true\n/)

  await clock.click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Enable' }).click()
  await outcomes.getByText('Clock now starts with the session.').waitFor()
  await clock.getByText('Enabled').waitFor()
  expect(existsSync(own)).toBe(false)

  await commands.getByRole('button', { name: 'Show processes' }).click()
  await page.waitForURL(/\/processes\?/)
  await page.goto(`${product.url}/actions`)
  const log = page.getByRole('table', { name: 'Actions' })
  await log.getByText('Disable at startup').waitFor()
  await log.getByText('Enable at startup').waitFor()
  expect(tab.complaints()).toEqual([])

  await using light = await visit(browser, `${product.url}/startup`, { theme: 'light' })
  await light.page.getByRole('row').filter({ hasText: 'Clock' }).waitFor()
  await expectAccessible(light.page)
  await light.page.setViewportSize({ width: 390, height: 844 })
  await expectAccessible(light.page)
  expect(light.complaints()).toEqual([])
})

/** Without the jobs of cron that this machine has. */
const WITHOUT_CRON = [
  ...'unshare --mount sh -c'.split(' '),
  'for one in /etc/cron.*; do mount -t tmpfs tmpfs "$one"; done; exec "$@"',
  'sh',
]

test.runIf(isRoot && !existsSync('/etc/crontab'))(
  'a machine where nothing starts says where it looked',
  async () => {
    await using product = await startProduct({
      through: [...WITHOUT_CRON, ...ORDINARY],
      env: {
        XDG_CONFIG_HOME: path.join(home, 'config'),
        XDG_CONFIG_DIRS: path.join(home, 'nothing'),
        DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent/bus',
        DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus',
      },
    })
    await using tab = await visit(browser, `${product.url}/startup`)
    const { page } = tab
    await page.getByRole('heading', { name: 'Nothing starts with the session' }).waitFor()
    await page.getByText(path.join(home, 'nothing/autostart')).waitFor()
    await expectAccessible(page)
    expect(tab.complaints()).toEqual([])
  },
)

test.runIf(isRoot)('with rights over others it lists, and switches nothing', async () => {
  await using product = await start([])
  await using tab = await visit(browser, `${product.url}/startup`)
  const { page } = tab
  await page.getByRole('grid', { name: 'Startup' }).getByText('Clock').click()
  const disable = page.getByRole('button', { name: 'Disable' })
  expect(await disable.isDisabled()).toBe(true)
  expect(await disable.getAttribute('title')).toMatch(/^With elevated rights/)

  // Nor by whoever holds the token.
  const token = readFileSync(path.join(product.runDir, 'control.token'), 'utf8').trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const service = `http://127.0.0.1:${product.ports.stats}/api/startup`
  const { items } = (await (await fetch(service, { headers })).json()) as {
    items: { id: string; name: string }[]
  }
  const id = items.find(({ name }) => name === 'Clock')?.id
  const answer = await fetch(`${service}/disable`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ id }),
  })
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ error: 'protected' })
  expect(existsSync(path.join(home, 'config/autostart/org.example.clock.desktop'))).toBe(false)
})
