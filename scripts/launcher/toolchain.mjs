// Plain JavaScript without dependencies: must parse and run on every Node.js from 18 up.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const TOOLS_DIR = join(ROOT, '.toolchain')
const IS_WINDOWS = process.platform === 'win32'

/**
 * @typedef {{ version: string, min?: string, packages: Record<string, { name: string, integrity: string }> }} Pin
 * @typedef {'node' | 'pnpm' | 'chromium'} Tool
 */

/** Versions and integrity hashes of every tool that is not in the lock file. @type {Record<Tool, Pin>} */
const PINS = JSON.parse(readFileSync(join(ROOT, 'scripts/toolchain.json'), 'utf8'))
const NODE_MIN = PINS.node.min ?? PINS.node.version

/** Operating system, architecture and C library, as the pins spell them: `linux-x64`, `linux-arm64-musl`, `win32-x64`. */
function target() {
  const musl =
    process.platform === 'linux' &&
    // @ts-expect-error -- getReport() is typed as a bare object
    !process.report?.getReport().header.glibcVersionRuntime
  return `${process.platform}-${process.arch}${musl ? '-musl' : ''}`
}

/**
 * Whether a version is at least another. Pre-release words are ignored.
 * @param {string} version as `process.version` has it, `v24.15.0`
 * @param {string} minimum `24.15.0`
 */
export function atLeast(version, minimum) {
  const have = version
    .replace(/^v/, '')
    .split('.')
    .map((part) => Number.parseInt(part, 10))
  const want = minimum.split('.').map(Number)
  for (let i = 0; i < 3; i++) if (have[i] !== want[i]) return (have[i] ?? 0) > (want[i] ?? 0)
  return true
}

/** npm's own script. It is run by Node: on Windows a `.cmd` cannot be spawned without a shell. */
function npmCli() {
  const bin = dirname(process.execPath)
  const fromEnv = process.env['npm_execpath'] ?? ''
  const found = [
    /npm-cli\.c?js$/.test(fromEnv) ? fromEnv : '',
    join(bin, 'node_modules/npm/bin/npm-cli.js'), // Windows
    join(bin, '../lib/node_modules/npm/bin/npm-cli.js'), // nodejs.org, Homebrew, nvm
    join(bin, '../share/nodejs/npm/bin/npm-cli.js'), // Debian's own package
    '/usr/share/nodejs/npm/bin/npm-cli.js', // Debian's npm beside another Node
    '/usr/lib/node_modules/npm/bin/npm-cli.js', // NodeSource
  ].find((path) => path !== '' && existsSync(path))
  if (found === undefined) {
    throw new Error(
      `npm was not found beside ${process.execPath}. Run "npm start", or install Node.js ${NODE_MIN} or newer.`,
    )
  }
  return found
}

/**
 * Fetches one pinned tool into `.toolchain/`; the second time it is there already.
 * @param {Tool} tool
 * @param {string} [system] for which system; this one by default
 * @returns {string} the package's directory
 */
export function fetchTool(tool, system = target()) {
  const { version, packages } = PINS[tool]
  const pkg = packages[system]
  if (pkg === undefined)
    throw new Error(`There is no prebuilt ${tool} ${version} for ${system}. ${remedy(tool)}`)
  const more = { help: remedy(tool), isForeign: system !== target() }
  return fetchPackage(`${tool}-${version}-${system}`, { ...pkg, version }, more)
}

/**
 * Fetches one package, checked against its hash and without running its scripts, into a folder of `.toolchain/`; those of
 * another system have a folder of their own. Renamed last, so that an interrupted download is not taken for a finished one.
 * @param {string} folder
 * @param {{ name: string, version: string, integrity: string }} pkg
 * @param {{ help: string, isForeign?: boolean }} more what else to do where it cannot be had; whether it is for another system
 * @returns {string} the package's directory
 */
export function fetchPackage(folder, pkg, { help, isForeign = false }) {
  const directory = join(TOOLS_DIR, isForeign ? 'foreign' : '', folder)
  const result = join(directory, 'node_modules', pkg.name)
  if (existsSync(directory)) return result
  console.error(`[setup] fetching ${pkg.name} ${pkg.version} …`)
  const temporary = `${directory}.${process.pid}.tmp`
  rmSync(temporary, { recursive: true, force: true })
  mkdirSync(temporary, { recursive: true })
  writeOneEntryProject(temporary, pkg)
  const flags = [
    '--ignore-scripts',
    ...(isForeign ? ['--force'] : []), // else npm refuses what cannot run here
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=error',
  ]
  const npm = spawnSync(process.execPath, [npmCli(), 'ci', ...flags], {
    cwd: temporary,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (npm.status !== 0) {
    rmSync(temporary, { recursive: true, force: true })
    throw new Error(
      `Could not fetch ${pkg.name}@${pkg.version} from the npm registry (npm ended with ${npm.status}). ` +
        `Check the network and start again. ${help}`,
    )
  }
  try {
    renameSync(temporary, directory)
  } catch (error) {
    if (!existsSync(directory)) throw error
    rmSync(temporary, { recursive: true, force: true }) // another run was faster
  }
  return result
}

/** @param {Tool} tool */
function remedy(tool) {
  if (tool === 'chromium')
    return 'Or install Chrome, Chromium or Edge, or set CHROMIUM_PATH to one.'
  return tool === 'node'
    ? `Or install Node.js ${NODE_MIN} or newer.`
    : `Or use a supported system; pnpm ${PINS.pnpm.version} is needed.`
}

/**
 * One entry, and not an optional one: a failed optional download would exit 0 and leave nothing.
 * @param {string} directory
 * @param {{ name: string, version: string, integrity: string }} pkg
 */
function writeOneEntryProject(directory, { name, version, integrity }) {
  const dependencies = { [name]: version }
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const lock = {
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { dependencies },
      [`node_modules/${name}`]: { version, integrity },
    },
  }
  writeFileSync(join(directory, 'package-lock.json'), JSON.stringify(lock))
}

/** A Node.js that runs our TypeScript: this one if it is new enough, else the pinned one. @returns {string} its path */
export function nodeBinary() {
  if (atLeast(process.version, NODE_MIN)) return process.execPath
  return join(fetchTool('node'), IS_WINDOWS ? 'bin/node.exe' : 'bin/node')
}

/** @returns {string} the pinned pnpm's path */
export function pnpmBinary() {
  return join(fetchTool('pnpm'), IS_WINDOWS ? 'pnpm.exe' : 'pnpm')
}
