import { win32 } from 'node:path'
import { koffiOrNull, type Koffi } from '../ffi.ts'

type Library = ReturnType<Koffi['load']>
export type SystemFunction = ReturnType<Library['func']>

/** A library that comes with Windows. */
export interface SystemLibrary {
  /** @throws when this Windows does not have the function. */
  func(prototype: string): SystemFunction
  /** null: this Windows is older, or newer, than the function. */
  optional(prototype: string): SystemFunction | null
}

const opened = new Map<string, SystemLibrary | null>()

/**
 * A library of `System32`, by its whole path: by a bare name an elevated service would load whatever lies in its folder.
 * null where koffi has no binary, or this Windows has no such library.
 * @param name without `.dll`
 */
export function systemLibrary(name: string): SystemLibrary | null {
  const known = opened.get(name)
  if (known !== undefined) return known
  const library = open(win32.join(systemDirectory(process.env), `${name}.dll`))
  opened.set(name, library)
  return library
}

function open(file: string): SystemLibrary | null {
  const koffi = koffiOrNull()
  if (koffi === null || process.platform !== 'win32') return null
  let library: Library
  try {
    library = koffi.load(file)
  } catch {
    return null // not in this edition of Windows
  }
  const func = (prototype: string) => library.func(prototype)
  return {
    func,
    optional: (prototype) => {
      try {
        return func(prototype)
      } catch {
        return null
      }
    },
  }
}

/** `%SystemRoot%\System32`; where the variable is no place on a disk, the usual one. */
export function systemDirectory(env: NodeJS.ProcessEnv): string {
  const root = env['SystemRoot'] ?? ''
  return win32.join(/^[A-Za-z]:\\/.test(root) ? root : 'C:\\Windows', 'System32')
}

/** Where a buffer lies in memory; addresses of programs have 47 bits. */
export const addressOf = (koffi: Koffi, buffer: Uint8Array): number => Number(koffi.address(buffer))
