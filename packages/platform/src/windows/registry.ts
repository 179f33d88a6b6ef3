import type { ReadResult } from '../read-result.ts'
import { win32Failure } from './result-codes.ts'
import { systemLibrary, type SystemLibrary } from './system-library.ts'
import { utf16Until } from './utf16.ts'

export type RegistryRoot = 'machine' | 'user'

/** A value as it is kept. */
export interface RegistryValue {
  /** As the registry has it, whatever the case it was asked in. */
  name: string
  type: number
  bytes: Buffer
}

/** Source: winnt.h. */
export const REG = { text: 1, expandText: 2, binary: 3, number: 4, longNumber: 11 } as const

export interface Registry {
  /** All values of a key. */
  values(root: RegistryRoot, key: string): ReadResult<RegistryValue[]>
  /** Names of the keys beneath. */
  keys(root: RegistryRoot, key: string): ReadResult<string[]>
  /** Writes one value; the key is made where it is missing. */
  write(root: RegistryRoot, key: string, value: RegistryValue): ReadResult<null>
}

// HKEY_LOCAL_MACHINE and HKEY_CURRENT_USER, sign extended as winreg.h has them.
const ROOTS: Record<RegistryRoot, number> = { machine: -0x7fff_fffe, user: -0x7fff_ffff }
const KEY_READ = 0x2_0019
const KEY_WRITE = 0x2_0006

const MORE_DATA = 234
const NO_MORE_ITEMS = 259
/** Longest name of a value and of a key, UTF-16 units. Source: "Registry element size limits". */
const MOST_NAME = 16_384
const MOST_KEY_NAME = 256
const FIRST_DATA = 4096
/** More than this in one value is nothing that is read here. */
const MOST_DATA = 1 << 20
/** At a value that is larger each time; then the key cannot be read. */
const MOST_LOOKS = 4
const MOST_ENTRIES = 10_000

/**
 * null where this system lacks the calls.
 * @param advapi32 null: this system has no such library
 */
export function windowsRegistry(
  advapi32: Pick<SystemLibrary, 'optional'> | null = systemLibrary('advapi32'),
): Registry | null {
  const find = (prototype: string) => advapi32?.optional(prototype) ?? null
  const open = find(
    'int32 RegOpenKeyExW(intptr_t root, str16 key, uint32 options, uint32 access, _Out_ intptr_t *opened)',
  )
  const create = find(
    'int32 RegCreateKeyExW(intptr_t root, str16 key, uint32 reserved, void *class, uint32 options, uint32 access, void *security, _Out_ intptr_t *opened, void *disposition)',
  )
  const enumValue = find(
    'int32 RegEnumValueW(intptr_t key, uint32 index, void *name, void *nameLength, void *reserved, void *type, void *data, void *size)',
  )
  const enumKey = find(
    'int32 RegEnumKeyExW(intptr_t key, uint32 index, void *name, void *length, void *reserved, void *class, void *classLength, void *written)',
  )
  const setValue = find(
    'int32 RegSetValueExW(intptr_t key, str16 name, uint32 reserved, uint32 type, void *data, uint32 size)',
  )
  const close = find('int32 RegCloseKey(intptr_t key)')
  if (!open || !create || !enumValue || !enumKey || !setValue || !close) return null

  const within = <T>(
    root: RegistryRoot,
    key: string,
    use: (handle: number) => ReadResult<T>,
  ): ReadResult<T> => {
    const opened: [number] = [0]
    const code = Number(open(ROOTS[root], key, 0, KEY_READ, opened))
    if (code !== 0) return win32Failure(code)
    try {
      return use(opened[0])
    } finally {
      close(opened[0])
    }
  }

  /** Calls with one index after the other until there is no more. */
  const each = <T>(read: (index: number) => { code: number; item: T | null }): ReadResult<T[]> => {
    const items: T[] = []
    for (let index = 0; index < MOST_ENTRIES; index++) {
      const { code, item } = read(index)
      if (code === NO_MORE_ITEMS) break
      if (code !== 0) return win32Failure(code)
      if (item !== null) items.push(item)
    }
    return { kind: 'ok', value: items }
  }

  /** A value may be written between two looks at it, and be larger each time. */
  const readValue = (handle: number, index: number) => {
    let answer = readInto(handle, index, FIRST_DATA)
    for (let more = 0; more < MOST_LOOKS && answer.code === MORE_DATA; more++) {
      if (answer.needed > MOST_DATA) return { code: 0, item: null }
      answer = readInto(handle, index, Math.max(answer.needed, FIRST_DATA))
    }
    return answer
  }

  const readInto = (handle: number, index: number, room: number) => {
    const name = Buffer.alloc(MOST_NAME * 2)
    const [length, type, size] = [word(MOST_NAME), word(0), word(room)]
    const data = Buffer.alloc(room)
    const code = Number(enumValue(handle, index, name, length, null, type, data, size))
    const needed = size.readUInt32LE(0)
    if (code === MORE_DATA) return { code, needed, item: null }
    const item: RegistryValue = {
      name: name.toString('utf16le', 0, length.readUInt32LE(0) * 2),
      type: type.readUInt32LE(0),
      bytes: data.subarray(0, needed),
    }
    return { code, needed, item }
  }

  return {
    values: (root, key) => within(root, key, (handle) => each((index) => readValue(handle, index))),
    keys: (root, key) =>
      within(root, key, (handle) =>
        each((index) => {
          const name = Buffer.alloc(MOST_KEY_NAME * 2)
          const length = word(MOST_KEY_NAME)
          const code = Number(enumKey(handle, index, name, length, null, null, null, null))
          return { code, item: name.toString('utf16le', 0, length.readUInt32LE(0) * 2) }
        }),
      ),
    write(root, key, { name, type, bytes }) {
      const opened: [number] = [0]
      const made = Number(create(ROOTS[root], key, 0, null, 0, KEY_WRITE, null, opened, null))
      if (made !== 0) return win32Failure(made)
      try {
        const code = Number(setValue(opened[0], name, 0, type, bytes, bytes.length))
        return code === 0 ? { kind: 'ok', value: null } : win32Failure(code)
      } finally {
        close(opened[0])
      }
    },
  }
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value, 0)
  return bytes
}

/** Text of a value, up to the first NUL; null when it is no text. */
export function registryText(value: RegistryValue | undefined): string | null {
  if (value === undefined || (value.type !== REG.text && value.type !== REG.expandText)) return null
  return utf16Until(value.bytes, 0)
}

/** A number of 32 or 64 bits; null when it is none. */
export function registryNumber(value: RegistryValue | undefined): bigint | null {
  if (value?.type === REG.number && value.bytes.length >= 4)
    return BigInt(value.bytes.readUInt32LE(0))
  if (value?.type === REG.longNumber && value.bytes.length >= 8)
    return value.bytes.readBigUInt64LE(0)
  return null
}

/** The value of that name; the registry does not tell case apart. */
export function valueNamed(
  values: readonly RegistryValue[],
  name: string,
): RegistryValue | undefined {
  const wanted = name.toLowerCase()
  return values.find((value) => value.name.toLowerCase() === wanted)
}
