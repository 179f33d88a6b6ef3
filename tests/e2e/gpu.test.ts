import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { named } from '@taskmanager/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  amdgpu,
  fdinfo,
  holder,
  i915,
  intelNpu,
} from '../../packages/platform/src/gpu/__fixtures__/drm-trees.ts'
import { tree, type Tree } from '../../packages/platform/src/tree-rig.ts'
import { until } from '../launcher/launched.ts'
import { openBrowser, visit, type VisitOptions } from '../support/browser.ts'
import { startPageBeside } from '../support/page-beside.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'

let cards: Tree
let services: RunningServices
let browser: Browser
let pages: AsyncDisposable
let game: Awaited<ReturnType<typeof named>>
let player: Awaited<ReturnType<typeof named>>
let model: Awaited<ReturnType<typeof named>>
let work: NodeJS.Timeout

// Three programs that live, and two cards and an NPU of a tree on which they work: 30 %, 10 % and 45 % of the time.
beforeAll(async () => {
  ;[game, player, model] = await Promise.all([
    named('racing-game'),
    named('film-player'),
    named('local-model'),
  ])
  cards = tree({
    ...amdgpu('card0'),
    ...i915('card1'),
    ...intelNpu('accel0'),
    ...holder(game.pid, 9, 'renderD128', fdinfo.amdgpu(1, 0, 0, 512 * 1024)),
    ...holder(player.pid, 7, 'renderD129', fdinfo.i915(1, 0, 0)),
    ...holder(model.pid, 5, 'accel0', fdinfo.intelVpu(1)),
  })
  const startMs = performance.now()
  work = setInterval(() => {
    const ms = Math.round(performance.now() - startMs)
    overwrite(`proc/${game.pid}/fdinfo/9`, fdinfo.amdgpu(1, Math.round(ms * 0.3), 0, 512 * 1024))
    overwrite(`proc/${player.pid}/fdinfo/7`, fdinfo.i915(1, 0, Math.round(ms * 0.2)))
    overwrite('sys/class/accel/accel0/device/npu_busy_time_us', `${1e7 + Math.round(ms * 450)}\n`)
  }, 50)
  process.env['GPU_TREE'] = cards.root
  ;[services, browser] = await Promise.all([
    startServices({ statsMain: 'tests/e2e/fixtures/gpu-stats.ts' }),
    openBrowser(),
  ])
  pages = await startPageBeside(services)
  await until('both services have figures', () =>
    Promise.all([services.api.getStats(), services.api.getProcesses()]).then(
      () => true,
      () => false,
    ),
  )
})
afterAll(async () => {
  clearInterval(work)
  await browser?.close()
  await pages?.[Symbol.asyncDispose]()
  await services?.[Symbol.asyncDispose]()
  await game?.[Symbol.asyncDispose]()
  await player?.[Symbol.asyncDispose]()
  await model?.[Symbol.asyncDispose]()
  cards?.[Symbol.dispose]()
})

/** In place and at once, as the kernel tells it: never half a file. Counters only grow, and so does the text. */
function overwrite(name: string, text: string) {
  const file = openSync(path.join(cards.root, name), 'r+')
  writeSync(file, text, 0)
  closeSync(file)
}

const open = (address: string, options?: VisitOptions) =>
  visit(browser, `${services.origin}${address}`, options)
const SOON = { timeout: 20_000 }
const plain = async (page: Page, selector: string) =>
  ((await page.textContent(selector)) ?? '').replaceAll('\u202f', ' ')

test('the page of a card: how busy, with whom, and what nobody is known to use', async () => {
  await using tab = await open('/performance/gpu-0')
  const { page } = tab
  await page.getByRole('heading', { name: 'GPU 0' }).waitFor(SOON)
  await page.getByText(/mostly drawing for racing-game/).waitFor(SOON)
  expect(await plain(page, '.perfhead .sentence')).toMatch(/^37 % busy/)
  const users = page.getByRole('region', { name: 'Who uses it' })
  const row = users.getByRole('row', { name: /racing-game/ })
  expect(await row.textContent()).toContain('3D')
  expect(await row.textContent()).toContain('512')
  await users.getByRole('row', { name: /unattributed/ }).waitFor(SOON)
  const facts = await plain(page, '.facts')
  for (const fact of ['52 °C', '41 of 255 W', '4.0 × 16', 'sysfs']) {
    expect(facts).toContain(fact)
  }
  // The second card has the dashed line and its own number.
  await page.getByRole('link', { name: /GPU 1/ }).click()
  await page.getByRole('heading', { name: 'GPU 1' }).waitFor(SOON)
  await page.getByText(/mostly video for film-player/).waitFor(SOON)
  expect(await plain(page, '.facts')).toContain('Shared memory')
  expect(tab.complaints()).toEqual([])
})

