import { runTool } from './tools.ts'
import type { Step } from './steps.ts'

/** What is checked without running the product. All at once: together they take as long as the slowest. */
export const STATIC_CHECKS: readonly Step[] = [
  { name: 'types (tsc)', run: () => runTool('typescript', ['-b']) },
  { name: 'lint (oxlint)', run: () => runTool('oxlint', ['--type-aware']) },
  { name: 'format (oxfmt)', run: () => runTool('oxfmt', ['--check']) },
  { name: 'unused (knip)', run: () => runTool('knip', []) },
]
