import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { until } from '../../tests/launcher/launched.ts'
import { openBrowser, visit, type VisitOptions } from '../../tests/support/browser.ts'
import { startProduct, type StartedProduct } from '../../tests/support/started-product.ts'
import { startDemoPrograms } from './demo-programs.ts'
import { SHOTS, type Shot } from './shots.ts'

const HELP = `Pictures of every page and state of the real product, dark and light.

  npm run screenshots [-- --only NAME]

The few that the documents show go to docs/screenshots, all others to test-results/screenshots.
As root on Linux it runs in a PID namespace with a handful of demo programs, so that no picture shows what else runs here.`

const ROOT = path.join(import.meta.dirname, '../..')
const INSIDE = 'TASKMANAGER_SCREENSHOTS_INSIDE'
/** Sparklines and charts need some samples before they look like something. */
const HISTORY_MS = 25_000

const { values } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' }, only: { type: 'string' } },
})

if (values.help === true) console.log(HELP)
else if (process.platform === 'linux' && process.getuid?.() === 0 && !process.env[INSIDE]) {
  process.exitCode = runInNamespace()
} else await takeAll(values.only)

function runInNamespace(): number {
  const inside = 'hostname workstation && exec "$@"'
  const { status } = spawnSync(
    'unshare',
    [
      ...'--pid --mount --uts --fork --kill-child --mount-proc sh -c'.split(' '),
      inside,
      'sh',
      process.execPath,
      ...process.argv.slice(1),
    ],
    { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } },
  )
  return status ?? 1
}

async function takeAll(only: string | undefined): Promise<void> {
  await using programs = await startDemoPrograms()
  console.log(`${programs.count} demo programs are running.`)
  await using product = await startProduct()
  const browser = await openBrowser()
  try {
    for (const shot of SHOTS.filter(({ name }) => only === undefined || name.includes(only))) {
      for (const theme of ['dark', 'light'] as const) await take(browser, product, shot, theme)
    }
  } finally {
    await browser.close()
  }
}

async function take(
  browser: Browser,
  product: StartedProduct,
  shot: Shot,
  theme: 'dark' | 'light',
): Promise<void> {
  const size: VisitOptions = shot.phone === true ? { width: 390, height: 844, touch: true } : {}
  await using tab = await visit(browser, product.url + shot.path, { ...size, theme })
  if (shot.fresh !== true) await tab.page.waitForTimeout(HISTORY_MS)
  await shot.prepare?.(tab.page, product)
  const file = fileOf(shot, theme)
  await tab.page.screenshot({ path: file })
  console.log(path.relative(ROOT, file))
  await recovered(product)
}

function fileOf(shot: Shot, theme: 'dark' | 'light'): string {
  const shown = shot.inDocuments?.includes(theme) === true
  const folder = path.join(ROOT, shown ? 'docs/screenshots' : 'test-results/screenshots')
  mkdirSync(folder, { recursive: true })
  return path.join(folder, `${shot.name}-${theme}.png`)
}

/** A shot may have stopped a service; the launcher brings it back before the next one. */
async function recovered({ ports }: StartedProduct): Promise<void> {
  await until('both services answer', async () => {
    const answers = [ports.stats, ports.accuracy].map((port) =>
      fetch(`http://127.0.0.1:${port}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
    return !(await Promise.all(answers)).includes(false)
  })
}
