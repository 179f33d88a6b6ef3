import type { Koffi } from '../ffi.ts'
import { understoodOrNull } from '../read-result.ts'
import { parseBinaryList } from './property-lists/parse-binary-list.ts'
import type { PropertyValue } from './property-lists/property-value.ts'

export type Pointer = unknown

/**
 * What is needed of CoreFoundation. Values are not walked through one by one: CoreFoundation writes each as a property
 * list, whose bytes are parsed here. So only what was created has to be released, and no type is taken for another.
 */
export interface CoreFoundation {
  /** A text of CoreFoundation, kept for good: there are some dozen of them. */
  text(characters: string): Pointer
  /** The value of an object, which stays; null: no property list can hold it, or it is longer than any of use. */
  valueOf(object: Pointer): PropertyValue | null
  /** The same, of an object that is ours to release; of none it is null. */
  taken(object: Pointer): PropertyValue | null
  /** Objects of a CFArray, which belong to it. */
  countOf(array: Pointer): number
  at(array: Pointer, index: number): Pointer
  /** What a CFDictionary has under a key, which belongs to it; null: nothing. */
  under(dictionary: Pointer, key: Pointer): Pointer
  release(object: Pointer): void
}

export const CORE_FOUNDATION = '/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation'

// Source: CFPropertyList.h, CFString.h, CFArray.h, CFDictionary.h.
const UTF8 = 0x0800_0100
const BINARY_FORMAT = 200
/** More than any value that is read here. */
const MOST_BYTES = 1 << 20

/** @throws when the library, or one of the functions, is not there */
export function loadCoreFoundation(koffi: Koffi, file: string): CoreFoundation {
  const foundation = koffi.load(file)
  const createText = foundation.func(
    'void *CFStringCreateWithCString(void *allocator, const char *text, uint32_t encoding)',
  )
  const createList = foundation.func(
    'void *CFPropertyListCreateData(void *allocator, void *value, long format, unsigned long options, void *error)',
  )
  const lengthOf = foundation.func('long CFDataGetLength(void *data)')
  const bytesAt = foundation.func('void *CFDataGetBytePtr(void *data)')
  const countOf = foundation.func('long CFArrayGetCount(void *array)')
  const at = foundation.func('void *CFArrayGetValueAtIndex(void *array, long index)')
  const under = foundation.func('void *CFDictionaryGetValue(void *dictionary, void *key)')
  const release = foundation.func('void CFRelease(void *object)')

  const texts = new Map<string, Pointer>()
  const valueOf = (object: Pointer): PropertyValue | null => {
    const data = createList(null, object, BINARY_FORMAT, 0, null) as Pointer
    if (data === null) return null // holds what no property list can
    const length = Number(lengthOf(data))
    const fits = length > 0 && length <= MOST_BYTES
    const bytes = fits ? Buffer.from(new Uint8Array(koffi.view(bytesAt(data), length))) : null
    release(data)
    return bytes === null ? null : understoodOrNull(() => parseBinaryList(bytes))
  }

  return {
    text: (characters) => {
      const text = texts.get(characters) ?? createText(null, characters, UTF8)
      texts.set(characters, text)
      return text
    },
    valueOf,
    taken: (object) => {
      if (object === null) return null
      try {
        return valueOf(object)
      } finally {
        release(object)
      }
    },
    countOf: (array) => Number(countOf(array)),
    at: (array, index) => at(array, index) as Pointer,
    under: (dictionary, key) => under(dictionary, key) as Pointer,
    release: (object) => void release(object),
  }
}
