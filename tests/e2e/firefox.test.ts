import { named, type KnownProcess } from '@taskmanager/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findFirefox, openFirefox, type FirefoxTab } from '../support/firefox.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'

const FIREFOX = findFirefox()
if (FIREFOX === null) console.log('Firefox left out: it is not installed (firefox-esr in Debian).')

/** One of ours, whatever else runs here. */
const PROGRAM = `smoke${process.pid}`
const SOON = { timeout: 30_000 }
const NAMES = `[...document.querySelectorAll('[role=grid] [data-key] .n')].map((name) => name.textContent)`

describe.skipIf(FIREFOX === null)('in Firefox', { timeout: 120_000 }, () => {
  let product: StartedProduct
  let program: KnownProcess
  let tab: FirefoxTab
  beforeAll(async () => {
    ;[product, program, tab] = await Promise.all([
      startProduct(),
      named(PROGRAM),
      openFirefox(FIREFOX ?? ''),
    ])
  })
  afterAll(async () => {
    await tab?.[Symbol.asyncDispose]()
    await program?.[Symbol.asyncDispose]()
    await product?.[Symbol.asyncDispose]()
  })

  const page = (expression: string) => () => tab.evaluate(expression)
  const text = (selector: string) =>
    `document.querySelector(${JSON.stringify(selector)})?.textContent ?? ''`

  test('the list is live, sorts, filters and opens details, without a complaint', async () => {
    await tab.goto(`${product.url}/processes?view=flat`)
    await expect.poll(page(`${NAMES}.length`), SOON).toBeGreaterThan(10)

    // Figures move: the list is read anew again and again.
    const drawn = `document.querySelector('[role=grid] .rows').textContent`
    const before = await tab.evaluate(drawn)
    await expect.poll(page(drawn), SOON).not.toBe(before)

    await tab.click('button', 'PID')
    await expect.poll(page(text('[aria-sort]')), SOON).toBe('PID')
    const pids = `[...document.querySelectorAll('[role=grid] [data-key]')].map((row) => Number.parseInt(row.dataset.key, 10))`
    await tab.click('button', 'PID')
    const first = `(${pids})[0]`
    await expect.poll(page(first), SOON).toBe(1)

    await tab.press('/', ...Array.from(PROGRAM))
    await expect.poll(page(NAMES), SOON).toEqual([PROGRAM])
    await tab.press('Enter', 'ArrowDown', 'Enter')
    await expect.poll(page(text('.drawer h1')), SOON).toBe(PROGRAM)
    await expect.poll(page(text('.drawer [role=tabpanel]')), SOON).toContain('Command')

    expect(await tab.refusals()).toEqual([])
    await tab.goto(`${product.url}/performance/cpu`)
    await expect.poll(page(text('h1')), SOON).toBe('CPU')
    await expect.poll(page(text('main .sentence')), SOON).toMatch(/% busy/)
    expect(await tab.refusals()).toEqual([])
    expect(tab.errors()).toEqual([])
    // The policy is in force, and a refusal would have been seen.
    await tab.evaluate(`(new Image().src = 'https://example.com/x.png')`)
    await expect.poll(() => tab.refusals(), SOON).toEqual(['img-src https://example.com/x.png'])
  })
})
