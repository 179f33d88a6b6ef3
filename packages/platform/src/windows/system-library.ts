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
  const library = open(win32.join(systemDirectory(), `${name}.dll`))
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

let asked: string | null | undefined

/**
 * `C:\Windows\System32`, as Windows itself has it (GetSystemDirectoryW): programs of the user may set the environment of
 * an elevated one. kernel32 may be named without its folder, since every process has it before its first line.
 */
export function systemDirectory(): string {
  if (asked === undefined) asked = process.platform === 'win32' ? ask(koffiOrNull()) : null
  return asked ?? systemDirectoryOf(process.env)
}

const MOST_PATH = 260

function ask(koffi: Koffi | null): string | null {
  if (koffi === null) return null
  try {
    const bytes = Buffer.alloc(MOST_PATH * 2)
    const get = koffi
      .load('kernel32.dll')
      .func('uint32 GetSystemDirectoryW(void *path, uint32 length)')
    const length = Number(get(bytes, MOST_PATH))
    return length > 0 && length < MOST_PATH ? bytes.toString('utf16le', 0, length * 2) : null
  } catch {
    return null // no Windows of ours
  }
}

/** `%SystemRoot%\System32`; where the variable is no place on a disk, the usual one. */
export function systemDirectoryOf(env: NodeJS.ProcessEnv): string {
  const root = env['SystemRoot'] ?? ''
  return win32.join(/^[A-Za-z]:\\/.test(root) ? root : 'C:\\Windows', 'System32')
}

/** Where a buffer lies in memory; addresses of programs have 47 bits. */
export const addressOf = (koffi: Koffi, buffer: Uint8Array): number => Number(koffi.address(buffer))
