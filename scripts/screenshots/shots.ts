import { named } from '@taskmanager/testkit'
import type { Page } from 'playwright-core'
import { usurp } from '../../tests/security/support/squatter.ts'
import type { StartedProduct } from '../../tests/support/started-product.ts'
import type { StreamWire } from '../../tests/support/stream-wire.ts'
import { listContainers, listServices, listSessions, listStartup, openLog } from './made-lists.ts'

/**
 * Where a picture is taken. `desktop`, `phone` and `devices` (with made-up cards, battery and interfaces) are tabs that
 * have looked on for a while, one of each and theme; `fresh` and `narrow` are new ones, without any history.
 */
export type Stage = 'desktop' | 'phone' | 'devices' | 'fresh' | 'narrow'

export interface Scene {
  readonly page: Page
  readonly product: StartedProduct
  readonly wire: StreamWire
}

export interface Shot {
  readonly name: string
  readonly path: string
  readonly stage?: Stage
  /** Themes in which the documents show it. */
  readonly inDocuments?: readonly ('dark' | 'light')[]
  /** Brings the page into the state to be shown; what it answers puts an end to it. */
  readonly prepare?: (scene: Scene) => Promise<void | (() => PromiseLike<void>)>
}

/** Each page, then what opens over it, then what goes wrong: the last ones stop services. */
export const SHOTS: readonly Shot[] = [
  { name: 'overview', path: '/', inDocuments: ['dark', 'light'] },
  { name: 'overview-menu', path: '/', prepare: openCardMenu },
  { name: 'overview-contrast', path: '/', prepare: moreContrast },
  { name: 'apps', path: '/apps' },
  { name: 'apps-chosen', path: '/apps', prepare: chooseApps },
  { name: 'processes', path: '/processes', inDocuments: ['dark'] },
  { name: 'processes-contrast', path: '/processes', prepare: moreContrast },
  {
    name: 'processes-flat',
    path: '/processes?view=flat&q=user%3Aroot%20mem%3E1m%20',
    prepare: chooseSeveral,
  },
  { name: 'processes-menu', path: '/processes', prepare: openRowMenu },
  { name: 'columns', path: '/processes', prepare: openColumns },
  { name: 'held', path: '/processes?view=flat', prepare: holdOrder },
  { name: 'performance-cpu', path: '/performance/cpu', inDocuments: ['dark'] },
  { name: 'performance-cores', path: '/performance/cpu', prepare: showCores },
  { name: 'performance-memory', path: '/performance/memory' },
  { name: 'performance-disk', path: '/performance/cpu', prepare: openDevice('disk-') },
  { name: 'performance-network', path: '/performance/cpu', prepare: openDevice('net-') },
  { name: 'performance-unknown', path: '/performance/gpu-9' },
  { name: 'more-devices', path: '/', stage: 'devices' },
  { name: 'performance-gpu', path: '/performance/gpu-0', stage: 'devices' },
  { name: 'performance-power', path: '/performance/power', stage: 'devices' },
  { name: 'services', path: '/services', prepare: listServices },
  { name: 'service-log', path: '/services', prepare: openLog },
  { name: 'services-none', path: '/services' },
  { name: 'containers', path: '/containers', prepare: listContainers },
  { name: 'containers-none', path: '/containers' },
  { name: 'startup', path: '/startup', prepare: listStartup },
  { name: 'users', path: '/users', prepare: listSessions },
  { name: 'details', path: '/processes', prepare: openDetails },
  { name: 'details-files', path: '/processes', prepare: openFiles },
  { name: 'details-ended', path: '/processes', prepare: openEnded },
  { name: 'settings', path: '/settings' },
  { name: 'actions', path: '/processes', prepare: openActions },
  { name: 'palette', path: '/processes', prepare: openPalette('webshop') },
  { name: 'palette-empty', path: '/processes', prepare: openPalette('qqqq') },
  { name: 'shortcuts', path: '/', prepare: openShortcuts },
  {
    name: 'end-dialog',
    path: '/processes',
    inDocuments: ['light'],
    prepare: openEndDialog('Delete'),
  },
  { name: 'force-dialog', path: '/processes', prepare: openEndDialog('Shift+Delete') },
  { name: 'close-app-dialog', path: '/apps', prepare: openCloseApp },
  { name: 'end-several', path: '/processes?view=flat', prepare: openEndSeveral },
  { name: 'choose-cpus', path: '/processes', prepare: openCpus },
  { name: 'paused', path: '/', prepare: pause },
  { name: 'first-sample', path: '/processes', stage: 'fresh', prepare: beforeRates },
  { name: 'first-sample-overview', path: '/', stage: 'fresh', prepare: beforeRates },
  { name: 'empty-filter', path: '/processes?q=postgrse' },
  { name: 'empty-filter-excluded', path: '/processes?q=webshop%20user%3Anobody%20' },
  { name: 'actions-empty-filter', path: '/actions?q=qqqq' },
  { name: 'not-found', path: '/nowhere' },
  { name: 'narrow-overview', path: '/', stage: 'narrow' },
  { name: 'narrow-processes', path: '/processes', stage: 'narrow' },
  { name: 'phone-overview', path: '/', stage: 'phone' },
  { name: 'phone-apps', path: '/apps', stage: 'phone', prepare: choosePhoneApp },
  { name: 'phone-processes', path: '/processes', stage: 'phone' },
  { name: 'phone-sheet', path: '/processes', stage: 'phone', prepare: openSheet },
  { name: 'phone-performance', path: '/performance/cpu', stage: 'phone' },
  { name: 'phone-containers', path: '/containers', stage: 'phone', prepare: listContainers },
  { name: 'phone-startup', path: '/startup', stage: 'phone', prepare: listStartup },
  { name: 'phone-users', path: '/users', stage: 'phone', prepare: listSessions },
  { name: 'phone-actions', path: '/actions', stage: 'phone' },
  { name: 'phone-settings', path: '/settings', stage: 'phone' },
  { name: 'phone-details', path: '/processes', stage: 'phone', prepare: openPhoneDetails },
  { name: 'phone-end-dialog', path: '/apps', stage: 'phone', prepare: openPhoneEnd },
  { name: 'phone-palette', path: '/processes', stage: 'phone', prepare: openPalette('webshop') },
  { name: 'stale', path: '/', prepare: fallSilent },
  { name: 'newer-services', path: '/', prepare: beOlder },
  {
    name: 'lists-down',
    path: '/processes',
    prepare: lose('accuracy', 'Process list unavailable.'),
  },
  { name: 'charts-down', path: '/', prepare: lose('stats', 'Charts and commands unavailable.') },
  { name: 'reconnected', path: '/performance/cpu', prepare: comeBack },
  { name: 'both-down', path: '/', prepare: loseBoth },
  { name: 'phone-both-down', path: '/', stage: 'phone', prepare: loseBoth },
  { name: 'wrong-program', path: '/', prepare: takePort },
]

