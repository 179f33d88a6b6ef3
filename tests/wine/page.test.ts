import { mkdirSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, visit } from '../support/browser.ts'
import { startPageBeside } from '../support/page-beside.ts'
import { noWineReason } from './support/wine-machine.ts'
import { startWineServices, type WineServices } from './support/wine-services.ts'

const MARK = 'a-program-for-the-page'
const reason = noWineReason()

describe.skipIf(reason !== null)(
  'the page in a browser on Linux, both services under Windows',
  () => {
    let running: WineServices
    let pages: AsyncDisposable
    let browser: Browser
    beforeAll(async () => {
      running = await startWineServices()
      mkdirSync(running.stateDir, { recursive: true, mode: 0o700 })
      ;[pages, browser] = await Promise.all([startPageBeside(running), openBrowser()])
    })
    afterAll(async () => {
      await browser?.close()
      await pages?.[Symbol.asyncDispose]()
      await running?.[Symbol.asyncDispose]()
    })

    test('with a token that is pasted it is live, offers what Windows has, and ends a process', async () => {
      const victim = running.startNode(['-e', 'setInterval(() => {}, 1000)', MARK])
      await using tab = await visit(browser, `${running.origin}/settings`)
      const { page } = tab
      await page.getByLabel('Token').fill(running.tokens.control)
      await page.getByRole('button', { name: 'Use', exact: true }).click()
      const pagesOf = page.getByRole('navigation', { name: 'Pages' })
      await pagesOf.getByRole('link', { name: /^Services/ }).waitFor()
      await pagesOf.getByRole('link', { name: /^Containers/ }).waitFor({ state: 'detached' })

      await pagesOf.getByRole('link', { name: /^Processes/ }).click()
      await page.getByRole('searchbox', { name: 'Filter processes' }).fill(MARK)
      const row = page.getByRole('row').filter({ hasText: MARK })
      await row.click()
      await page.keyboard.press('Enter')
      const drawer = page.getByRole('complementary', { name: /^Details of node/ })
      await drawer.getByRole('tab', { name: /Threads/ }).click()
      await drawer.getByRole('tabpanel').getByRole('row').nth(1).waitFor()
      await page.keyboard.press('Escape')
      await row.click()
      await page.keyboard.press('Delete')
      const question = page.getByRole('alertdialog', { name: /^End node/ })
      await question.getByRole('button', { name: 'End', exact: true }).click()
      const outcomes = page.getByRole('region', { name: 'Outcomes' })
      await outcomes.getByText(/^node\.exe \(PID \d+\) ended\.$/).waitFor()
      await victim.ended
      const { actions } = await running.api.getActions()
      expect(actions[0]).toMatchObject({ name: 'node.exe', result: 'terminated' })
    })
  },
)
