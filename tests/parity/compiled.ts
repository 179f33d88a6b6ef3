import { execFileSync, spawnSync } from 'node:child_process'
import path from 'node:path'

/** C programs here stand for what Node cannot be: known to the microsecond, or forked with its memory. */
export const HAS_COMPILER = spawnSync('cc', ['--version']).status === 0

/** Compiles a program that lies beside the tests into `folder`; answers the path of the executable. */
export function compile(folder: string, source: string, ...flags: string[]): string {
  const program = path.join(folder, path.basename(source, '.c'))
  execFileSync('cc', ['-O1', '-o', program, path.join(import.meta.dirname, source), ...flags])
  return program
}