function stop(product: StartedProduct, name: 'stats' | 'accuracy') {
  const pid = product.servicePid(name)
  if (pid !== null) process.kill(pid, 'SIGKILL')
}

const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name }).first()

async function openCardMenu({ page }: Scene) {
  const cpu = page.getByRole('region', { name: 'CPU', exact: true })
  await cpu
    .getByRole('link', { name: / in Apps$/ })
    .first()
    .click({ button: 'right' })
  await page.getByRole('menuitem', { name: /^Priority/ }).hover()
  await page.getByRole('menuitem', { name: /^Normal/ }).waitFor()
}

async function moreContrast({ page }: Scene) {
  await page.emulateMedia({ contrast: 'more' })
  return () => page.emulateMedia({ contrast: null })
}

async function chooseApps({ page }: Scene) {
  await rowOf(page, 'webshop').click()
  await rowOf(page, 'nginx').click({ modifiers: ['Control'] })
}

async function chooseSeveral({ page }: Scene) {
  await rowOf(page, 'nginx').click()
  await rowOf(page, 'postgres').click({ modifiers: ['Control'] })
}

async function openRowMenu({ page }: Scene) {
  await rowOf(page, 'webshop').click({ button: 'right' })
  await page.getByRole('menu').waitFor()
}

async function openColumns({ page }: Scene) {
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('checkbox', { name: 'Threads' }).waitFor()
}