test('the list has columns for the cards, sorts and filters by them, and says the rest', async () => {
  await using tab = await open('/processes?q=gpu%3E5&sort=-gpu')
  const { page } = tab
  const row = page.getByRole('row', { name: /racing-game/ })
  await row.waitFor(SOON)
  expect(await page.getByRole('row', { name: /film-player/ }).count()).toBe(1)
  const header = page.getByRole('columnheader', { name: /GPU %/ })
  await header.waitFor(SOON)
  const cells = await row.getByRole('gridcell').allTextContents()
  expect(cells.some((text) => /^(2[5-9]|3[0-5])$/.test(text))).toBe(true)
  await page.getByRole('button', { name: /Using GPU/ }).waitFor(SOON)
  expect(tab.complaints()).toEqual([])
})

test('the Overview has a card for both, with a line each', async () => {
  await using tab = await open('/')
  const { page } = tab
  const card = page.getByRole('link', { name: /GPU/ }).first()
  await card.waitFor(SOON)
  await page.getByText('2 cards').waitFor(SOON)
  await page.getByText('racing-game').first().waitFor(SOON)
  expect(tab.complaints()).toEqual([])
})

test('the NPU has a page of its own and is in no figure of the graphics cards', async () => {
  const { gpus, gpu_usage: usage } = await services.api.getStats()
  expect(gpus.map(({ id, kind }) => [id, kind])).toEqual([
    ['gpu-0', 'gpu'],
    ['gpu-1', 'gpu'],
    ['npu-0', 'npu'],
  ])
  expect(usage).toBe(37) // of the busiest graphics card; the NPU is busier
  const metrics = await (await fetch(`http://127.0.0.1:${services.ports.stats}/metrics`)).text()
  expect(metrics).toMatch(/^hw_gpu_utilization_ratio\{hw_id="npu-0",hw_type="npu"\} 0\.4\d*$/m)
  await using tab = await open('/performance/npu-0')
  const { page } = tab
  await page.getByRole('heading', { name: 'NPU', exact: true }).waitFor(SOON)
  await page.getByText(/^4\d.% busy/).waitFor(SOON)
  const facts = await plain(page, '.facts')
  for (const fact of ['256 MiB', '950 of 1,400 MHz', 'intel_vpu', '0000:00:0b.0'])
    expect(facts).toContain(fact)
  const users = page.getByRole('region', { name: 'Who uses it' })
  expect(await users.getByRole('row', { name: /local-model/ }).textContent()).toContain('128')
  // It is no user of a graphics card.
  await page.goto(`${services.origin}/processes?q=gpu%3E%3D0&sort=-gpu`)
  await page.getByRole('row', { name: /racing-game/ }).waitFor(SOON)
  expect(await page.getByRole('row', { name: /local-model/ }).count()).toBe(0)
  expect(tab.complaints()).toEqual([])
})

test('a card that is pulled out is gone from the page, and the other keeps its number', async () => {
  await using tab = await open('/performance/gpu-1')
  await tab.page.getByRole('heading', { name: 'GPU 1' }).waitFor(SOON)
  rmSync(path.join(cards.root, 'sys/class/drm/card0'), { recursive: true })
  await expect.poll(() => tab.page.getByRole('link', { name: /GPU 0/ }).count(), SOON).toBe(0)
  expect(new URL(tab.page.url()).pathname).toBe('/performance/gpu-1')
  await tab.page.getByText(/mostly video for film-player/).waitFor(SOON)
  cards.write(amdgpu('card0'))
  await tab.page.getByRole('link', { name: /GPU 0/ }).waitFor(SOON)
})
