import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { accessCalls } from '../../packages/platform/src/windows/access/access-calls.ts'
import { changeFault } from '../../packages/platform/src/windows/access/access-rules.ts'
import { findUntrustedPath, type PlaceInTree } from './install-tree.ts'
import { ROOT } from './toolchain.mjs'

/** What to do about it. */
export const PUT_ELSEWHERE =
  'Put Task Manager Pro and Node.js where only administrators can write, as below C:\\Program Files, or accept it with ' +
  '--allow-user-writable-tree.'

/** What lets others than administrators change this, in words; null: nothing. Only where Windows tells it is it so. */
export function windowsFault(path: string, place: PlaceInTree): string | null {
  const access = accessCalls()?.read(path) ?? { kind: 'unsupported' as const }
  if (access.kind !== 'ok') return `${path} does not say who may change it (${access.kind})`
  const fault = changeFault(access.value, place === 'above')
  return fault === null ? null : `${path} ${fault}`
}

/**
 * What an administrator would run of this installation that an ordinary program could change; null: nothing. The folder
 * of Node.js counts as well: a library that lies there is loaded before those of the system.
 */
export function changeableInstallation(): string | null {
  const parts = ['dist', 'scripts', 'packages', 'node_modules'].map((name) => join(ROOT, name))
  const paths = [dirname(process.execPath), ...parts.filter((path) => existsSync(path))]
  return findUntrustedPath(paths, windowsFault)
}
