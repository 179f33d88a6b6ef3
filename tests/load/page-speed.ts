import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { openBrowser, visit } from '../support/browser.ts'
import { startCrowd } from './crowd.ts'
import { traceTasks, type Tasks } from './main-thread.ts'
import { startPageServices } from './page-services.ts'

const VIEWS = {
  tree: { path: '/processes?view=tree', list: 'Processes', filter: 'serial=42' },
  flat: { path: '/processes?view=flat', list: 'Processes', filter: 'serial=42' },
  apps: { path: '/apps', list: 'Apps', filter: 'work' },
  overview: { path: '/', list: null, filter: null },
} as const
type View = (typeof VIEWS)[keyof typeof VIEWS]

/** What a frame with rows that come into view costs, milliseconds. */
const FRAME_MS = 12

const HELP = `How fast the page is with many processes: the real page and list service, a table that is not there.

  npm run build && node tests/load/page-speed.ts [--processes 5000] [--seconds 10] [--view tree|flat|apps|overview]

Prints the tasks of the page's main thread in CPU milliseconds, so that a busy machine does not count against it.
Budgets (ui.md section 14): no task over 50 ms, a filter within 16 ms. It measures and never fails.
"always the same" is an empty page that computes the same sums in each second frame, ${FRAME_MS} ms of them, as much as scrolling by hand
takes: what it takes longer than that is the machine's doing, and the page's longest tasks have as much of it.`

/** A wheel as a hand turns it, quickly: 3,000 pixels a second. And as fast as a program can. */
const HAND = { pixels: 120, pauseMs: 40 }
const FLOOD = { pixels: 220, pauseMs: 0 }

/** Both run in the page. */
const COUNT_FRAMES = `(() => {
  const mine = { count: 0, over: false }
  globalThis.frames = mine
  const next = () => { mine.count += 1; if (!mine.over) requestAnimationFrame(next) }
  requestAnimationFrame(next)
})()`
/** No garbage, no layout: the same sums in each second frame. How many take that long is told by the quickest of twenty tries. */
const SAME_WORK = `(() => {
  const numbers = new Float64Array(4096)
  const sums = (rounds) => {
    for (let round = 0; round < rounds; round += 1)
      for (let at = 0; at < 4096; at += 1) numbers[at] = Math.sqrt(numbers[at] + at)
  }
  let quickest = Infinity
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const begun = performance.now()
    sums(100)
    quickest = Math.min(quickest, performance.now() - begun)
  }
  const rounds = Math.round((100 * ${FRAME_MS}) / quickest)
  let frame = 0
  const next = () => {
    if ((frame += 1) % 2 === 0) sums(rounds)
    requestAnimationFrame(next)
  }
  requestAnimationFrame(next)
})()`
const COUNT_CHANGES = `(() => {
  globalThis.changes = 0
  new MutationObserver((list) => { globalThis.changes += list.length })
    .observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
  globalThis.setHidden = (hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
    document.dispatchEvent(new Event('visibilitychange'))
  }
})()`
const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    processes: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '10' },
    view: { type: 'string', default: 'tree' },
  },
})
if (values.help === true || !Object.hasOwn(VIEWS, values.view)) console.log(HELP)
else await measure(Number(values.processes), Number(values.seconds) * 1000)

async function measure(count: number, ms: number): Promise<void> {
  const view: View = VIEWS[values.view as keyof typeof VIEWS]
  await using services = await startPageServices()
  await using crowd = await startCrowd(count, services.accuracyEnv)
  const browser = await openBrowser()
  try {
    await using tab = await visit(browser, 'about:blank')
    const { page } = tab
    console.log(
      `${crowd.count} processes, ${values.view}, one sample a second; CPU ms of the main thread\n`,
    )
    const opening = await traceTasks(page, async () => {
      await page.goto(`http://localhost:${services.ports.pages}${view.path}`)
      if (view.list !== null) await page.locator('[data-key]').first().waitFor()
      await page.waitForTimeout(4000)
    })
    report('opening', opening, 'code, first picture, four seconds')
    report('at rest', await traceTasks(page, () => page.waitForTimeout(ms)))
    if (view.list !== null) {
      await openAll(page, view.list)
      await scrolling(page, 'scrolling by hand', HAND, ms)
      await scrolling(page, 'scrolling', FLOOD, ms)
    }
    if (view.filter !== null) await filtering(page, view.filter)
    await hidden(page, ms)
    await page.close() // the services go on
    if (view.list !== null) await alwaysTheSame(browser, ms)
  } finally {
    await browser.close()
  }
}