async function holdOrder({ page }: Scene) {
  await rowOf(page, 'webshop').hover()
  await page.mouse.move(700, 500, { steps: 5 })
  await page.getByText('Order held while the pointer is on the list').waitFor()
}

async function showCores({ page }: Scene) {
  await page.getByRole('button', { name: 'Per core' }).click()
  return () => page.getByRole('button', { name: 'Both' }).click()
}

function openDevice(prefix: string) {
  return async ({ page }: Scene) => {
    await page.locator(`a[href^="/performance/${prefix}"]`).first().click()
    await page.waitForURL(new RegExp(prefix))
  }
}

async function openDetails({ page }: Scene) {
  await rowOf(page, 'webshop').click()
  await page.keyboard.press('Enter')
  await page.getByRole('tab', { name: 'Overview' }).waitFor()
}

async function openFiles(scene: Scene) {
  await openDetails(scene)
  await scene.page.getByRole('tab', { name: /^Files/ }).click()
}

async function openEnded({ page }: Scene) {
  const brief = await named('brief')
  await rowOf(page, 'brief').click()
  await page.keyboard.press('Enter')
  await page.getByRole('tab', { name: 'Overview' }).waitFor()
  await brief[Symbol.asyncDispose]()
  await page.getByText(/ended \d\d:/).waitFor()
}

function openEndDialog(key: string) {
  return async ({ page }: Scene) => {
    await rowOf(page, 'webshop').click()
    await page.keyboard.press(key)
    await page.getByRole('alertdialog').waitFor()
  }
}

async function openCloseApp({ page }: Scene) {
  await page.getByRole('row', { expanded: false }).first().click()
  await page.keyboard.press('Delete')
  await page.getByRole('alertdialog').waitFor()
}

async function openEndSeveral(scene: Scene) {
  await chooseSeveral(scene)
  await scene.page.keyboard.press('Delete')
  await scene.page.getByRole('alertdialog').waitFor()
}

async function openCpus({ page }: Scene) {
  await rowOf(page, 'webshop').click()
  await page.getByRole('button', { name: 'Priority' }).click()
  await page.getByRole('menuitem', { name: 'Choose CPUs…' }).click()
  await page.getByRole('dialog', { name: /^CPUs of/ }).waitFor()
}

function openPalette(text: string) {
  return async ({ page }: Scene) => {
    await page
      .getByRole('button', { name: 'Search or run a command' })
      .filter({ visible: true })
      .click()
    await page.getByRole('combobox', { name: 'Search or run a command' }).fill(text)
    await page
      .getByRole('status')
      .filter({ hasText: / results?$/ })
      .waitFor()
  }
}

/** Suspends a demo program and lets it go on, so that there is something to show. */
async function openActions({ page }: Scene) {
  await rowOf(page, 'webshop').click()
  await page.keyboard.press('s')
  const outcomes = page.getByRole('region', { name: 'Outcomes' })
  await outcomes.getByRole('button', { name: 'Resume' }).click()
  await outcomes.getByText(/^Resumed/).waitFor()
  await outcomes.getByRole('link', { name: 'Actions log' }).first().click()
  await page.getByRole('table', { name: 'Actions' }).waitFor()
}

async function openShortcuts({ page }: Scene) {
  await page.keyboard.press('?')
  await page.getByRole('heading', { name: 'Shortcuts' }).waitFor()
}

