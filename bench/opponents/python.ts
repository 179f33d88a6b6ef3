import path from 'node:path'
import type { Command, Missing } from '../line-worker.ts'
import { outputOf } from '../run-once.ts'

/** Debian's packages belong to Debian's Python, which need not be the first on PATH. */
const INTERPRETERS = ['python3', '/usr/bin/python3']

/** A Python program of ours, run by the first interpreter that has the modules. */
export async function pythonProgram(
  worker: string,
  args: readonly string[],
  modules: readonly string[],
): Promise<Command | Missing> {
  const [main = ''] = modules
  const script = `import ${modules.join(', ')}; print(${main}.__version__)`
  for (const command of INTERPRETERS) {
    const version = await outputOf(command, ['-c', script])
    if (version === null) continue
    return {
      command,
      // -B: what a worker imports leaves no compiled copy in the tree.
      args: ['-B', path.join(import.meta.dirname, '../workers', worker), ...args],
      version: `${main} ${version}`,
    }
  }
  const packages = modules.map((module) => `python3-${module}`).join(' ')
  return { missing: `apt-get install ${packages}` }
}
