/**
 * Page soak: hours' worth of samples in one open page, in little time, while its tabs are switched and processes come and
 * go. Page and services share one clock that runs faster (`lapse.ts`). Says what grew from half of the time on.
 *
 *   npm run build && node tests/load/page-soak.ts [--hours 8] [--speed 40]
 *
 * Prints what the page holds after a collection (see `page-heap.ts`), DOM nodes, listeners and documents at each tenth; ends with 1 when one grew.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { errors, type CDPSession, type Page } from 'playwright-core'
import { openBrowser, visit } from '../support/browser.ts'
import { letTimeRun, type Lapse } from './lapse.ts'
import { heldBytes } from './page-heap.ts'
import { startPageServices } from './page-services.ts'
import { LOOK_INSIDE, mib } from './service-report.ts'

const USAGE = 'npm run build && node tests/load/page-soak.ts [--hours 8] [--speed 40]'
const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '8' },
    speed: { type: 'string', default: '40' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit(0)
}

const SAMPLES_AN_HOUR = 3600
const PARTS = 10
const CROWD = 400
/** What came before this part was warming up: code compiled, caches filled, histories of ten minutes. */
const WARM_PART = PARTS / 2
/** Growth from then on that is noise: of a heap after a collection, and of what a page happens to show. */
const MOST: Reading = { heapBytes: 2 * 2 ** 20, nodes: 300, listeners: 100, documents: 0 }

interface Reading {
  heapBytes: number
  nodes: number
  listeners: number
  documents: number
}

/** Frames of the list's stream that reached the page. */
const COUNT_SAMPLES = `
  globalThis.samples = 0
  const Real = WebSocket
  globalThis.WebSocket = class extends Real {
    constructor(url, protocols) {
      super(url, protocols)
      if (url.includes('processes')) this.addEventListener('message', () => (globalThis.samples += 1))
    }
  }`

const lapse: Lapse = { speed: Number(values.speed), sinceMs: Date.now() }
const env = { TIME_LAPSE: values.speed, LAPSE_SINCE: String(lapse.sinceMs) }
const total = Math.round(Number(values.hours) * SAMPLES_AN_HOUR)
await using services = await startPageServices({ statsOptions: LOOK_INSIDE, env })
const lists = await startLists()
const browser = await openBrowser()
const faults: string[] = []
try {
  await using tab = await visit(browser, 'about:blank')
  await tab.page.addInitScript(`(${letTimeRun.toString()})(${JSON.stringify(lapse)})`)
  await tab.page.addInitScript(COUNT_SAMPLES)
  await tab.page.goto(`http://localhost:${services.ports.pages}/`)
  faults.push(...(await soak(tab.page)))
  // An answer that a full machine did not give in time is none of the page's faults.
  faults.push(...tab.complaints().filter((text) => text.startsWith('uncaught')))
} finally {
  await browser.close()
  await lists[Symbol.asyncDispose]()
}
for (const fault of faults) console.log(`GREW  ${fault}`)
console.log(faults.length === 0 ? 'Nothing grew.' : 'Something grew.')
process.exitCode = faults.length === 0 ? 0 : 1

async function soak(page: Page): Promise<string[]> {
  page.setDefaultTimeout(10_000)
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  console.log(`${total} samples at up to ${values.speed} times the speed of a clock`)
  const began = performance.now()
  let rounds = 0
  let broken = 0
  let warm: Reading | null = null
  let last: Reading | null = null
  for (let part = 1; part <= PARTS; part += 1) {
    while ((await samplesOf(page)) < (total * part) / PARTS) {
      rounds += 1
      broken += (await wasWhole(page, rounds)) ? 0 : 1
    }
    last = await read(page, session)
    if (part === WARM_PART) warm = last
    print(await samplesOf(page), last)
  }
  const seconds = (performance.now() - began) / 1000
  console.log(
    `${await samplesOf(page)} samples, ${rounds} rounds through all pages (${broken} given up midway) in ${seconds.toFixed(0)} s`,
  )
  const found = warm === null || last === null ? [] : grown(warm, last)
  return broken > rounds / 2 ? [...found, `${broken} of ${rounds} rounds were given up`] : found
}

/** On a full machine a service may be silent for a moment of the fast clock, and then some buttons are off: a new round. */
async function wasWhole(page: Page, number: number): Promise<boolean> {
  try {
    await round(page, number)
    return true
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error
    await closeLayers(page)
    return false
  }
}

