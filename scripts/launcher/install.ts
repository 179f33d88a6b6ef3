import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import { pnpmBinary, ROOT } from './toolchain.mjs'

/**
 * Installs what the lock file says and nothing else. Takes about 50 ms and no network when nothing is missing, and repairs what is
 * damaged. An installation that this user may not change, and that is complete, is left as it is.
 * @throws with pnpm's words when it fails
 */
export async function ensureInstalled(signal?: AbortSignal): Promise<void> {
  const present = existsSync(join(ROOT, 'node_modules/.modules.yaml'))
  if (present && !isWritable(ROOT)) return
  if (!present) console.error('[setup] installing dependencies …')
  await runPnpm(pnpmBinary(), ['install', '--frozen-lockfile', '--reporter=append-only'], signal)
}

/** Whether this user may change the installation. */
export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function runPnpm(
  pnpm: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(pnpm, [...args], {
      cwd: ROOT,
      env: { ...process.env, CI: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      ...(signal === undefined ? {} : { signal }),
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else
        reject(
          new Error(`Installing the dependencies failed (pnpm ended with ${code}):\n${output}`),
        )
    })
  })
}
