// `ssh -L`: the way from another computer that needs no setting (security.md R1). The far end of a tunnel belongs to the
// user who logged in, and Host and Origin are as on this computer, because the ports are the same.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePorts, until } from '../launcher/launched.ts'
import { openBrowser, visit } from '../support/browser.ts'
import { otherComputer, whyNoOtherComputer, type OtherComputer } from '../support/other-computer.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'
import { sendThrough } from './support/send-elsewhere.ts'

const SSHD = '/usr/sbin/sshd'

let product: StartedProduct
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product?.[Symbol.asyncDispose]())

/** What a program sends that believes to speak with its own computer. */
const request = (port: number, target: string, headers = {}) => ({
  port,
  path: target,
  headers: { host: `localhost:${port}`, ...headers },
})

/** Forwards connections as `sshd` does at the far end: a process of the user opens them. */
const FORWARDER = `
  const net = require('node:net')
  const [from, to] = process.argv.slice(1).map(Number)
  net.createServer((near) => {
    const far = net.connect(to, '127.0.0.1')
    for (const [one, other] of [[near, far], [far, near]]) one.on('error', () => other.destroy()).pipe(other)
  }).listen(from, '127.0.0.1', () => console.log('up'))`

describe('a forwarder', () => {
  const statusThrough = async (user: readonly string[], from: number, to: number) => {
    const [command, ...args] = [...user, process.execPath, '-e', FORWARDER, `${from}`, `${to}`]
    const forwarder = spawn(command ?? '', args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' })
    try {
      await once(forwarder.stdout, 'data')
      const answer = await sendThrough(
        ['env'],
        [
          { ...request(to, '/api/stats'), port: from }, // a tunnel keeps the port; what counts is what arrives
        ],
      )
      return answer[0]
    } finally {
      forwarder.kill('SIGKILL')
      await once(forwarder, 'exit')
    }
  }

  test('of the same user reads', async () => {
    const [from, to] = [(await freePorts()).stats, product.ports.stats]
    expect(await statusThrough(['env'], from, to)).toBe(200)
  })

  test('of another user gets nothing, whoever sends through it', async (context) => {
    if (process.getuid?.() !== 0) context.skip('needs root, to become another user')
    const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
    const [from, to] = [(await freePorts()).stats, product.ports.stats]
    expect(await statusThrough(nobody, from, to)).toBe(401)
  })
})

/** Why `ssh` cannot be tried here; null when it can. */
function whyNoSsh(): string | null {
  try {
    accessSync(SSHD, constants.X_OK)
  } catch {
    return 'no sshd is installed (openssh-server in Debian)'
  }
  if (spawnSync('ssh', ['-V']).status !== 0) return 'no ssh is installed'
  return whyNoOtherComputer()
}
const noSsh = whyNoSsh()
if (noSsh !== null) console.log(`ssh is left out: ${noSsh}.`)

describe.skipIf(noSsh !== null)('ssh from another computer', () => {
  let folder: string
  let computer: OtherComputer
  const ending: (() => Promise<unknown>)[] = []
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tmp-ssh-'))
    computer = await otherComputer()
    const sshPort = await startSshd(folder, computer.address)
    const { stats, accuracy, pages } = product.ports
    const forwards = [pages, stats, accuracy].flatMap((port) => ['-L', `${port}:localhost:${port}`])
    const options = [
      'StrictHostKeyChecking=no',
      `UserKnownHostsFile=${folder}/known`,
      'BatchMode=yes',
    ]
    const args = ['-N', '-p', `${sshPort}`, '-i', path.join(folder, 'user')]
    const [command = '', ...through] = computer.through
    const ssh = spawn(
      command,
      [
        ...through,
        'ssh',
        ...args,
        ...options.flatMap((option) => ['-o', option]),
        ...forwards,
        `${userInfo().username}@${computer.address}`,
      ],
      { stdio: 'inherit' },
    )
    ending.push(() => ended(ssh))
    await until('the tunnel is up', async () => {
      const [status] = await sendThrough(computer.through, [request(stats, '/health')])
      return status === 200
    })
  })
  afterAll(async () => {
    for (const end of ending.toReversed()) await end()
    await computer?.[Symbol.asyncDispose]()
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  })

  async function startSshd(place: string, address: string): Promise<number> {
    for (const name of ['host', 'user'])
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(place, name)])
    const port = (await freePorts()).stats
    const config = path.join(place, 'sshd_config')
    const lines = [
      `ListenAddress ${address}:${port}`,
      `HostKey ${place}/host`,
      `AuthorizedKeysFile ${place}/user.pub`,
      `PidFile ${place}/pid`,
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin prohibit-password',
    ]
    writeFileSync(config, `${lines.join('\n')}\n`)
    // Debian's sshd wants this directory, which its service makes.
    mkdirSync('/run/sshd', { recursive: true })
    const sshd = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'ignore'] })
    ending.push(() => ended(sshd))
    await until('sshd listens', () => listens(address, port))
    return port
  }

  test('the page works as on this computer: it reads and has its buttons, without a setting or a token', async () => {
    const browser = await openBrowser([], (executable) => computer.wrap(executable))
    try {
      await using tab = await visit(browser, `${product.url}/settings`)
      await tab.page.getByText('This page may act on processes of').waitFor()
      await tab.page.getByRole('link', { name: 'Processes' }).first().click()
      await tab.page.locator('[data-key]').nth(1).waitFor()
      await tab.page.getByText('Live', { exact: true }).waitFor()
      expect(tab.complaints()).toEqual([])
    } finally {
      await browser.close()
    }
  })

  test('names and pages are checked as on this computer', async () => {
    const { stats, pages } = product.ports
    const origin = (port: number) => ({ origin: `http://localhost:${port}` })
    const requests = [
      request(stats, '/api/stats'),
      request(stats, '/api/stats', origin(pages)),
      request(stats, '/api/stats', origin(pages + 1)),
      request(stats, '/api/stats', { host: `${computer.address}:${stats}` }),
    ]
    expect(await sendThrough(computer.through, requests)).toEqual([200, 200, 403, 421])
  })

  test('without the tunnel the other computer reaches nothing', async () => {
    const requests = Object.values(product.ports).map((port) => ({
      ...request(port, '/health'),
      host: computer.address,
    }))
    expect(await sendThrough(computer.through, requests)).toEqual([0, 0, 0])
  })
})

async function ended(child: ReturnType<typeof spawn>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => resolve(true))
    socket.on('error', () => resolve(false)).on('connect', () => socket.destroy())
  })
}
