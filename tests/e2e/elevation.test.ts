// What the page says about rights over other users' processes, with services that have them and services that have not.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { SystemInfo } from '@taskmanager/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { parseListeners } from '../../scripts/launcher/port-holder.ts'
import { restrictedNodeFlags } from '../../scripts/launcher/restricted-node.ts'
import { freePorts, until } from '../launcher/launched.ts'
import { expectAccessible } from '../support/accessible.ts'
import { openBrowser, visit } from '../support/browser.ts'
import { startProduct } from '../support/started-product.ts'
import { send } from '../support/wire.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const NOBODY = 65_534
const AS_NOBODY = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
const isRoot = process.platform === 'linux' && process.getuid?.() === 0
const canNobodyRead =
  isRoot && spawnSync('setpriv', [...AS_NOBODY, 'ls', path.join(ROOT, 'dist')]).status === 0
if (!canNobodyRead)
  console.log('Skipped: needs Linux, root, and a checkout that another user may read.')

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser?.close())

const ability = (page: Page) => page.locator('#ability-elevation')
const access = (page: Page) => page.getByRole('region', { name: 'Commands' })

/** A process of a third user. */
async function strangersProcess() {
  const child = spawn('setpriv', ['--reuid=7777', '--regid=7777', '--clear-groups', 'sleep', '600'])
  const { pid = 0 } = child
  await until('it sleeps', () => readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('sleep'))
  return {
    pid,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}

async function chooseAndEnd(page: Page, pid: number): Promise<void> {
  await page.getByRole('row', { name: `sleep 600 ${pid} 7777` }).click()
  // Commands come with the token, which may come after the list.
  await page.getByRole('button', { name: 'End', exact: true, disabled: false }).waitFor()
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('alertdialog', { name: 'End sleep?' })
  await dialog.getByRole('button', { name: 'End', exact: true }).click()
}

describe.skipIf(!canNobodyRead)('rights over others', () => {
  test('started through sudo, all three run as who called it; the page says what is missing and the commands that give it', async () => {
    const env = { SUDO_UID: String(NOBODY), SUDO_GID: String(NOBODY), SUDO_USER: 'nobody' }
    await using product = await startProduct({ env, owner: NOBODY })
    expect(product.output()).toContain('going on as nobody')
    const listeners = ['tcp', 'tcp6'].flatMap((table) =>
      parseListeners(readFileSync(`/proc/net/${table}`, 'utf8')),
    )
    const owners = Object.values(product.ports).map((port) => [
      ...new Set(listeners.filter((one) => one.port === port).map(({ uid }) => uid)),
    ])
    expect(owners).toEqual([[NOBODY], [NOBODY], [NOBODY]])

    using stranger = await strangersProcess()
    await using tab = await visit(
      browser,
      `${product.url}/processes?view=flat&q=pid:${stranger.pid}`,
    )
    const { page } = tab
    await page.getByRole('row', { name: `sleep 600 ${stranger.pid} 7777` }).click()
    const button = page
      .getByRole('toolbar', { name: 'Commands' })
      .getByRole('button', { name: 'End', exact: true })
    await expect
      .poll(() => button.getAttribute('title'))
      .toBe('Needs elevated mode: belongs to 7777')
    await page.goto(`${product.url}/settings#ability-elevation`)
    const line = ability(page)
    await line.getByText('npm start -- --elevated-stats').waitFor()
    await line.getByText('npm run system-stats -- install').waitFor()
    await line.getByText('npm start -- --system-stats').waitFor()
    expect(await line.locator('.state').innerText()).toContain('no')
    await access(page).getByText('Those of others need an elevated start.').waitFor()
    await expectAccessible(page)
    expect(stranger.isAlive()).toBe(true)
  })

  test('beside the system\u2019s stats service the page gets its token by the user\u2019s own services, and acts on everybody', async () => {
    const root = mkdtempSync(path.join(tmpdir(), 'tmp-system-'))
    chmodSync(root, 0o755)
    for (const [name, mode] of [
      ['run', 0o750],
      ['state', 0o700],
    ] as const) {
      mkdirSync(path.join(root, name))
      chmodSync(path.join(root, name), mode)
      chownSync(path.join(root, name), NOBODY, NOBODY)
    }
    const [runDir, stateDir] = [path.join(root, 'run'), path.join(root, 'state')]
    const ports = await freePorts()
    const service = spawn(
      'setpriv',
      [
        ...AS_NOBODY,
        '--no-new-privs',
        '--inh-caps=-all,+kill,+sys_nice',
        '--ambient-caps=-all,+kill,+sys_nice',
        '--bounding-set=-all,+kill,+sys_nice',
        process.execPath,
        ...restrictedNodeFlags([runDir, stateDir]),
        path.join(ROOT, 'dist/stats.mjs'),
      ],
      {
        stdio: 'ignore',
        env: {
          NODE_ENV: 'production',
          PORT: String(ports.stats),
          PAGE_ORIGIN_PORT: String(ports.pages),
          TASKMANAGER_RUN_DIR: runDir,
          TASKMANAGER_STATE_DIR: stateDir,
          TASKMANAGER_MINT_TOKENS: '1',
          TASKMANAGER_GROUP_TOKENS: '1',
          // The browser of the tests is root's, who may read without; a member's may not.
          TASKMANAGER_REQUIRE_TOKEN: '1',
        },
      },
    )
    const ended = once(service, 'exit')
    try {
      await until('the service answers', async () => {
        if (service.exitCode !== null) throw new Error(`it ended with ${service.exitCode}`)
        const health = await send({ port: ports.stats, path: '/health' }).catch(() => null)
        return health?.status === 200
      })
      const env = { TASKMANAGER_SYSTEM_RUN_DIR: runDir }
      await using product = await startProduct({ ports, env, args: ['--system-stats'] })
      expect(product.servicePid('stats')).toBeNull()
      using stranger = await strangersProcess()
      const address = `${product.url}/processes?view=flat&q=pid:${stranger.pid}`
      await using tab = await visit(browser, address)
      const { page } = tab
      await chooseAndEnd(page, stranger.pid)
      const outcomes = page.getByRole('region', { name: 'Outcomes' })
      await outcomes.getByText(`sleep (PID ${stranger.pid}) ended.`).waitFor()
      expect(stranger.isAlive()).toBe(false)
      await page.goto(`${product.url}/settings#ability-elevation`)
      await access(page)
        .getByText(
          'This page may act on processes of every user: the service runs elevated, as nobody.',
        )
        .waitFor()
      expect(await ability(page).locator('.state').innerText()).toContain('yes')
    } finally {
      service.kill('SIGTERM')
      await ended
      rmSync(root, { recursive: true, force: true })
    }
  })
})

test('when elevated mode ends under an open page, it says so and leads to how to have it again', async () => {
  await using product = await startProduct()
  await using tab = await visit(browser, `${product.url}/processes`)
  const { page } = tab
  // As an elevated service answers, and as the ordinary one that goes on in its place does.
  let elevated = true
  const reason = 'Elevated mode ended, because no command was given for 15 minutes. Start it again.'
  await page.route('**/api/system', async (route) => {
    const answer = await route.fetch().catch(() => null)
    if (answer === null) return route.abort() // the service was just killed
    const system = (await answer.json()) as SystemInfo
    const elevation = { available: elevated, reason: elevated ? null : reason }
    const capabilities = { ...system.capabilities, elevation }
    await route.fulfill({ response: answer, json: { ...system, elevated, capabilities } })
  })
  const asked = () => page.waitForResponse('**/api/system')
  await Promise.all([asked(), page.reload()])
  elevated = false
  const again = asked()
  process.kill(product.servicePid('stats') ?? 0, 'SIGKILL')
  await again
  const outcomes = page.getByRole('region', { name: 'Outcomes' })
  await outcomes.getByText('Elevated mode ended: only own processes can be ended').waitFor()
  await expectAccessible(page)
  await outcomes.getByRole('button', { name: 'How to allow' }).click()
  await page.waitForURL('**/settings#ability-elevation')
  await ability(page).getByText(reason).waitFor()
})
