import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { until } from '../../tests/launcher/launched.ts'
import { openBrowser, visit, type Visit, type VisitOptions } from '../../tests/support/browser.ts'
import { startProduct, type StartedProduct } from '../../tests/support/started-product.ts'
import { StreamWire } from '../../tests/support/stream-wire.ts'
import { startDemoPrograms } from './demo-programs.ts'
import { withMoreDevices } from './more-devices.ts'
import { SHOTS, type Shot, type Stage } from './shots.ts'

const HELP = `Pictures of every page and state of the real product, dark and light.

  npm run screenshots [-- --only NAME,NAME]

The few that the documents show go to docs/screenshots, all others to test-results/screenshots.
As root on Linux it runs in a PID namespace with a handful of demo programs, so that no picture shows what else runs here.`

const ROOT = path.join(import.meta.dirname, '../..')
const INSIDE = 'TASKMANAGER_SCREENSHOTS_INSIDE'
/** Sparklines and charts need some samples before they look like something. */
const HISTORY_MS = 25_000
/** Panels and menus have come to rest. */
const SETTLE_MS = 600

type Theme = 'dark' | 'light'
type Tab = Visit & { readonly wire: StreamWire }

const SIZES: Record<Stage, VisitOptions> = {
  desktop: {},
  devices: {},
  fresh: {},
  narrow: { width: 320, height: 640 },
  phone: { width: 390, height: 844, touch: true },
}

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
  const names = only?.split(',') ?? ['']
  const shots = SHOTS.filter(({ name }) => names.some((part) => name.includes(part)))
  if (shots.length === 0) throw new Error(`No picture is called like “${only}”.`)
  await using programs = await startDemoPrograms()
  console.log(`${programs.count} demo programs are running.`)
  await using product = await startProduct()
  const browser = await openBrowser()
  try {
    for (const theme of ['dark', 'light'] as const) await takeTheme(browser, product, shots, theme)
  } finally {
    await browser.close()
  }
}

async function takeTheme(
  browser: Browser,
  product: StartedProduct,
  shots: readonly Shot[],
  theme: Theme,
): Promise<void> {
  const open = async (stage: Stage): Promise<Tab> => {
    const tab = await visit(browser, 'about:blank', { ...SIZES[stage], theme })
    const wire = new StreamWire()
    if (stage === 'devices') wire.frame = withMoreDevices
    await wire.attach(tab.page)
    await tab.page.goto(product.url)
    return { ...tab, wire, [Symbol.asyncDispose]: () => tab[Symbol.asyncDispose]() }
  }
  const long = new Map<Stage, Tab>()
  for (const stage of ['desktop', 'phone', 'devices'] as const) {
    if (shots.some((shot) => stageOf(shot) === stage)) long.set(stage, await open(stage))
  }
  const [first] = long.values()
  if (first !== undefined) await first.page.waitForTimeout(HISTORY_MS)
  for (const shot of shots) {
    const kept = long.get(stageOf(shot))
    const tab = kept ?? (await open(stageOf(shot)))
    const { page, wire } = tab
    await page.bringToFront()
    await goTo(page, shot.path)
    try {
      const undo = await shot.prepare?.({ page, product, wire })
      await page.waitForTimeout(SETTLE_MS)
      const file = fileOf(shot, theme)
      await page.screenshot({ path: file })
      console.log(path.relative(ROOT, file))
      await undo?.()
    } catch (error) {
      // The others are of use without it.
      console.error(`${shot.name}, ${theme}: ${String(error)}`)
      process.exitCode = 1
    }
    if (kept === undefined) await tab[Symbol.asyncDispose]()
    await recovered(product)
  }
  for (const tab of long.values()) await tab[Symbol.asyncDispose]()
}

function stageOf({ stage = 'desktop' }: Shot): Stage {
  return stage
}

/** To a page as somebody would who has looked on all the time: nothing is chosen, nothing is open, the past is kept. */
async function goTo(page: Page, to: string): Promise<void> {
  await page.mouse.move(0, 0)
  await page.evaluate('for (const one of document.querySelectorAll("dialog[open]")) one.close()')
  for (const each of ['/nowhere', to]) {
    await page.evaluate(`history.pushState(null, '', ${JSON.stringify(each)})`)
  }
}

function fileOf(shot: Shot, theme: Theme): string {
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
