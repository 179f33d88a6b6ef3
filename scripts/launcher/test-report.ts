import { readFileSync } from 'node:fs'

/** A test, or a file that did not get as far as its tests, and the first lines of what was wrong. */
export interface TestTrouble {
  readonly where: string
  readonly what: string
}

export interface TestReport {
  readonly passed: number
  readonly failed: number
  readonly failures: readonly TestTrouble[]
  /** What passed only when it was tried again, with what was wrong the first time. */
  readonly triedAgain: readonly TestTrouble[]
}

export const NO_REPORT: TestReport = { passed: 0, failed: 0, failures: [], triedAgain: [] }

/** The parts of Vitest's JSON report that are looked at. */
interface VitestJson {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[] | null
    }[]
  }[]
}

/** Reads what Vitest's reporter `json` wrote; `NO_REPORT` where the run ended before it could write one. */
export function readTestReport(path: string): TestReport {
  let text
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return NO_REPORT
  }
  const json = JSON.parse(text) as VitestJson
  const failures: TestTrouble[] = []
  const triedAgain: TestTrouble[] = []
  for (const file of json.testResults) {
    if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
      failures.push({ where: file.name, what: firstLines(file.message) })
    for (const test of file.assertionResults) {
      const [message] = test.failureMessages ?? []
      const trouble = { where: `${file.name} > ${test.fullName}`, what: firstLines(message ?? '') }
      if (test.status === 'failed') failures.push(trouble)
      else if (test.status === 'passed' && message !== undefined) triedAgain.push(trouble)
    }
  }
  return { passed: json.numPassedTests, failed: json.numFailedTests, failures, triedAgain }
}

const LINES = 12

/** What fits into a summary, without the lines of a stack that are not ours. */
export function firstLines(message: string): string {
  const lines = message.split('\n').filter((line) => !line.includes('/node_modules/'))
  return lines.slice(0, LINES).join('\n')
}
