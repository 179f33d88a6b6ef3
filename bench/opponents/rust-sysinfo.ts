import { cpSync, existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Command, Missing } from '../line-worker.ts'
import { BUILD_DIRECTORY } from '../native.ts'
import { outputOf } from '../run-once.ts'
import { lineOpponent } from './opponent.ts'

/** Where Debian's librust-*-dev packages lie; cargo takes it as a registry, without network. */
const REGISTRY = '/usr/share/cargo/registry'
const SOURCE = path.join(import.meta.dirname, '../rust-sysinfo')
const BUILD_MS = 240_000

let built: Promise<Command | Missing> | null = null

/** The Rust library of the prototype, its `System` kept from sweep to sweep: better than the prototype used it. */
export const rustSysinfo = lineOpponent({
  name: 'Rust sysinfo, kept alive',
  find: () => (built ??= build()),
})

async function build(): Promise<Command | Missing> {
  if ((await outputOf('cargo', ['--version'])) === null || !existsSync(REGISTRY))
    return { missing: 'apt-get install cargo librust-sysinfo-dev' }
  // Built in a copy: cargo writes a lock file beside the manifest.
  const directory = path.join(BUILD_DIRECTORY, 'rust-sysinfo')
  mkdirSync(directory, { recursive: true })
  cpSync(SOURCE, directory, { recursive: true, preserveTimestamps: true })
  const done = await outputOf('cargo', ['build', '--release', '--offline', '--quiet'], {
    cwd: directory,
    timeoutMs: BUILD_MS,
  })
  if (done === null)
    return { missing: 'cargo could not build it offline: apt-get install librust-sysinfo-dev' }
  return { command: path.join(directory, 'target/release/sweep'), args: [], version: null }
}
