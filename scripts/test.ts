// `npm test`: every check and every test there is, a real browser included. Ends with one line, `N passed, N failed`, and a matching exit code.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provideChromium } from './launcher/chromium.ts'
import { ensureBuilt } from './launcher/ensure-built.ts'
import { ensureInstalled } from './launcher/install.ts'
import { STATIC_CHECKS } from './launcher/static-checks.ts'
import { runStepsTogether, seconds } from './launcher/steps.ts'
import type { TestTrouble } from './launcher/test-report.ts'
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

/** Real processes, sockets and browsers on a machine that may be busy with something else: what needed its second try is named at the end. */
const TRIES = 2

const startedAt = performance.now()
const reports = mkdtempSync(join(tmpdir(), 'task-manager-tests-'))
let passed = 0
let failed = 0
const failures: TestTrouble[] = []
const triedAgain: TestTrouble[] = []

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
    failures.push({ where: what, what: error instanceof Error ? error.message : String(error) })
    console.log(`== ${what}: FAILED\n${failures.at(-1)?.what}`)
    return null
  }
}

function tell(title: string, troubles: readonly TestTrouble[]): void {
  if (troubles.length === 0) return
  console.log(`\n== ${title}`)
  for (const { where, what } of troubles)
    console.log(`- ${where}\n${what.replaceAll(/^/gm, '    ')}`)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => process.exit(130))
process.on('disconnect', () => process.exit(130))
process.channel?.unref()
process.on('exit', () => rmSync(reports, { recursive: true, force: true }))

await attempt('install', () => ensureInstalled())
await attempt('static checks', async () => {
  const troubles = await runStepsTogether(STATIC_CHECKS)
  failed += troubles.length
  failures.push(...troubles)
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
  const report = await attempt(`tests: ${project}`, () =>
    runVitestProject(project, reports, TRIES, env),
  )
  passed += report?.passed ?? 0
  failed += report?.failed ?? 0
  failures.push(...(report?.failures ?? []))
  triedAgain.push(...(report?.triedAgain ?? []))
}
tell('Passed only when tried again', triedAgain)
tell('Failed', failures)
console.log(`\nAll of it took ${seconds(startedAt)}.`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
