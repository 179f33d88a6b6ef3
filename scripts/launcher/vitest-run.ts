import { join } from 'node:path'
import { NO_REPORT, readTestReport } from './test-report.ts'
import type { TestReport } from './test-report.ts'
import { runTool } from './tools.ts'

/**
 * Runs one project of vitest.config.ts. Its report counts the tests; a run that breaks without a failed test (an unhandled error, a file that
 * does not load, a crash, no test at all) counts as one failure, so that the sum never looks better than the run was.
 * `tries`: how often a test may be tried; what passed only at a later try is named in the report.
 */
export async function runVitestProject(
  project: string,
  reportDirectory: string,
  tries: number,
  env: NodeJS.ProcessEnv,
): Promise<TestReport> {
  const report = join(reportDirectory, `${project}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { code } = await runTool(
    'vitest',
    ['run', '--project', project, `--retry=${tries - 1}`, ...reporters],
    { env, live: true },
  )
  const read = readTestReport(report)
  const broken = code !== 0 || read.passed + read.failed === 0
  if (!broken || read.failed > 0) return read
  const failures =
    read.failures.length > 0
      ? read.failures
      : [{ where: project, what: `vitest ended with ${code}; what it printed says why.` }]
  return { ...NO_REPORT, ...read, failed: 1, failures }
}
