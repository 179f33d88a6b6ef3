import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../launcher/launched.ts'
import { openBrowser, visit } from '../support/browser.ts'
import { startPageBeside } from '../support/page-beside.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'

let services: RunningServices
let browser: Browser
let pages: AsyncDisposable

beforeAll(async () => {
  ;[services, browser] = await Promise.all([
    startServices({ statsMain: 'tests/e2e/fixtures/drive-stats.ts' }),
    openBrowser(),
  ])
  pages = await startPageBeside(services)
  await until('the drives have been asked', async () => {
    const { not_asked: notAsked } = await services.api.getDriveHealth()
    return notAsked === 0
  })
})
afterAll(async () => {
  await browser?.close()
  await pages?.[Symbol.asyncDispose]()
  await services?.[Symbol.asyncDispose]()
})

const SOON = { timeout: 20_000 }

test('a failing drive says so on its page, verdict first, and in the list of devices', async () => {
  await using tab = await visit(browser, `${services.origin}/performance/disk-nvme0n1`)
  const { page } = tab
  const health = page.getByRole('region', { name: 'Health' })
  await health.getByText(/The drive is failing\. Copy what you need from it now/).waitFor(SOON)
  const said = ((await health.textContent()) ?? '').replaceAll('\u202f', ' ')
  expect(said).toContain('its spare blocks are nearly used up; it takes no more data')
  expect(said).toContain('its flash is past its rated life (104 % used)')
  expect(said).toMatch(/Spare blocks\s*4 %/)
  const entry = page
    .getByRole('navigation', { name: 'Devices' })
    .getByRole('link', { name: /nvme/ })
  expect(await entry.textContent()).toContain('failing')
  expect(tab.complaints()).toEqual([])
})

test('the Overview names the failing drive, and leads to it', async () => {
  await using tab = await visit(browser, services.origin)
  const { page } = tab
  const card = page.getByRole('region', { name: 'Worth knowing' })
  await card.getByText('nvme0n1 is failing. Copy what you need from it now:').waitFor(SOON)
  await card.getByRole('link', { name: 'Look' }).first().click()
  await page.getByRole('heading', { name: 'nvme0n1' }).waitFor(SOON)
  expect(new URL(page.url()).pathname).toBe('/performance/disk-nvme0n1')
})

test('a drive behind a USB adapter says that it does not tell', async () => {
  await using tab = await visit(browser, `${services.origin}/performance/disk-sda`)
  const health = tab.page.getByRole('region', { name: 'Health' })
  await health.getByText('Its health is not known.').waitFor(SOON)
  expect(await health.textContent()).toMatch(/does not report its health.*adapters for USB/)
})

test('collectors of metrics get the verdict', async () => {
  const metrics = await fetch(`http://localhost:${services.ports.stats}/metrics`).then((answer) =>
    answer.text(),
  )
  expect(metrics).toContain(
    'hw_status{hw_id="nvme0n1",hw_type="physical_disk",hw_state="failed"} 1',
  )
})
