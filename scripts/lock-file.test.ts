import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './launcher/toolchain.mjs'

/**
 * Native tools come as one optional package per system. Where the registry has no package for a system, the lock file leaves it out without a
 * word, and the tool cannot start there; so every family must name all five systems.
 */
const FAMILIES: readonly (readonly [string, RegExp])[] = [
  ['rolldown', /^@rolldown\/binding-/],
  ['oxlint', /^@oxlint\/binding-/],
  ['oxlint-tsgolint', /^@oxlint-tsgolint\//],
  ['oxfmt', /^@oxfmt\/binding-/],
  ['oxc-parser', /^@oxc-parser\/binding-/],
  ['oxc-resolver', /^@oxc-resolver\/binding-/],
  ['typescript', /^@typescript\/typescript-/],
  ['lightningcss', /^lightningcss-/],
  ['koffi', /^@koromix\/koffi-/],
]
const SYSTEMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64']

const lock = readFileSync(join(ROOT, 'pnpm-lock.yaml'), 'utf8')
const packages = [...lock.matchAll(/^ {2}'?((?:@[\w.-]+\/)?[\w.-]+)@\d[^:]*'?:$/gm)].map(
  (match) => match[1] ?? '',
)

test.each(FAMILIES)('%s can be installed on every system', (_, family) => {
  const names = packages.filter((name) => family.test(name))
  const missing = SYSTEMS.filter((system) => !names.some((name) => name.includes(system)))
  expect(missing).toEqual([])
})

test('the fetched tools are pinned by hash for every system', () => {
  const pins = JSON.parse(readFileSync(join(ROOT, 'scripts/toolchain.json'), 'utf8')) as Record<
    string,
    { version: string; packages: Record<string, { name: string; integrity: string }> }
  >
  for (const tool of ['node', 'pnpm']) {
    expect(Object.keys(pins[tool]?.packages ?? {})).toEqual(expect.arrayContaining(SYSTEMS))
  }
  for (const { version, packages: pinned } of Object.values(pins)) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    for (const { integrity } of Object.values(pinned))
      expect(integrity).toMatch(/^sha512-[\w+/]{86}==$/)
  }
})