async function openAll(page: Page, list: string): Promise<void> {
  await page.getByLabel(list, { exact: true }).focus()
  await page.keyboard.press('*') // every branch open: thousands of lines to scroll
  const box = await page.getByLabel(list, { exact: true }).boundingBox()
  if (box === null) throw new Error('the list is not there')
  await page.mouse.move(box.x + 300, box.y + 300)
}

async function scrolling(
  page: Page,
  name: string,
  { pixels, pauseMs }: { pixels: number; pauseMs: number },
  ms: number,
): Promise<void> {
  await page.evaluate(`document.querySelector('.gridtable').scrollTop = 0`)
  await page.evaluate(COUNT_FRAMES)
  const until = performance.now() + ms
  const tasks = await traceTasks(page, async () => {
    while (performance.now() < until) {
      await page.mouse.wheel(0, pixels)
      if (pauseMs > 0) await page.waitForTimeout(pauseMs)
    }
  })
  const frames = await page.evaluate<number>(
    'globalThis.frames.over = true, globalThis.frames.count',
  )
  const seconds = tasks.wallMs / 1000
  report(
    name,
    tasks,
    `${(frames / seconds).toFixed(0)} frames a second, ${(tasks.totalMs / frames).toFixed(1)} ms a frame`,
  )
}

async function filtering(page: Page, text: string): Promise<void> {
  await page.keyboard.press('/')
  const tasks = await traceTasks(page, async () => {
    for (const letter of text) {
      await page.keyboard.type(letter)
      await page.waitForTimeout(250)
    }
  })
  report('typing a filter', tasks, 'with the samples that land meanwhile')
}

/** Nobody looks: frames come every five seconds and change nothing that is shown. */
async function hidden(page: Page, ms: number): Promise<void> {
  await page.evaluate(COUNT_CHANGES)
  await page.evaluate('globalThis.setHidden(true)')
  await page.waitForTimeout(1500) // what was under way ends
  const before = await page.evaluate<number>('globalThis.changes')
  const tasks = await traceTasks(page, () => page.waitForTimeout(ms))
  const changes = (await page.evaluate<number>('globalThis.changes')) - before
  const backMs = await page.evaluate<number>(`new Promise((resolve) => {
    const shown = performance.now()
    const before = globalThis.changes
    const look = () => globalThis.changes > before ? resolve(performance.now() - shown) : requestAnimationFrame(look)
    globalThis.setHidden(false)
    look()
  })`)
  report(
    'hidden',
    tasks,
    `${changes} changes of the page; shown again it is new after ${backMs.toFixed(0)} ms`,
  )
}

/** The measure of the measure: how long work takes here at most that is always the same. */
async function alwaysTheSame(browser: Browser, ms: number): Promise<void> {
  await using tab = await visit(browser, 'about:blank')
  await tab.page.evaluate(SAME_WORK)
  const tasks = await traceTasks(tab.page, () => tab.page.waitForTimeout(ms))
  report('always the same', tasks, `${FRAME_MS} ms in each second frame of an empty page`)
}

function report(what: string, tasks: Tasks, note = ''): void {
  const share = (tasks.totalMs / tasks.wallMs) * 100
  const over = tasks.overBudget === 0 ? 'none over 50' : `${tasks.overBudget} OVER 50`
  console.log(
    `${what.padEnd(17)} longest ${tasks.longestMs.toFixed(1).padStart(6)}  99 % ${tasks.p99Ms.toFixed(1).padStart(5)}  ${over.padEnd(12)}  ${share.toFixed(0).padStart(3)} % of a core  ${note}`,
  )
}
