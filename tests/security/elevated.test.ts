// The part that runs as root: what it refuses to run from, what it takes over from its caller, and when it ends.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { UNUSED_EXIT_CODE } from '../../packages/service-kit/src/unused-watch.ts'
import { ensurePrivateDirectory } from '../../scripts/launcher/directories.ts'
import { removeTokens, writeTokens } from '../../scripts/launcher/tokens.ts'
import { freePorts, until, type Ports } from '../launcher/launched.ts'
import { send } from '../support/wire.ts'
import { endProcess } from './support/end-process.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const NOBODY = ['--reuid', '65534', '--regid', '65534', '--clear-groups']
const isRoot = process.getuid?.() === 0
if (!isRoot) console.log('Skipped: the elevated starter can only be run by root.')

describe.skipIf(!isRoot)('elevated', () => {
  let root: string
  let ports: Ports
  const children: ChildProcess[] = []
  beforeEach(async () => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'tmp-elevated-')))
    ensurePrivateDirectory(runDir())
    writeTokens(runDir())
    ports = await freePorts()
  })
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const ended = once(child, 'exit')
      child.stdin?.end()
      await ended
    }
    rmSync(root, { recursive: true, force: true })
  })

  const runDir = () => path.join(root, 'run')
  function start(tree: string, more: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    const child = spawn(
      process.execPath,
      [
        path.join(tree, 'scripts/elevated-stats.ts'),
        `--run-dir=${runDir()}`,
        `--ports=${ports.stats},${ports.accuracy},${ports.pages}`,
        ...more,
      ],
      { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } },
    )
    children.push(child)
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (said += data.toString()))
    return { child, said: () => said }
  }

  /** The built product as this checkout has it, whoever owns that. */
  async function startHere(env: NodeJS.ProcessEnv = {}, more: readonly string[] = []) {
    const started = start(ROOT, ['--allow-user-writable-tree', ...more], env)
    await until('the elevated service answers', async () => {
      if (started.child.exitCode !== null) throw new Error(`it ended: ${started.said()}`)
      return (await send({ port: ports.stats, path: '/health' }).catch(() => null))?.status === 200
    })
    return started
  }

  test('an installation that others than root can change is not run', async () => {
    const tree = path.join(root, 'tree')
    cpSync(path.join(ROOT, 'scripts'), path.join(tree, 'scripts'), { recursive: true })
    chmodSync(path.join(tree, 'scripts'), 0o777)
    const { child, said } = start(tree)
    await once(child, 'close')
    expect(child.exitCode).toBe(77)
    expect(said()).toMatch(/^Elevated mode refused: .* (can be changed by others|belongs to uid)/)
    await expect(send({ port: ports.stats, path: '/health' })).rejects.toThrow('ECONNREFUSED')
  })

  test('the service gets nothing of the environment of its caller but who that is', async () => {
    const hostile = {
      NODE_OPTIONS: '--title=of-the-caller',
      NODE_PATH: '/tmp/of-the-caller',
      LD_LIBRARY_PATH: '/tmp/of-the-caller',
      TASKMANAGER_EXTRA_ORIGINS: 'http://of-the-caller.example',
      TASKMANAGER_STATE_DIR: '/tmp/of-the-caller',
      XDG_STATE_HOME: '/tmp/of-the-caller',
    }
    const { child } = await startHere(hostile)
    const environment = readFileSync(`/proc/${serviceOf(child)}/environ`, 'utf8')
      .split('\0')
      .filter(Boolean)
    expect(environment.map((line) => line.split('=')[0])).toEqual(
      expect.arrayContaining(['HOME', 'PATH', 'PORT', 'TASKMANAGER_RUN_DIR']),
    )
    expect(environment).toContain('TASKMANAGER_UNUSED_EXIT_SECONDS=900')
    expect(environment.filter((line) => line.includes('of-the-caller'))).toEqual([])
    expect(environment.filter((line) => /^(NODE_OPTIONS|NODE_PATH|LD_)/.test(line))).toEqual([])
  })

  test('it ends a process of another user, says so in its inventory, and writes nowhere but where it keeps its own', async () => {
    const { child } = await startHere()
    const writable = commandLineOf(serviceOf(child)).filter((arg) => arg.startsWith('--allow-fs-w'))
    expect(writable).toEqual([
      `--allow-fs-write=${runDir()}`,
      `--allow-fs-write=${path.join(userInfo().homedir, '.local/state/task-manager-pro')}`,
    ])
    expect(commandLineOf(serviceOf(child))).not.toContain('--allow-child-process')
    const system = await send({ port: ports.stats, path: '/api/system' })
    expect(system.json).toMatchObject({
      elevated: true,
      capabilities: { elevation: { available: true }, foreign_functions: { available: true } },
    })
    const victim = spawn('setpriv', [...NOBODY, 'sleep', '600'], { stdio: 'ignore' })
    const ended = once(victim, 'exit')
    const token = readFileSync(path.join(runDir(), 'control.token'), 'utf8').trim()
    const outcome = await endProcess(ports.stats, token, victim.pid ?? 0)
    expect(outcome).toMatchObject({ result: 'terminated', identity: 'pinned', audit: 'written' })
    await ended
  })

  test('it leaves alone its launcher, whose child it is not', async () => {
    const launcher = spawn('sleep', ['600'], { stdio: 'ignore' })
    const ended = once(launcher, 'exit')
    const { child } = await startHere({}, [`--launcher=${launcher.pid}`])
    const token = readFileSync(path.join(runDir(), 'control.token'), 'utf8').trim()
    for (const pid of [launcher.pid, child.pid]) {
      const outcome = await endProcess(ports.stats, token, pid ?? 0)
      expect(outcome).toMatchObject({ error: 'protected' })
    }
    expect(launcher.exitCode ?? launcher.signalCode).toBeNull()
    launcher.kill()
    await ended
  })

  test('it ends by itself, with a code of its own, when nobody used the rights', async () => {
    // The built service as the starter runs it, with a second instead of 15 minutes.
    const service = spawn(process.execPath, [path.join(ROOT, 'dist/stats.mjs')], {
      stdio: 'ignore',
      env: {
        ...process.env,
        PORT: String(ports.stats),
        TASKMANAGER_RUN_DIR: runDir(),
        TASKMANAGER_UNUSED_EXIT_SECONDS: '1',
      },
    })
    const [code] = (await once(service, 'exit')) as [number | null]
    expect(code).toBe(UNUSED_EXIT_CODE)
  })

  test('it ends with its launcher', async () => {
    const { child } = await startHere()
    child.stdin?.end()
    await once(child, 'exit')
    await expect(send({ port: ports.stats, path: '/health' })).rejects.toThrow('ECONNREFUSED')
  })

  test('it ends with the token files', async () => {
    const { child } = await startHere()
    const ended = once(child, 'exit')
    removeTokens(runDir())
    await ended
    await expect(send({ port: ports.stats, path: '/health' })).rejects.toThrow('ECONNREFUSED')
  })

  test('what needs no rights goes on as the user who called sudo', () => {
    const module = path.join(ROOT, 'scripts/launcher/drop-privileges.mjs')
    const code = `
      const { dropToCallingUser } = await import(${JSON.stringify(module)})
      dropToCallingUser(process.env)
      const { env } = process
      console.log(JSON.stringify([process.getuid(), process.getgid(), process.getgroups(), env.XDG_RUNTIME_DIR ?? null, env.HOME]))`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
      env: { SUDO_UID: '65534', SUDO_GID: '65534', XDG_RUNTIME_DIR: '/run/user/0', HOME: '/root' },
    })
    const [uid, gid, groups, runtime, home] = JSON.parse(stdout) as [
      number,
      number,
      number[],
      string | null,
      string,
    ]
    expect([uid, gid, groups.filter((group) => group !== 65_534), runtime]).toEqual([
      65_534,
      65_534,
      [],
      null,
    ])
    expect(home).not.toBe('/root')
  })
})

/** The service below the starter. */
function serviceOf({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0])
}

function commandLineOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean)
}
