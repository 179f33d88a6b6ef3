/** For tests: the jobs of launchd in a library that is compiled here. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServiceScope } from '@taskmanager/contracts'
import { koffiOrNull, type Koffi } from '../../ffi.ts'
import { binaryList, type Written } from '../property-lists/binary-list-rig.ts'
import { loadServiceManagement, type ServiceManagement } from './service-management.ts'

export interface FakeLaunchd extends Disposable {
  management: ServiceManagement
  job(scope: ServiceScope, dictionary: Readonly<Record<string, Written>>): void
  /** One that cannot be written as a whole: `null` is what no property list can hold. */
  oddJob(scope: ServiceScope, dictionary: Readonly<Record<string, Written | null>>): void
  forget(): void
  refuse(): void
  /** What was created and not released. */
  alive(): number
}

const NOTHING = Buffer.alloc(0)

/**
 * @param lacks what this macOS does not have
 * @throws as the binding does where it lacks something
 */
export function fakeLaunchd(lacks: readonly 'JOBS'[] = []): FakeLaunchd {
  const koffi = koffiOrNull() as Koffi
  const folder = mkdtempSync(path.join(tmpdir(), 'mac-launchd-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const file = path.join(folder, 'ServiceManagement.so')
  const code = fileURLToPath(new URL('../__fixtures__/fake-launchd.c', import.meta.url))
  const flags = lacks.map((part) => `-DWITHOUT_${part}`)
  execFileSync('cc', ['-Wall', '-Werror', ...flags, '-shared', '-fPIC', '-o', file, code])
  const library = koffi.load(file)
  const job = library.func('void fake_job(int domain, const void *bytes, long length)')
  const key = library.func('void fake_job_key(const char *name, const void *bytes, long length)')
  const forget = library.func('void fake_forget()')
  const refuse = library.func('void fake_refuse()')
  const alive = library.func('int fake_alive()')
  const domainOf = (scope: ServiceScope) => (scope === 'system' ? 0 : 1)
  try {
    return {
      management: loadServiceManagement(koffi, file, file),
      job: (scope, dictionary) => {
        const bytes = binaryList(dictionary)
        job(domainOf(scope), bytes, bytes.length)
      },
      oddJob: (scope, dictionary) => {
        job(domainOf(scope), NOTHING, 0)
        for (const [name, value] of Object.entries(dictionary)) {
          const bytes = value === null ? NOTHING : binaryList(value)
          key(name, bytes, bytes.length)
        }
      },
      forget: () => void forget(),
      refuse: () => void refuse(),
      alive: () => alive() as number,
      [Symbol.dispose]: remove,
    }
  } catch (error) {
    remove()
    throw error
  }
}
