import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { bundleSuite } from './bundle-suite.ts'
import type { SuiteResult } from './suite-result.ts'
import { windowsPath, wineMachine, type WineMachine } from './wine-machine.ts'

const SUITES = path.join(import.meta.dirname, '../windows')
const ENDING = '.suite.ts'
/** A suite takes one to five seconds. */
const LIMIT_MS = 60_000
const MOST_OUTPUT = 4000

/** Runs every file of `windows/` in a Windows Node.js of its own, one after the other. */
export async function runSuites(): Promise<readonly (SuiteResult & { suite: string })[]> {
  const machine = wineMachine()
  const work = mkdtempSync(path.join(machine.directory, 'run-'))
  try {
    const results = []
    for (const file of readdirSync(SUITES).filter((name) => name.endsWith(ENDING))) {
      const suite = file.slice(0, -ENDING.length)
      for (const result of await runSuite(machine, suite, work)) results.push({ suite, ...result })
    }
    return results
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function runSuite(
  machine: WineMachine,
  suite: string,
  work: string,
): Promise<readonly SuiteResult[]> {
  const [program, results, output] = ['.mjs', '.json', '.log'].map((ending) =>
    path.join(work, suite + ending),
  ) as [string, string, string]
  await bundleSuite(path.join(SUITES, suite + ENDING), program)
  const args = [program, results].map(windowsPath)
  const code = await machine.start(args, { output, limitMs: LIMIT_MS }).ended
  try {
    return JSON.parse(readFileSync(results, 'utf8')) as SuiteResult[]
  } catch {
    const said = readFileSync(output, 'utf8').slice(-MOST_OUTPUT)
    return [{ name: 'runs', state: 'fail', errors: [`It ended with ${code}. It said: ${said}`] }]
  }
}
