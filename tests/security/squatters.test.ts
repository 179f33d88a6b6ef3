// Another program on one of our ports: the start is refused, or the page warns; either way it is told no secret.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { freePorts } from '../launcher/launched.ts'
import { openBrowser, visit } from '../support/browser.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'
import { post } from '../support/wire.ts'
import { squat, usurp } from './support/squatter.ts'

test.each([
  ['stats', '::1'],
  ['accuracy', '127.0.0.1'],
  ['pages', '::1'],
] as const)('before the start, on the port of %s at %s', async (name, host) => {
  const ports = await freePorts()
  await using squatter = await squat(ports[name], 'impostor', [host])
  await expect(startProduct({ ports })).rejects.toThrow(
    new RegExp(String.raw`Port ${ports[name]} .* is taken on ${host}`),
  )
  expect(squatter.heard()).toBe('')
})

function secretsOf({ runDir }: StartedProduct): string[] {
  return ['control.token', 'read.token'].map((name) =>
    readFileSync(path.join(runDir, name), 'utf8').trim(),
  )
}

test('in place of a service that crashed, under an open page: it warns of a stranger, and tells no secret', async () => {
  await using product = await startProduct()
  const browser = await openBrowser()
  try {
    await using tab = await visit(browser, `${product.url}/processes?view=flat`)
    await tab.page.getByRole('grid', { name: 'Processes' }).waitFor()
    const expectNoSecret = (heard: string) => {
      expect(heard).not.toMatch(/authorization: bearer|tmp\.bearer/i)
      for (const secret of secretsOf(product)) expect(heard).not.toContain(secret)
    }
    {
      await using stranger = await usurp(product, 'accuracy', 'stranger')
      const warning = `Port ${product.ports.accuracy} is used by another program.`
      await tab.page.getByText(warning).first().waitFor()
      expectNoSecret(stranger.heard())
    }
    // It answers every request with the same JSON: none of it may be taken for figures or break the page.
    const broken: string[] = []
    tab.page.on('pageerror', (error) => broken.push(String(error)))
    await using impostor = await usurp(product, 'stats', 'impostor')
    await expect.poll(() => impostor.heard(), { timeout: 30_000 }).toContain('Upgrade: websocket')
    const warning = `Port ${product.ports.stats} is used by another program.`
    await tab.page.getByText(warning).first().waitFor()
    for (const route of ['/', '/apps', '/performance/cpu', '/actions', '/settings']) {
      await tab.page.goto(product.url + route)
      await tab.page.getByRole('alert').filter({ hasText: warning }).waitFor()
      await tab.page.getByRole('main').waitFor()
    }
    expect(await tab.page.locator('.panel-failed').count()).toBe(0)
    expect(await tab.page.getByText(/polling/).count()).toBe(0)
    expect(broken).toEqual([])
    expectNoSecret(impostor.heard())
  } finally {
    await browser.close()
  }
})

test('in place of the pages: nothing is handed out while our own page server is not there', async () => {
  await using product = await startProduct()
  const { ports } = product
  const ask = (port: number) => post(port, '/api/session', null, {}, { origin: product.url })
  expect((await ask(ports.accuracy)).status).toBe(200)
  await using squatter = await usurp(product, 'pages', 'impostor')
  // Not asked before, so it has no answer of the page server to go by.
  const answer = await ask(ports.stats)
  expect([answer.status, answer.json]).toEqual([
    503,
    expect.objectContaining({ error: 'unavailable' }),
  ])
  for (const secret of secretsOf(product)) {
    expect(answer.text).not.toContain(secret)
    expect(squatter.heard()).not.toContain(secret)
  }
})
