import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runTool } from './tools.ts'

export interface TestCounts {
  readonly passed: number
  readonly failed: number
}

/**
 * Runs one project of vitest.config.ts. Its report counts the tests; a run that breaks without a failed test (an unhandled error, a file that
 * does not load, a crash, no test at all) counts as one failure, so that the sum never looks better than the run was.
 */
export async function runVitestProject(
  project: string,
  reportDirectory: string,
  env: NodeJS.ProcessEnv,
): Promise<TestCounts> {
  const report = join(reportDirectory, `${project}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { code } = await runTool('vitest', ['run', '--project', project, ...reporters], {
    env,
    live: true,
  })
  const { passed, failed } = readCounts(report)
  const broken = code !== 0 || passed + failed === 0
  return { passed, failed: failed === 0 && broken ? 1 : failed }
}

function readCounts(report: string): TestCounts {
  let text
  try {
    text = readFileSync(report, 'utf8')
  } catch {
    return { passed: 0, failed: 0 } // it ended before it could write one; the exit code tells
  }
  const json = JSON.parse(text) as { numPassedTests: number; numFailedTests: number }
  return { passed: json.numPassedTests, failed: json.numFailedTests }
}