/** Menus, palette, questions: whatever lies over the page. */
async function closeLayers(page: Page): Promise<void> {
  const layers = page.locator('dialog[open], [role=dialog], [role=alertdialog], [role=menu]')
  for (let tries = 0; tries < 10 && (await layers.count()) > 0; tries += 1) {
    await page.keyboard.press('Escape')
    await dwell(page)
  }
}

/** Once through everything, as a person would; what a dialog asks is cancelled. */
async function round(page: Page, number: number): Promise<void> {
  const go = async (name: string): Promise<void> => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click()
    await dwell(page)
  }
  await go('Overview')
  await go('Apps')
  await page.keyboard.press('*') // every app open, and closed in the next round
  await go('Performance')
  for (const device of ['memory', 'cpu']) {
    await page.locator(`a[href="/performance/${device}"]`).first().click()
    await dwell(page)
  }
  await go('Processes')
  const view = number % 2 === 0 ? 'Flat' : 'Tree'
  await page.getByRole('button', { name: view, exact: true }).click()
  await page.mouse.move(700, 600)
  await page.mouse.wheel(0, 4000)
  await dwell(page)
  await page.mouse.wheel(0, -4000)
  await page.keyboard.press('/')
  await page.keyboard.type('page-soak')
  const row = page.getByRole('row').filter({ hasText: 'page-soak' }).first()
  await row.click()
  await page.keyboard.press('Enter')
  const drawer = page.getByRole('complementary', { name: /^Details of/ })
  for (const name of ['Performance', 'Threads', 'Files and sockets', 'Overview']) {
    await drawer.getByRole('tab', { name }).click()
    await dwell(page)
  }
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'detached' })
  await row.click()
  await page.keyboard.press('Delete')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('searchbox', { name: 'Filter processes' }).fill('')
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', { name: 'Search or run a command' })
  await page.keyboard.type('cpu')
  await dwell(page)
  while (await palette.isVisible()) await page.keyboard.press('Escape') // first its words, then itself
  await go('Settings')
  await page.locator('a[href="/actions"]').first().click()
  await dwell(page)
  await go('Settings')
  const theme = page.getByRole('group', { name: 'Theme' })
  await theme.getByRole('button', { name: number % 2 === 0 ? 'Light' : 'Dark' }).click()
}

/** Half a second, whatever the clock of the page says. */
function dwell(page: Page): Promise<void> {
  return page.waitForTimeout(500)
}

/** What is held: the least of three looks, since samples go on meanwhile. */
async function read(page: Page, session: CDPSession): Promise<Reading> {
  await closeLayers(page)
  const pages = page.getByRole('navigation', { name: 'Pages' })
  await pages.getByRole('link', { name: 'Overview' }).click({ timeout: 60_000 })
  const looks: Reading[] = []
  for (let look = 0; look < 3; look += 1) {
    await dwell(page)
    await session.send('HeapProfiler.collectGarbage')
    const { metrics } = await session.send('Performance.getMetrics')
    const of = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN
    looks.push({
      heapBytes: await heldBytes(session),
      nodes: of('Nodes'),
      listeners: of('JSEventListeners'),
      documents: of('Documents'),
    })
  }
  const least = (key: keyof Reading) => Math.min(...looks.map((one) => one[key]))
  return {
    heapBytes: least('heapBytes'),
    nodes: least('nodes'),
    listeners: least('listeners'),
    documents: least('documents'),
  }
}

function print(samples: number, { heapBytes, nodes, listeners, documents }: Reading): void {
  console.log(
    `${String(samples).padStart(6)} samples  heap ${mib(heapBytes)} MiB  ${nodes} nodes  ${listeners} listeners  ${documents} documents`,
  )
}

function grown(warm: Reading, last: Reading): string[] {
  return (Object.keys(MOST) as (keyof Reading)[])
    .filter((key) => !(last[key] - warm[key] <= MOST[key]))
    .map((key) => `${key}: ${warm[key]} at half, ${last[key]} at the end`)
}

function samplesOf(page: Page): Promise<number> {
  return page.evaluate<number>('globalThis.samples')
}

/** The list service over a crowd in which this program is one, so that details have something to tell. */
async function startLists(): Promise<AsyncDisposable> {
  const url = `http://localhost:${services.ports.stats}/api/process/${process.pid}/info`
  const info = (await (await fetch(url)).json()) as { start_id: string }
  const child = fork(path.join(import.meta.dirname, 'crowd-service.ts'), {
    execArgv: LOOK_INSIDE,
    env: {
      ...services.accuracyEnv,
      CROWD: String(CROWD),
      REAL_PID: String(process.pid),
      REAL_START_ID: info.start_id,
    },
  })
  await once(child, 'message')
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
