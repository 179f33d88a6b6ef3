import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { nodeService } from './services.ts'
import type { ServiceContext, ServiceSpec } from './services.ts'
import { ROOT } from './toolchain.mjs'

const UAC_HELPER = join(ROOT, 'scripts/uac-stats.ts')
const WRAPPER = join(ROOT, 'scripts/elevated-stats.ts')

/**
 * The stats service as root, by sudo or pkexec; under Windows as administrator, by User Account Control. The arguments carry everything,
 * since all of them wipe the environment, and nothing of it is secret. sudo closes every descriptor but the first three, so standard input
 * is the lifeline: when it ends, so does the service.
 * @throws with a sentence where this system cannot do it
 */
export function elevatedStats(
  context: ServiceContext,
  allowUserWritableTree: boolean,
): ServiceSpec {
  const settings = [
    `--run-dir=${context.runDir}`,
    `--ports=${context.ports.stats},${context.ports.accuracy},${context.ports.pages}`,
    ...(allowUserWritableTree ? ['--allow-user-writable-tree'] : []),
  ]
  const base = nodeService('stats', [], context)
  if (process.platform === 'win32')
    return { ...base, args: [UAC_HELPER, ...settings], lifeline: 'stdin' }
  const wrapper = [WRAPPER, ...settings, `--launcher=${process.pid}`]
  if (process.getuid?.() === 0) return { ...base, args: wrapper, lifeline: 'stdin' }
  const [command = '', ...args] = rootHelper([process.execPath, ...wrapper])
  return { ...base, command, args, lifeline: 'stdin' }
}

/**
 * A command as root: by sudo where a terminal can ask for the password, else by pkexec, which asks in a window.
 * @throws where there is neither
 */
export function rootHelper(command: readonly string[]): string[] {
  const helper =
    process.stdin.isTTY && isOnPath('sudo') ? 'sudo' : isOnPath('pkexec') ? 'pkexec' : 'sudo'
  if (!isOnPath(helper))
    throw new Error('Becoming root needs sudo or pkexec, and this system has neither.')
  return helper === 'sudo' ? ['sudo', '--', ...command] : ['pkexec', ...command]
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
