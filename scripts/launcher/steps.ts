import { firstLines } from './test-report.ts'
import type { TestTrouble } from './test-report.ts'
import type { ToolResult } from './tools.ts'

export interface Step {
  readonly name: string
  readonly run: () => Promise<ToolResult>
}

/** Runs steps side by side and prints each with its time as it ends, its output only when it failed. @returns what failed */
export async function runStepsTogether(steps: readonly Step[]): Promise<readonly TestTrouble[]> {
  const troubles = await Promise.all(steps.map(runStep))
  return troubles.filter((trouble) => trouble !== null)
}

async function runStep(step: Step): Promise<TestTrouble | null> {
  const startedAt = performance.now()
  const { code, output } = await step.run()
  const passed = code === 0
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${step.name}, ${seconds(startedAt)}`)
  if (passed) return null
  console.log(output.trimEnd())
  return { where: step.name, what: firstLines(output) }
}

/** Time since an instant of `performance.now()`, as `12.3 s`. */
export function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
}
