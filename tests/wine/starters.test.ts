import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../../scripts/launcher/toolchain.mjs'
import { noWineReason, windowsPath, wineMachine } from './support/wine-machine.ts'

const reason = noWineReason()
if (reason !== null) console.log(`The .cmd files are not run: ${reason}`)
const STARTER = path.join(ROOT, 'START_ALL.cmd')
const ELEVATED = path.join(ROOT, 'START_STATS_ADMIN.cmd')

/** Says what it was given and ends as told. */
const LAUNCHER = 'console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7\n'

describe.skipIf(reason !== null)('the .cmd files, run by the cmd.exe of Wine', () => {
  let place: string
  beforeAll(() => {
    place = mkdtempSync(path.join(tmpdir(), 'starter '))
    mkdirSync(path.join(place, 'scripts'))
    for (const starter of [STARTER, ELEVATED])
      copyFileSync(starter, path.join(place, path.basename(starter)))
    writeFileSync(path.join(place, 'scripts/launch.mjs'), LAUNCHER)
  })
  afterAll(() => rmSync(place, { recursive: true, force: true }))

  /** The cmd.exe of Wine does not find at times (once in a hundred) what the starter has just found: asked once more. */
  async function run(starter: string, args: string[], { hasNode = true } = {}) {
    const first = await runOnce(starter, args, hasNode)
    const isLost = hasNode && first.said.includes("Can't recognize 'node ")
    return isLost ? runOnce(starter, args, hasNode) : first
  }

  async function runOnce(starter: string, args: string[], hasNode: boolean) {
    const machine = wineMachine()
    machine.settle()
    const { env, directory, program } = machine
    const output = path.join(place, 'output.txt')
    const file = openSync(output, 'w')
    const child = spawn(program, ['cmd', '/c', windowsPath(starter), ...args], {
      cwd: '/',
      env: { ...env, ...(hasNode && { WINEPATH: windowsPath(directory) }) },
      stdio: ['ignore', file, file],
      timeout: 50_000,
    })
    closeSync(file)
    const [code] = await once(child, 'exit')
    return { code, said: readFileSync(output, 'utf8') }
  }

  test('without Node.js it says what to install, and fails', async () => {
    const { code, said } = await run(STARTER, [], { hasNode: false })
    expect(said).toContain('Node.js was not found. Install Node.js 24 or newer')
    expect(code).toBe(1)
  })

  test('from a directory with blanks in its name: options go in, the exit code comes out', async () => {
    const args = ['--no-open', '--ports', '1,2,3']
    const { code, said } = await run(path.join(place, 'START_ALL.cmd'), args)
    expect(said).toContain(JSON.stringify(['start', ...args]))
    expect(code).toBe(7)
  })

  test('the elevated one hands over the same, and asks for elevation', async () => {
    const missing = await run(ELEVATED, [], { hasNode: false })
    expect(missing).toMatchObject({ code: 1 })
    expect(missing.said).toContain('Node.js was not found. Install Node.js 24 or newer')
    const { code, said } = await run(path.join(place, 'START_STATS_ADMIN.cmd'), ['--no-open'])
    expect(said).toContain(JSON.stringify(['start', '--elevated-stats', '--no-open']))
    expect(code).toBe(7)
  })

  test('the launcher itself answers, and refuses what it does not know', async () => {
    expect(await run(STARTER, ['--help'])).toMatchObject({
      code: 0,
      said: expect.stringContaining('--no-open') as string,
    })
    expect(await run(STARTER, ['--nonsense'])).toMatchObject({
      code: 2,
      said: expect.stringContaining('There is no option "--nonsense"') as string,
    })
  })

  test('a taken port is named, with what to do', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as AddressInfo
    try {
      const { code, said } = await run(STARTER, ['--no-open', '--ports', `${port},1,2`])
      expect(said).toContain(`Port ${port} `)
      expect(said).toContain('--ports')
      expect(code).toBe(1)
      const elevated = await run(ELEVATED, ['--no-open', '--ports', `${port},1,2`])
      expect(elevated).toMatchObject({
        code: 1,
        said: expect.stringContaining(`Port ${port} `) as string,
      })
      expect(elevated.said, 'nobody is asked for rights in vain').not.toContain('Windows asks now')
    } finally {
      holder.close()
    }
  })
})