async function pause({ page }: Scene) {
  await page.keyboard.press('p')
  await page.getByRole('group', { name: 'Refresh' }).getByText('Paused').waitFor()
  return () => page.keyboard.press('p')
}

/** Only the first picture arrives: no interval is known yet. */
async function beforeRates({ page, wire }: Scene) {
  const seen = new Set<string>()
  wire.frame = (text) => {
    const frame = JSON.parse(text) as { type: string; interval_ms: number | null }
    if (seen.has(frame.type) || frame.type === 'delta') return null
    seen.add(frame.type)
    return withoutRates(frame)
  }
  await page.reload()
  await page.getByText('Measuring CPU and rates, one second…').waitFor()
}

/** A picture as it is before the first interval: what needs two samples is not known, for that reason. */
function withoutRates(frame: object): string {
  const isRate = (key: string) =>
    /percent$|per_second$|cpu_usage|interval_ms/.test(key) && !key.startsWith('memory')
  return JSON.stringify(frame, (key, value: unknown) => {
    if (isRate(key)) return null
    const table = value as { columns?: string[]; rows?: unknown[][] } | null
    if (table === null || !Array.isArray(table.columns) || !Array.isArray(table.rows)) return value
    const { columns, rows } = table
    const unknown = Object.fromEntries(
      columns.filter(isRate).map((column) => [column, 'first_sample']),
    )
    const cellOf = (cell: unknown, at: number): unknown => {
      const column = columns[at] ?? ''
      if (column === 'unknown') return unknown
      return isRate(column) ? null : cell
    }
    return { columns, rows: rows.map((cells) => cells.map(cellOf)) }
  })
}

async function choosePhoneApp({ page }: Scene) {
  await rowOf(page, 'webshop').tap()
  await page.getByRole('toolbar', { name: 'Chosen apps' }).waitFor()
}

async function openSheet({ page }: Scene) {
  await rowOf(page, 'webshop').tap()
  await page.getByRole('dialog').waitFor()
}

async function openPhoneDetails(scene: Scene) {
  await openSheet(scene)
  await scene.page.getByRole('button', { name: 'Details' }).tap()
  await scene.page.getByRole('tab', { name: 'Overview' }).waitFor()
}

async function openPhoneEnd(scene: Scene) {
  await choosePhoneApp(scene)
  await scene.page.getByRole('button', { name: 'Close app' }).tap()
  await scene.page.getByRole('alertdialog').waitFor()
}

async function fallSilent({ page, wire }: Scene) {
  const { frame } = wire
  wire.frame = () => null
  await page
    .getByText(/last data \d+.s ago/)
    .first()
    .waitFor()
  return async () => void (wire.frame = frame)
}

async function beOlder({ page, wire }: Scene) {
  const { frame } = wire
  wire.frame = (text) => text.replace(/"api_version":(\d+)/, '"api_version":99')
  await page.getByText('A newer version is running.').waitFor()
  return async () => {
    wire.frame = frame
    await page.reload()
  }
}

function lose(name: 'stats' | 'accuracy', banner: string) {
  return async ({ page, product }: Scene) => {
    stop(product, name)
    await page.getByText(banner).waitFor()
  }
}

async function comeBack({ page }: Scene) {
  await page
    .getByRole('contentinfo')
    .getByText(/^System \d+ \d+.ms$/)
    .waitFor()
  await page.waitForTimeout(5000)
}

async function loseBoth({ page, product }: Scene) {
  stop(product, 'stats')
  stop(product, 'accuracy')
  await page.getByText('Neither service answers.').waitFor()
}

async function takePort({ page, product }: Scene) {
  const stranger = await usurp(product, 'stats', 'impostor')
  await page
    .getByText(/is used by another program/)
    .first()
    .waitFor()
  return () => stranger[Symbol.asyncDispose]()
}
