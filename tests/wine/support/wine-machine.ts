import { spawn, spawnSync } from 'node:child_process'
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { fetchPackage, fetchTool, ROOT, TOOLS_DIR } from '../../../scripts/launcher/toolchain.mjs'
import { withoutPlaceholders } from './windows-node.ts'

/** Debian's own Wine program: the script in front of it complains of absent 32-bit parts. */
const WINE = '/usr/lib/wine/wine64'
/** From 10 on, koffi's calls of the system's thin functions hang there. */
const KNOWN_VERSIONS = [8, 9]
const SETUP_MS = 120_000
/** A server goes a second or two after its last program. */
const SERVER_GOES_MS = 20_000

/** A Windows made by Wine, with the Node.js and the koffi of Windows in it. */
export interface WineMachine {
  /** Environment of everything started in it. */
  readonly env: NodeJS.ProcessEnv
  /** Programs in here find koffi; it holds `node.exe`. */
  readonly directory: string
  /** Runs programs of Windows, by their name or path. */
  readonly program: string
  /** Waits until nothing of the programs before is left. To be called before another is started by hand. */
  settle(): void
  /** Starts the Windows Node.js. What it writes goes to a file: pipes of this system are no streams to it. */
  start(args: readonly string[], options: StartOptions): WineProcess
}

export interface StartOptions {
  /** File for all it writes. */
  readonly output: string
  readonly env?: NodeJS.ProcessEnv
  /** It is killed after so long. */
  readonly limitMs: number
}

export interface WineProcess {
  /** As this system numbers it. */
  readonly pid: number
  readonly ended: Promise<number | null>
  kill(signal: NodeJS.Signals): void
}

/** Why there is no such machine here, in a sentence; null when there can be one. */
export function noWineReason(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'Wine tests need Linux on x64.'
  if (!existsSync(WINE))
    return `Wine is not installed (${WINE}; Debian's packages wine and wine64).`
  const version = wineVersion()
  return KNOWN_VERSIONS.includes(Number.parseInt(version, 10))
    ? null
    : `Wine ${version} is installed; the tests are known to run under Wine ${KNOWN_VERSIONS.join(' and ')} only.`
}

/** The machine, made at first use (about 10 s and one download) and kept in `.toolchain/`. */
export function wineMachine(): WineMachine {
  const node = fetchTool('node', 'win32-x64')
  const koffi = fetchKoffi()
  const name = [
    'wine',
    wineVersion(),
    path.basename(path.dirname(path.dirname(node))),
    koffi.version,
  ]
  const directory = path.join(TOOLS_DIR, name.join('-'))
  if (!existsSync(directory)) make(directory, node, koffi.directory)
  const env = wineEnv(path.join(directory, 'prefix'))
  return {
    env,
    directory,
    program: WINE,
    settle: () => settle(env),
    start: (args, options) => {
      if (running === 0) settle(env)
      const output = openSync(options.output, 'w')
      const child = spawn(WINE, [path.join(directory, 'node.exe'), ...args], {
        cwd: directory,
        env: { ...env, ...options.env },
        stdio: ['ignore', output, output],
        timeout: options.limitMs,
        killSignal: 'SIGKILL',
      })
      closeSync(output)
      if (child.pid === undefined) throw new Error(`${WINE} could not be started`)
      running++
      child.once('exit', () => running--)
      return {
        pid: child.pid,
        ended: new Promise((resolve) => void child.once('exit', resolve)),
        kill: (signal) => void child.kill(signal),
      }
    },
  }
}

/** Programs that were started and have not ended. */
let running = 0

/** Waits until the server of programs that ended is gone: one that starts while it goes cannot connect to it. */
function settle(env: NodeJS.ProcessEnv): void {
  spawnSync('wineserver', ['-w'], { env, stdio: 'ignore', timeout: SERVER_GOES_MS })
}

/** A path of this system as programs of Windows name it. */
export const windowsPath = (file: string): string => `Z:${file.replaceAll('/', '\\')}`

let version: string | undefined

const wineVersion = (): string =>
  (version ??=
    spawnSync(WINE, ['--version'], { encoding: 'utf8' }).stdout.trim().split(/[- ]/)[1] ?? '')

/** koffi's binary for Windows, as the lock file pins it. */
function fetchKoffi(): { directory: string; version: string } {
  const name = '@koromix/koffi-win32-x64'
  const lock = readFileSync(path.join(ROOT, 'pnpm-lock.yaml'), 'utf8')
  const pin = new RegExp(`'${name}@([\\d.]+)':\\n +resolution: {integrity: (sha512-[^}]+)}`).exec(
    lock,
  )
  const [, pinned, integrity] = pin ?? []
  if (pinned === undefined || integrity === undefined)
    throw new Error(`${name} is not in the lock file`)
  const help = 'The tests under Wine need it.'
  const pkg = { name, version: pinned, integrity }
  const folder = `koffi-${pinned}-win32-x64`
  return { directory: fetchPackage(folder, pkg, { help, isForeign: true }), version: pinned }
}

/** Made beside its place and renamed last, so that half a machine is not taken for one. */
function make(directory: string, node: string, koffi: string): void {
  const temporary = `${directory}.${process.pid}.tmp`
  rmSync(temporary, { recursive: true, force: true })
  const modules = path.join(temporary, 'node_modules')
  mkdirSync(path.join(modules, '@koromix'), { recursive: true })
  cpSync(path.join(ROOT, 'node_modules/koffi'), path.join(modules, 'koffi'), {
    recursive: true,
    dereference: true,
  })
  cpSync(koffi, path.join(modules, '@koromix/koffi-win32-x64'), { recursive: true })
  const bytes = readFileSync(path.join(node, 'bin/node.exe'))
  writeFileSync(path.join(temporary, 'node.exe'), withoutPlaceholders(bytes))
  const env = wineEnv(path.join(temporary, 'prefix'))
  wine(env, ['wineboot', '-i'])
  // Of an older Windows Node.js refuses to start; windows without a display.
  wine(env, [
    'reg',
    'add',
    'HKCU\\Software\\Wine',
    '/v',
    'Version',
    '/t',
    'REG_SZ',
    '/d',
    'win10',
    '/f',
  ])
  wine(env, [
    'reg',
    'add',
    'HKCU\\Software\\Wine\\Drivers',
    '/v',
    'Graphics',
    '/t',
    'REG_SZ',
    '/d',
    'null',
    '/f',
  ])
  run('wineserver', ['-w'], env) // what was set is written when the last program has ended
  renameSync(temporary, directory)
}

const wine = (env: NodeJS.ProcessEnv, args: readonly string[]) => run(WINE, args, env)

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
  const { status, error, stderr } = spawnSync(program, args, {
    env,
    timeout: SETUP_MS,
    encoding: 'utf8',
  })
  if (status !== 0) {
    throw new Error(
      `${program} ${args.join(' ')} ended with ${status}: ${error?.message ?? stderr}`,
    )
  }
}

function wineEnv(prefix: string): NodeJS.ProcessEnv {
  const { HOME, PATH } = process.env
  return {
    HOME,
    PATH,
    WINEPREFIX: prefix,
    WINEDEBUG: '-all',
    // No entries in menus, no .NET and no browser to be offered.
    WINEDLLOVERRIDES: 'winemenubuilder.exe=d;mscoree=d;mshtml=d',
  }
}
