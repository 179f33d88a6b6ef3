import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { findUntrustedPath } from '../launcher/install-tree.ts'
import { ROOT } from '../launcher/toolchain.mjs'
import { MARK, PLACES } from './places.ts'
import type { Step } from './steps.ts'

/**
 * Copies what the service runs to where only root can change it: this Node, the built service and the foreign function
 * library. The page to read the API on stays out: what is not there needs no trust.
 * @throws when something that is not ours is in the way
 */
export function treeSteps(): Step[] {
  const { tree } = PLACES
  refuseForeign(tree, PLACES.mark)
  const above = findUntrustedPath([nearestDirectory(dirname(tree))])
  if (above !== null)
    throw new Error(`${above}. What the service runs must not be changed by others than root.`)
  return [
    {
      says: `copy the built service, its library and Node ${process.version} to ${tree}`,
      act: copyTree,
    },
  ]
}

export function removeTreeSteps(): Step[] {
  const { tree, mark } = PLACES
  if (!existsSync(tree)) return []
  refuseForeign(tree, mark)
  return [{ says: `remove ${tree}`, act: () => rmSync(tree, { recursive: true }) }]
}

/** What is at `path` must carry our mark, or not be there. @throws */
export function refuseForeign(path: string, mark: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return
  const isOurs = existsSync(mark) && readFileSync(mark, 'utf8').startsWith(MARK)
  if (!isOurs) throw new Error(`${path} was not made by this installer. Move it away first.`)
}

/** Whole or not at all: beside the old one first. A running service keeps the files that it has open. */
function copyTree(): void {
  const { tree } = PLACES
  const fresh = `${tree}.new`
  const old = `${tree}.old`
  for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true })
  mkdirSync(join(fresh, 'bin'), { recursive: true })
  cpSync(process.execPath, join(fresh, 'bin/node'), { dereference: true })
  cpSync(join(ROOT, 'dist/stats.mjs'), join(fresh, 'stats.mjs'))
  const library = realpathSync(join(ROOT, 'node_modules/koffi'))
  cpSync(library, join(fresh, 'node_modules/koffi'), { recursive: true, dereference: true })
  const prebuilt = join(library, '../@koromix') // beside it, in pnpm's store; none where this system has no binary
  if (existsSync(prebuilt))
    cpSync(prebuilt, join(fresh, 'node_modules/@koromix'), { recursive: true, dereference: true })
  writeFileSync(join(fresh, 'INSTALLED_BY'), `${MARK}\n`)
  closeToOthers(fresh)
  chmodSync(join(fresh, 'bin/node'), 0o755)
  if (existsSync(tree)) renameSync(tree, old)
  renameSync(fresh, tree)
  rmSync(old, { recursive: true, force: true })
}

function closeToOthers(path: string): void {
  const isDirectory = lstatSync(path).isDirectory()
  chmodSync(path, isDirectory ? 0o755 : 0o644)
  if (isDirectory) for (const name of readdirSync(path)) closeToOthers(join(path, name))
}

function nearestDirectory(path: string): string {
  return existsSync(path) ? path : nearestDirectory(dirname(path))
}
