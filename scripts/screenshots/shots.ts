import type { Page } from 'playwright-core'
import type { StartedProduct } from '../../tests/support/started-product.ts'

export interface Shot {
  name: string
  path: string
  phone?: boolean
  /** Taken at once, before there is any history. */
  fresh?: boolean
  /** Themes in which the documents show it. */
  inDocuments?: readonly ('dark' | 'light')[]
  /** Brings the page into the state to be shown. */
  prepare?: (page: Page, product: StartedProduct) => Promise<void>
}

export const SHOTS: readonly Shot[] = [
  { name: 'overview', path: '/', inDocuments: ['dark', 'light'] },
  { name: 'apps', path: '/apps' },
  { name: 'processes', path: '/processes', inDocuments: ['dark'] },
  { name: 'performance-cpu', path: '/performance/cpu', inDocuments: ['dark'] },
  { name: 'performance-memory', path: '/performance/memory' },
  { name: 'settings', path: '/settings', fresh: true },
  { name: 'actions', path: '/processes', fresh: true, prepare: openActions },
  { name: 'first-sample', path: '/processes', fresh: true },
  { name: 'empty-filter', path: '/processes?q=postgrse', fresh: true },
  { name: 'details', path: '/processes', prepare: openDetails },
  { name: 'palette', path: '/processes', prepare: openPalette },
  { name: 'shortcuts', path: '/', prepare: openShortcuts },
  { name: 'end-dialog', path: '/processes', inDocuments: ['light'], prepare: openEndDialog },
  {
    name: 'lists-down',
    path: '/processes',
    prepare: async (page, product) => {
      stop(product, 'accuracy')
      await page.getByText('Process list unavailable.').waitFor()
    },
  },
  {
    name: 'both-down',
    path: '/',
    prepare: async (page, product) => {
      stop(product, 'stats')
      stop(product, 'accuracy')
      await page.getByText('Neither service answers.').waitFor()
    },
  },
  { name: 'phone-overview', path: '/', phone: true },
  { name: 'phone-palette', path: '/processes', phone: true, prepare: openPalette },
  { name: 'phone-processes', path: '/processes', phone: true },
]

function stop(product: StartedProduct, name: 'stats' | 'accuracy') {
  const pid = product.servicePid(name)
  if (pid !== null) process.kill(pid, 'SIGKILL')
}

async function selectDemo(page: Page) {
  const row = page.getByRole('row').filter({ hasText: 'webshop' }).first()
  await row.click()
  return row
}

async function openDetails(page: Page) {
  await selectDemo(page)
  await page.keyboard.press('Enter')
  await page.getByRole('tab', { name: 'Overview' }).waitFor()
}

async function openEndDialog(page: Page) {
  await selectDemo(page)
  await page.keyboard.press('Delete')
  await page.getByRole('alertdialog').waitFor()
}

async function openPalette(page: Page) {
  await page
    .getByRole('button', { name: 'Search or run a command' })
    .filter({ visible: true })
    .click()
  await page.getByRole('combobox', { name: 'Search or run a command' }).fill('webshop')
  await page.getByRole('group', { name: 'Running now' }).waitFor()
}

/** Suspends a demo program and lets it go on, so that there is something to show. */
async function openActions(page: Page) {
  await selectDemo(page)
  await page.keyboard.press('s')
  const outcomes = page.getByRole('region', { name: 'Outcomes' })
  await outcomes.getByRole('button', { name: 'Resume' }).click()
  await outcomes.getByText(/^Resumed/).waitFor()
  await outcomes.getByRole('link', { name: 'Actions log' }).first().click()
  await page.getByRole('table', { name: 'Actions' }).waitFor()
}

async function openShortcuts(page: Page) {
  await page.keyboard.press('?')
  await page.getByRole('heading', { name: 'Shortcuts' }).waitFor()
}
