import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { writeTokens } from '../../packages/service-kit/src/tokens.ts'
import { ensurePrivateDirectory } from '../../scripts/launcher/directories.ts'
import { freePorts } from '../launcher/launched.ts'
import { openBrowser, visit } from '../support/browser.ts'
import { startCrowd } from './crowd.ts'
import { traceTasks, type Tasks } from './main-thread.ts'

const HELP = `How fast the page is with many processes: the real page and list service, a table that is not there.

  npm run build && node tests/load/page-speed.ts [--processes 5000] [--seconds 10] [--view tree|flat]

Prints the tasks of the page's main thread in CPU milliseconds, so that a busy machine does not count against it.
Budgets (ui.md section 14): no task over 50 ms, a filter within 16 ms. It measures and never fails.`

/** Runs in the page. */
const COUNT_FRAMES = `(() => {
  globalThis.frames = { count: 0 }
  const next = () => { globalThis.frames.count += 1; requestAnimationFrame(next) }
  requestAnimationFrame(next)
})()`
const ROOT = path.join(import.meta.dirname, '../..')
const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    processes: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '10' },
    view: { type: 'string', default: 'tree' },
  },
})
if (values.help === true) console.log(HELP)
else if (!existsSync(path.join(ROOT, 'dist/pages.mjs'))) {
  console.error('There is no built page. Run: npm run build')
  process.exitCode = 1
} else await measure(Number(values.processes), Number(values.seconds) * 1000, values.view)

async function measure(count: number, ms: number, view: string): Promise<void> {
  const root = mkdtempSync(path.join(tmpdir(), 'page-speed-'))
  const ports = await freePorts()
  const runDir = path.join(root, 'run')
  ensurePrivateDirectory(runDir)
  writeTokens(runDir)
  const env = {
    ...process.env,
    TASKMANAGER_RUN_DIR: runDir,
    TASKMANAGER_STATE_DIR: path.join(root, 'state'),
    PAGE_ORIGIN_PORT: String(ports.pages),
    TASKMANAGER_STATS_PORT: String(ports.stats),
    TASKMANAGER_ACCURACY_PORT: String(ports.accuracy),
  }
  const children = (['stats', 'pages'] as const).map((name) =>
    spawn(process.execPath, [path.join(ROOT, `dist/${name}.mjs`)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...env, PORT: String(ports[name]) },
    }),
  )
  try {
    await using crowd = await startCrowd(count, { ...env, PORT: String(ports.accuracy) })
    const browser = await openBrowser()
    try {
      await using tab = await visit(browser, await whenUp(ports.pages, view))
      await tab.page.locator('[data-key]').first().waitFor()
      await tab.page.waitForTimeout(4000)
      console.log(
        `${crowd.count} processes, ${view}, one sample a second; CPU ms of the main thread\n`,
      )
      report('at rest', await traceTasks(tab.page, () => tab.page.waitForTimeout(ms)))
      await scrolling(tab.page, ms)
      await filtering(tab.page)
    } finally {
      await browser.close()
    }
  } finally {
    const ended = Promise.all(children.map((child) => once(child, 'exit')))
    for (const child of children) child.kill('SIGTERM')
    await ended
    rmSync(root, { recursive: true, force: true })
  }
}

async function whenUp(port: number, view: string): Promise<string> {
  const url = `http://localhost:${port}/processes?view=${view}`
  for (;;) {
    const answer = await fetch(url).catch(() => null)
    if (answer?.ok === true) return url
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function scrolling(page: Page, ms: number): Promise<void> {
  await page.keyboard.press('*') // every branch open: thousands of lines to scroll
  const box = await page.getByLabel('Processes', { exact: true }).boundingBox()
  if (box === null) throw new Error('the list is not there')
  await page.mouse.move(box.x + 300, box.y + 300)
  await page.evaluate(COUNT_FRAMES)
  const until = performance.now() + ms
  const tasks = await traceTasks(page, async () => {
    while (performance.now() < until) await page.mouse.wheel(0, 220)
  })
  const frames = await page.evaluate<number>('globalThis.frames.count')
  const seconds = tasks.wallMs / 1000
  report(
    'scrolling',
    tasks,
    `${(frames / seconds).toFixed(0)} frames a second, ${(tasks.totalMs / frames).toFixed(1)} ms a frame`,
  )
}

async function filtering(page: Page): Promise<void> {
  await page.keyboard.press('/')
  const tasks = await traceTasks(page, async () => {
    for (const letter of 'serial=42') {
      await page.keyboard.type(letter)
      await page.waitForTimeout(250)
    }
  })
  report('typing a filter', tasks, 'with the samples that land meanwhile')
}

function report(what: string, tasks: Tasks, note = ''): void {
  const share = (tasks.totalMs / tasks.wallMs) * 100
  const over = tasks.overBudget === 0 ? 'none over 50' : `${tasks.overBudget} OVER 50`
  console.log(
    `${what.padEnd(16)} longest ${tasks.longestMs.toFixed(1).padStart(6)}  99 % ${tasks.p99Ms.toFixed(1).padStart(5)}  ${over.padEnd(12)}  ${share.toFixed(0).padStart(3)} % of a core  ${note}`,
  )
}
