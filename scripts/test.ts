// `npm test`: every check and every test there is, a real browser included. Ends with one line, `N passed, N failed`, and a matching exit code.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provideChromium } from './launcher/chromium.ts'
import { ensureBuilt } from './launcher/ensure-built.ts'
import { ensureInstalled } from './launcher/install.ts'
import { STATIC_CHECKS } from './launcher/static-checks.ts'
import { runStepsTogether, seconds } from './launcher/steps.ts'
import { runVitestProject } from './launcher/vitest-run.ts'

/** One after the other: the later ones start processes, hold ports and drive a browser, and measure what others would disturb. */
const PROJECTS = [
  'node',
  'launcher',
  'live',
  'security',
  'parity',
  'wine',
  'browser',
  'e2e',
] as const

const startedAt = performance.now()
const reports = mkdtempSync(join(tmpdir(), 'task-manager-tests-'))
let passed = 0
let failed = 0

/** Anything that keeps a part of the tests from running is a failure of its own, and the other parts still run. */
async function attempt<T>(what: string, work: () => Promise<T> | T): Promise<T | null> {
  const began = performance.now()
  console.log(`\n== ${what}`)
  try {
    const result = await work()
    console.log(`== ${what}: ${seconds(began)}`)
    return result
  } catch (error) {
    failed += 1
    console.log(`== ${what}: FAILED\n${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => process.exit(130))
process.on('disconnect', () => process.exit(130))
process.channel?.unref()
process.on('exit', () => rmSync(reports, { recursive: true, force: true }))

await attempt('install', () => ensureInstalled())
await attempt('static checks', async () => {
  failed += await runStepsTogether(STATIC_CHECKS)
})
await attempt('build', () => ensureBuilt())
const chromium = await attempt('browser for the tests', () => {
  const found = provideChromium()
  console.log(found.executablePath)
  return found
})
// Without a browser the tests that need one still run, and fail: nothing is skipped.
const env = chromium === null ? {} : { ...chromium.env, CHROMIUM_PATH: chromium.executablePath }
for (const project of PROJECTS) {
  const counts = await attempt(`tests: ${project}`, () => runVitestProject(project, reports, env))
  passed += counts?.passed ?? 0
  failed += counts?.failed ?? 0
}
console.log(`\nAll of it took ${seconds(startedAt)}.`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
