import { spawnSync } from 'node:child_process'
import type { TestContext } from 'vitest'

const NAMESPACES = ['--pid', '--mount', '--fork', '--mount-proc', '--kill-child']

/**
 * Runs a shell script in PID and mount namespaces of its own, with a `/proc` of its own, and answers what it printed;
 * null when this machine allows no such thing, and then the test is skipped with the reason.
 */
export function inNamespaces(
  context: TestContext,
  script: string,
  ...args: string[]
): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    context.skip('needs Linux and root, to make namespaces')
    return null
  }
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    [...NAMESPACES, 'sh', '-c', script, 'sh', ...args],
    { encoding: 'utf8' },
  )
  if (status === 0) return stdout
  const refusal = /(?:unshare|mount): .*|EACCES.*|EPERM.*|EROFS.*|Permission denied/.exec(
    stderr,
  )?.[0]
  if (refusal === undefined) throw new Error(`the script ended with ${status}: ${stderr}`)
  context.skip(`this machine allows no such namespace: ${refusal}`)
  return null
}
