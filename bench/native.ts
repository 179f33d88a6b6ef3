import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from '../scripts/launcher/toolchain.mjs'
import type { Missing } from './line-worker.ts'
import { outputOf } from './run-once.ts'

/** What the benchmark compiles; thrown away with the installed packages. */
export const BUILD_DIRECTORY = path.join(ROOT, 'node_modules/.cache/bench')

export type NativeProgram = 'crowd' | 'floor' | 'run-command'
const compiled = new Map<NativeProgram, Promise<string | Missing>>()

/**
 * Path of one of our C programs, compiled once a run.
 * @throws with the compiler's words when there is a compiler and it refuses
 */
export function nativeProgram(name: NativeProgram): Promise<string | Missing> {
  let program = compiled.get(name)
  if (program === undefined) {
    program = compile(name)
    compiled.set(name, program)
  }
  return program
}

async function compile(name: NativeProgram): Promise<string | Missing> {
  if ((await outputOf('cc', ['--version'])) === null)
    return { missing: 'needs a C compiler: apt-get install gcc libc6-dev' }
  mkdirSync(BUILD_DIRECTORY, { recursive: true })
  const target = path.join(BUILD_DIRECTORY, name)
  const source = path.join(import.meta.dirname, 'native', `${name}.c`)
  await new Promise<void>((resolve, reject) => {
    execFile('cc', ['-O2', '-Wall', '-Wextra', '-o', target, source], (error, _stdout, stderr) =>
      error === null ? resolve() : reject(new Error(`${name}.c does not compile:\n${stderr}`)),
    )
  })
  return target
}
