import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Everything the bundles are made of, relative to the root. */
const INPUTS = [
  'packages',
  'services',
  'apps',
  'scripts/build.ts',
  'rolldown.config.ts',
  'pnpm-lock.yaml',
  'tsconfig.base.json',
] as const
const NOT_AN_INPUT =
  /(?:^node_modules$|^dist$|\.test\.tsx?$|\.md$|\.tsbuildinfo$|^tsconfig\.json$|^__screenshots__$)/

/**
 * A hash of the contents of all inputs. By contents and not by time, so that a checkout, a copy or a touched file does not rebuild, and a
 * change within the same second does.
 */
export function fingerprintInputs(root: string): string {
  const hash = createHash('sha256')
  for (const input of INPUTS) addPath(hash, root, input)
  return hash.digest('hex')
}

function addPath(hash: ReturnType<typeof createHash>, root: string, path: string): void {
  const full = join(root, path)
  const stat = statSync(full, { throwIfNoEntry: false })
  if (stat === undefined) return
  if (!stat.isDirectory()) {
    const bytes = readFileSync(full)
    hash.update(`${path.replaceAll('\\', '/')}\0${bytes.length}\0`).update(bytes)
    return
  }
  for (const name of readdirSync(full).toSorted()) {
    if (!NOT_AN_INPUT.test(name)) addPath(hash, root, join(path, name))
  }
}
