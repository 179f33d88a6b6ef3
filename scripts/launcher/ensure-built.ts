import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprintInputs } from './fingerprint.ts'
import { isWritable } from './install.ts'
import { ROOT } from './toolchain.mjs'

export const FINGERPRINT_FILE = 'fingerprint.txt'

/** Whether `dist/` was built from exactly these sources. */
export function isBuilt(root: string = ROOT): boolean {
  let built
  try {
    built = readFileSync(join(root, 'dist', FINGERPRINT_FILE), 'utf8')
  } catch {
    return false // never built, or a build that did not finish
  }
  return built === fingerprintInputs(root)
}

/**
 * Builds when the sources changed. In a process of its own: the bundlers' memory is given back, and a stop can end it.
 * @throws with the compiler's words when it fails
 */
export async function ensureBuilt(signal?: AbortSignal): Promise<void> {
  if (isBuilt()) return
  if (!isWritable(ROOT))
    throw new Error(
      `${ROOT} is not built from its present sources and this user may not change it. Build it as its owner: npm run build`,
    )
  console.error('[setup] building …')
  await new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'scripts/build.ts')], {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      ...(signal === undefined ? {} : { signal }),
    })
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`The build failed (code ${code}).`)),
    )
  })
}
