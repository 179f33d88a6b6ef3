/** For tests: an I/O Registry in a library that is compiled here. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { koffiOrNull, type Koffi } from '../../ffi.ts'
import { binaryList, type Written } from '../property-lists/binary-list-rig.ts'
import { loadIoKit, type IoKit } from './io-kit.ts'

type Properties = Readonly<Record<string, Written | Buffer>>

export interface FakeRegistry extends Disposable {
  kit: IoKit
  /** One more service of a class, with its own properties and those found below and above it. */
  service(className: string, of: { own?: Properties; below?: Properties; above?: Properties }): void
  /** Bytes that are no property list, or none at all, for a property. */
  raw(className: string, name: string, bytes: Buffer): void
  forget(): void
  refuse(): void
  /** What was created and not released. */
  alive(): number
}

export function fakeRegistry(): FakeRegistry {
  const koffi = koffiOrNull() as Koffi
  const folder = mkdtempSync(path.join(tmpdir(), 'mac-registry-'))
  const file = path.join(folder, 'IOKit.so')
  const code = fileURLToPath(new URL('../__fixtures__/fake-iokit.c', import.meta.url))
  execFileSync('cc', ['-Wall', '-Werror', '-shared', '-fPIC', '-o', file, code])
  const library = koffi.load(file)
  const property = library.func(
    'void fake_property(const char *class_name, int service, int where, const char *name, const void *bytes, long length)',
  )
  const alive = library.func('int fake_alive()')
  const forget = library.func('void fake_forget()')
  const refuse = library.func('void fake_refuse()')
  const counts = new Map<string, number>()
  return {
    kit: loadIoKit(koffi, file, file),
    service: (className, of) => {
      const service = counts.get(className) ?? 0
      counts.set(className, service + 1)
      const places = [of.own, of.below, of.above]
      for (const [where, properties] of places.entries()) {
        for (const [name, value] of Object.entries(properties ?? {})) {
          const bytes = binaryList(value)
          property(className, service, where, name, bytes, bytes.length)
        }
      }
    },
    raw: (className, name, bytes) => void property(className, 0, 0, name, bytes, bytes.length),
    forget: () => {
      counts.clear()
      forget()
    },
    refuse: () => void refuse(),
    alive: () => alive() as number,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
