/**
 * Runs a test file without Vitest's own processes, which need a bundler that does not run under Wine: collects and runs
 * its tests in this one, and writes what came of each into the file named by the first argument.
 */
import { writeFileSync } from 'node:fs'
import { startTests } from 'vitest/internal/browser'
import type { SuiteResult } from './suite-result.ts'

const TIMEOUT_MS = 30_000

/** What is told of a task of Vitest. */
interface Task {
  readonly type: 'suite' | 'test'
  readonly name: string
  readonly mode: string
  readonly tasks?: readonly Task[]
  readonly result?: {
    readonly state: string
    readonly errors?: readonly { stack?: string; message: string }[]
  }
}

const config = {
  root: process.cwd(),
  setupFiles: [],
  sequence: { hooks: 'stack', setupFiles: 'list' },
  maxConcurrency: 1,
  testTimeout: TIMEOUT_MS,
  hookTimeout: TIMEOUT_MS,
  retry: 0,
  tags: [],
  expect: {},
}

/** Runs the tests that `load` defines. */
export async function runSuite(load: () => Promise<unknown>): Promise<void> {
  const output = process.argv[2] ?? ''
  Object.assign(globalThis, { __vitest_worker__: { config, ctx: {} } }) // where Vitest looks for it
  const runner = { config, importFile: load }
  const files = (await startTests(['suite'], runner as never)) as unknown as readonly Task[]
  writeFileSync(output, JSON.stringify(files.flatMap((file) => resultsOf(file, []))))
  process.exit(0)
}

function resultsOf(task: Task, above: readonly string[]): SuiteResult[] {
  const errors = (task.result?.errors ?? []).map(({ stack, message }) => stack ?? message)
  const state = task.result?.state ?? task.mode
  if (task.type === 'test') return [{ name: [...above, task.name].join(' > '), state, errors }]
  const inner = (task.tasks ?? []).flatMap((each) =>
    resultsOf(each, each.type === 'test' ? above : [...above, each.name]),
  )
  // Of a hook, or of the file itself.
  return errors.length === 0
    ? inner
    : [...inner, { name: [...above, 'hooks'].join(' > '), state, errors }]
}
