import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { TestContext } from 'vitest'
import { until } from '../launcher/launched.ts'
import { compile, HAS_COMPILER } from '../parity/compiled.ts'

const run = promisify(execFile)

/** A real engine with a place of its own, and an image of one program in it; those of the machine are not touched. */
export interface TrialEngine extends AsyncDisposable {
  /** Where a service is told to look for it: a program and arguments to start the service through. */
  through: readonly string[]
  /** Runs a container that waits, with one child; answers its id as it is shown. Is it refused, the test is skipped. */
  start(name: string, ...options: string[]): Promise<string>
  /** Any other command of the engine. */
  command(...args: string[]): Promise<string>
}

/** Enough for two waiting programs; engines ask for more than a machine in a sandbox may give. */
const FEW_LIMITS = ['--ulimit=nofile=256:256', '--ulimit=nproc=256:256']

/** null where there is none: then the test is skipped with the reason. */
export async function startPodman(context: TestContext): Promise<TrialEngine | null> {
  const place = placeFor(context, 'podman')
  if (place === null) return null
  const storage = path.join(place.data, 'containers/storage')
  const runRoot = path.join(place.run, 'containers')
  const engine = ['podman', '--root', storage, '--runroot', runRoot, '--storage-driver=vfs']
  const runtime = spawnSync('runc', ['--version']).status === 0 ? ['--runtime=runc'] : []
  const podman = [...engine, ...runtime, `--tmpdir=${path.join(place.run, 'libpod')}`]
  return engineAt(context, place, podman, async (command) => {
    await command('rm', '--all', '--force', '--time=0')
  })
}

/** As above, of docker; it has no network and changes no rule of the machine's. */
export async function startDocker(context: TestContext): Promise<TrialEngine | null> {
  const place = placeFor(context, 'dockerd', 'docker')
  if (place === null) return null
  const socket = path.join(place.run, 'docker.sock')
  const own = ['data-root', 'exec-root', 'pidfile'].map((name) => `--${name}=${place.root}/${name}`)
  const alone = ['--bridge=none', '--iptables=false', '--ip6tables=false']
  const daemon = ['dockerd', `--host=unix://${socket}`, ...own, ...alone].join(' ')
  // Its key lies in /etc; a mount of its own takes that along when it ends.
  const script = `mkdir -p /etc/docker && mount -t tmpfs tmpfs /etc/docker && exec ${daemon}`
  const server = spawn('unshare', ['--mount', 'sh', '-c', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  server.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const docker = ['docker', '--host', `unix://${socket}`]
  const isReady = () => spawnSync(docker[0] ?? '', [...docker.slice(1), 'version']).status === 0
  await until('docker answers, or ends', () => server.exitCode !== null || isReady())
  if (server.exitCode !== null) {
    rmSync(place.root, { recursive: true })
    context.skip(`docker can't run here: ${said.trim().split('\n').at(-1)}`)
    return null
  }
  return engineAt(context, place, docker, async (command) => {
    const ids = (await command('ps', '--all', '--quiet')).split('\n').filter(Boolean)
    if (ids.length > 0) await command('rm', '--force', ...ids)
    server.kill()
    await ended
  })
}

interface Place {
  root: string
  data: string
  run: string
  program: string
}

function placeFor(context: TestContext, ...programs: string[]): Place | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    context.skip('needs Linux and root')
    return null
  }
  const missing = programs.find((program) => spawnSync(program, ['--version']).status !== 0)
  if (missing !== undefined || !HAS_COMPILER) {
    context.skip(`needs ${missing ?? 'a C compiler'} to be installed`)
    return null
  }
  const root = mkdtempSync(path.join(tmpdir(), 'tmp-engine-'))
  const [data, runDir] = [path.join(root, 'data'), path.join(root, 'run')]
  for (const folder of [data, runDir]) mkdirSync(folder)
  return { root, data, run: runDir, program: compile(root, '../live/fixtures/waits.c', '-static') }
}

async function engineAt(
  context: TestContext,
  place: Place,
  engine: readonly string[],
  stop: (command: TrialEngine['command']) => Promise<void>,
): Promise<TrialEngine> {
  const command: TrialEngine['command'] = async (...args) => {
    const [program = '', ...rest] = [...engine, ...args]
    return (await run(program, rest, { cwd: place.root })).stdout.trim()
  }
  const image = path.join(place.root, 'image.tar')
  execFileSync('tar', ['-C', place.root, '-cf', image, path.basename(place.program)])
  await command('import', image, 'localhost/waits:1')
  return {
    through: ['env', `XDG_DATA_HOME=${place.data}`, `XDG_RUNTIME_DIR=${place.run}`],
    command,
    async start(name, ...options) {
      const args = [
        'run',
        '--detach',
        `--name=${name}`,
        '--network=none',
        ...FEW_LIMITS,
        ...options,
      ]
      try {
        const id = await command(...args, 'localhost/waits:1', '/waits')
        return id.slice(0, 12)
      } catch (error) {
        return context.skip(`${engine[0]} can't run a container here: ${wordsOf(error)}`)
      }
    },
    async [Symbol.asyncDispose]() {
      await stop(command)
      rmSync(place.root, { recursive: true, force: true })
    },
  }
}

const wordsOf = (error: unknown): string =>
  (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? String(error)
