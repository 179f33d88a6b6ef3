// The five tasks of docs/trial.md as a person does them: by mouse, and by keys alone.
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { bash } from '@taskmanager/testkit'
import { isAlive } from '../launcher/launched.ts'
import { expectAccessible } from '../support/accessible.ts'
import { openBrowser, visit } from '../support/browser.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'

const RESULTS = path.join(import.meta.dirname, '../../test-results')

let product: StartedProduct
let browser: Browser
beforeAll(async () => {
  await mkdir(RESULTS, { recursive: true })
  ;[product, browser] = await Promise.all([startProduct(), openBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await product?.[Symbol.asyncDispose]()
})

/** The Overview with its first figures: where each task begins. */
async function open() {
  const tab = await visit(browser, product.url)
  await card(tab.page, 'CPU').getByRole('link', { name: 'CPU', exact: true }).waitFor()
  await card(tab.page, 'Memory').getByRole('listitem').nth(1).waitFor()
  return tab
}

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const outcomes = (page: Page) => page.getByRole('region', { name: 'Outcomes' })

/** One action: a click somewhere on the drawing of a card. */
async function clickGraph(page: Page, name: string): Promise<void> {
  const box = await card(page, name).boundingBox()
  if (box === null) throw new Error(`no card ${name}`)
  await page.mouse.click(box.x + box.width / 2, box.y + 140)
}

async function palette(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search or run a command' }).waitFor()
  await page.keyboard.type(text)
}

async function ask<T>(port: number, call: string): Promise<T> {
  return (await (await fetch(`http://127.0.0.1:${port}${call}`)).json()) as T
}

/** An app of four processes, in the list by now, each of which holds a quarter of `mebibytes`: `tail` keeps what has no line ends. */
async function tabHog(name: string, mebibytes: number) {
  const folder = await mkdtemp(path.join(RESULTS, 'hog-'))
  const tab = '{ head -c "$3" /dev/zero; read -r _ <&4; } | "$1/$2" >/dev/null & pids+=($!)'
  const hog = await bash(
    `cp "$(type -P tail)" "$1/$2"; { for tab in 1 2 3 4; do ${tab}; done; echo "\${pids[@]}"; read -r _; } 4<&0`,
    folder,
    name,
    `${mebibytes / 4}M`,
  )
  type Apps = { apps: { name: string; process_count: number }[] }
  const count = async () =>
    (await ask<Apps>(product.ports.accuracy, '/api/apps')).apps.find((app) => app.name === name)
      ?.process_count
  await expect.poll(count).toBe(4)
  return {
    pids: hog.said.split(' ').map(Number),
    async [Symbol.asyncDispose]() {
      await hog[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

describe('what uses most memory', () => {
  test('no action: the first row of the card says it', async () => {
    await using tab = await open()
    const first = card(tab.page, 'Memory').getByRole('listitem').first()
    const said = (await first.innerText()).split('\n')[0]?.trim() ?? ''
    type Apps = { apps: { name: string; memory: number | null }[] }
    const { apps } = await ask<Apps>(product.ports.accuracy, '/api/apps')
    const most = Math.max(...apps.map((app) => app.memory ?? 0))
    const named = apps.filter((app) => said.startsWith(app.name)).map((app) => app.memory ?? 0)
    // A moment lies between the two answers.
    expect(Math.max(...named)).toBeGreaterThan(most * 0.7)
    expect(tab.complaints()).toEqual([])
  })

  test('by keys: the list of apps, sorted by memory', async () => {
    await using tab = await open()
    const { page } = tab
    await page.keyboard.press('g')
    await page.keyboard.press('a')
    const grid = page.getByRole('treegrid', { name: 'Apps' })
    await grid.and(page.locator(':focus')).waitFor()
    await page.keyboard.press('m')
    await page.waitForURL(/sort=-memory/)
    const header = grid.getByRole('columnheader', { name: /Memory/ })
    expect(await header.getAttribute('aria-sort')).toBe('descending')
  })
})

describe('end the whole app of a tab-hog', () => {
  test('by mouse: its row, Close app, End', async () => {
    await using hog = await tabHog('tabhog', 700)
    await using tab = await open()
    const { page } = tab
    await card(page, 'Memory')
      .getByRole('link', { name: /^tabhog/ })
      .click()
    const close = page.getByRole('button', { name: 'Close app' })
    await close.click()
    const question = page.getByRole('alertdialog', { name: /^End tabhog, \d+ processes\?$/ })
    await question.getByRole('button', { name: 'End' }).click()
    await outcomes(page).getByText(/ended/).first().waitFor()
    await expect.poll(() => hog.pids.filter(isAlive)).toEqual([])
    expect(tab.complaints()).toEqual([])
  })

  test('by keys: the palette, its name, Delete, Ctrl Enter', async () => {
    await using hog = await tabHog('tabhog-keys', 4)
    await using tab = await open()
    const { page } = tab
    await palette(page, 'tabhog-keys')
    await page.getByRole('option', { name: /all 4 processes; asks first/ }).waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Delete')
    await page.getByRole('alertdialog', { name: 'End tabhog-keys, 4 processes?' }).waitFor()
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => hog.pids.filter(isAlive)).toEqual([])
  })
})

describe('who listens on a port', () => {
  test.each([
    ['a colon', (port: number) => `:${port}`],
    ['digits alone', (port: number) => String(port)],
    ['words', (port: number) => `port ${port}`],
  ])('the palette, asked by %s', async (_, text) => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { port } = server.address() as AddressInfo
      await using tab = await open()
      const { page } = tab
      await page.getByRole('button', { name: 'Search or run a command' }).click()
      await page.getByRole('combobox', { name: 'Search or run a command' }).fill(text(port))
      const found = page.getByRole('group', { name: `On port ${port}` }).getByRole('option')
      await found.getByText(`PID ${process.pid}, listens on :${port}`).waitFor()
      expect(tab.complaints()).toEqual([])
    } finally {
      server.close()
    }
  })
})

test('is the disk the bottleneck: one click says how busy it is, who waits and who writes', async () => {
  const folder = await mkdtemp(path.join(RESULTS, 'disk-'))
  const write = 'if=/dev/zero of="$1/file" bs=4k count=200000 oflag=dsync conv=notrunc status=none'
  await using hog = await bash(
    `cp "$(type -P dd)" "$1/diskhog"; echo up; exec "$1/diskhog" ${write}`,
    folder,
  )
  try {
    await using tab = await open()
    const { page } = tab
    await page.getByRole('region', { name: 'Is anything waiting?' }).getByText('Disk').waitFor()
    await clickGraph(page, 'Disk')
    await page.waitForURL(/\/performance\/disk-/)
    await page.getByText(/% active, reading/).waitFor()
    await page.getByText('Active time').waitFor()
    const users = page.getByRole('region', { name: 'Who reads and writes' })
    await users.getByText('diskhog').waitFor()
    expect(isAlive(hog.pid)).toBe(true)
    await expectAccessible(page)
    expect(tab.complaints()).toEqual([])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

describe('model and temperature of the CPU', () => {
  const expectSaid = async (page: Page) => {
    const { cpu } = await ask<{ cpu: { model: string | null } }>(product.ports.stats, '/api/system')
    await page.waitForURL(`${product.url}/performance/cpu`)
    await page
      .getByText(cpu.model ?? 'threads')
      .first()
      .waitFor()
    const fact = page.getByRole('complementary', { name: 'Facts' })
    const said = fact.locator('dt:text-is("Temperature") + dd')
    await said.waitFor()
    expect(await said.innerText()).toMatch(/^\d+\s°C$|^hidden by the host$|^no sensor reports it$/)
  }

  test('by mouse: a click on the card', async () => {
    await using tab = await open()
    await clickGraph(tab.page, 'CPU')
    await expectSaid(tab.page)
    expect(tab.complaints()).toEqual([])
  })

  test('by keys: g f', async () => {
    await using tab = await open()
    await tab.page.keyboard.press('g')
    await tab.page.keyboard.press('f')
    await expectSaid(tab.page)
    expect(tab.complaints()).toEqual([])
  })

  test('by keys: the palette finds the page by what is looked for', async () => {
    await using tab = await open()
    await palette(tab.page, 'processor')
    await tab.page.keyboard.press('Enter')
    await expectSaid(tab.page)
    expect(tab.complaints()).toEqual([])
  })
})
