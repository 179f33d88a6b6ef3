import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from '../../../scripts/launcher/toolchain.mjs'
import { bundleSuite } from './bundle-suite.ts'
import type { SuiteResult } from './suite-result.ts'
import { windowsPath, wineMachine, type WineMachine } from './wine-machine.ts'

const ENDING = '.wine-test.ts'
/** Beside what they test, or here. */
const SUITES = `{packages/*/src,services/*/src,tests/wine}/**/*${ENDING}`
/** A suite takes one to five seconds. */
const LIMIT_MS = 60_000
const MOST_OUTPUT = 4000

/** Runs every suite in a Windows Node.js of its own, one after the other. */
export async function runSuites(): Promise<readonly (SuiteResult & { suite: string })[]> {
  const machine = wineMachine()
  const work = mkdtempSync(path.join(machine.directory, 'run-'))
  try {
    const results = []
    for (const file of globSync(SUITES, { cwd: ROOT })) {
      const suite = path.basename(file, ENDING)
      const told = await runSuite(machine, path.join(ROOT, file), path.join(work, suite))
      for (const result of told) results.push({ suite, ...result })
    }
    return results
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** @param place for what it needs and writes, without the endings */
async function runSuite(
  machine: WineMachine,
  file: string,
  place: string,
): Promise<readonly SuiteResult[]> {
  const [program, results, output] = [`${place}.mjs`, `${place}.json`, `${place}.log`]
  await bundleSuite(file, program)
  const args = [program, results].map(windowsPath)
  const code = await machine.start(args, { output, limitMs: LIMIT_MS }).ended
  try {
    return JSON.parse(readFileSync(results, 'utf8')) as SuiteResult[]
  } catch {
    const said = readFileSync(output, 'utf8').slice(-MOST_OUTPUT)
    return [{ name: 'runs', state: 'fail', errors: [`It ended with ${code}. It said: ${said}`] }]
  }
}
