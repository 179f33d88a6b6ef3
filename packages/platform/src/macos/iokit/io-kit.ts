import { koffiOrNull, type Koffi } from '../../ffi.ts'
import { ProcParseError } from '../../read-result.ts'
import { parseBinaryList } from '../property-lists/parse-binary-list.ts'
import type { PropertyValue } from '../property-lists/property-value.ts'

/** One entry of the I/O Registry, valid while it is read. */
export interface RegistryEntry {
  /** Its own property; null: it has none of that name. */
  property(name: string): PropertyValue | null
  /** The property of the nearest entry below it, or above it. */
  below(name: string): PropertyValue | null
  above(name: string): PropertyValue | null
}

/** The I/O Registry: what drivers tell of their devices. */
export interface IoKit {
  /** Reads each service of a class, its own entry or that of a class derived from it; null: the registry is not to be had. */
  each<T>(className: string, read: (entry: RegistryEntry) => T): T[] | null
}

const CORE_FOUNDATION = '/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation'
const IO_KIT = '/System/Library/Frameworks/IOKit.framework/IOKit'

// Source: IOKit/IOKitLib.h, CFPropertyList.h, CFString.h.
const MAIN_PORT = 0
const SERVICE_PLANE = 'IOService'
const RECURSIVELY = 1
const PARENTS = 2
const UTF8 = 0x0800_0100
const BINARY_FORMAT = 200
/** More devices of one class than any machine has. */
const MOST_SERVICES = 256
/** More than any property that is read here. */
const MOST_BYTES = 1 << 20

let known: IoKit | null | undefined

/** null on other systems and where koffi has no binary. */
export function ioKit(): IoKit | null {
  return (known ??= open())
}

function open(): IoKit | null {
  const koffi = koffiOrNull()
  if (koffi === null || process.platform !== 'darwin') return null
  try {
    return loadIoKit(koffi, CORE_FOUNDATION, IO_KIT)
  } catch {
    return null // without one of the calls nothing is told of disks, cards and the battery
  }
}

type Pointer = unknown

/**
 * Values are not walked through one by one: CoreFoundation writes each as a property list, whose bytes are parsed
 * here. So only what was created has to be released, and no type is taken for another.
 * @throws when a library, or one of the functions, is not there
 */
export function loadIoKit(koffi: Koffi, coreFoundation: string, ioKitFile: string): IoKit {
  const foundation = koffi.load(coreFoundation)
  const kit = koffi.load(ioKitFile)
  const createText = foundation.func(
    'void *CFStringCreateWithCString(void *allocator, const char *text, uint32_t encoding)',
  )
  const createList = foundation.func(
    'void *CFPropertyListCreateData(void *allocator, void *value, long format, unsigned long options, void *error)',
  )
  const lengthOf = foundation.func('long CFDataGetLength(void *data)')
  const bytesAt = foundation.func('void *CFDataGetBytePtr(void *data)')
  const release = foundation.func('void CFRelease(void *object)')
  const matching = kit.func('void *IOServiceMatching(const char *name)')
  const services = kit.func(
    'int IOServiceGetMatchingServices(uint32_t port, void *matching, _Out_ uint32_t *iterator)',
  )
  const next = kit.func('uint32_t IOIteratorNext(uint32_t iterator)')
  const releaseObject = kit.func('int IOObjectRelease(uint32_t object)')
  const createProperty = kit.func(
    'void *IORegistryEntryCreateCFProperty(uint32_t entry, void *key, void *allocator, uint32_t options)',
  )
  const searchProperty = kit.func(
    'void *IORegistryEntrySearchCFProperty(uint32_t entry, const char *plane, void *key, void *allocator, uint32_t options)',
  )

  const keys = new Map<string, Pointer>()
  /** Kept for good: there are some dozen of them. */
  const keyOf = (name: string): Pointer => {
    const key = keys.get(name) ?? createText(null, name, UTF8)
    keys.set(name, key)
    return key
  }

  const valueOf = (object: Pointer): PropertyValue | null => {
    if (object === null) return null
    const data = createList(null, object, BINARY_FORMAT, 0, null) as Pointer
    release(object)
    if (data === null) return null // holds what no property list can
    const length = Number(lengthOf(data))
    const fits = length > 0 && length <= MOST_BYTES
    const bytes = fits ? Buffer.from(new Uint8Array(koffi.view(bytesAt(data), length))) : null
    release(data)
    return bytes === null ? null : understood(bytes)
  }

  const entryOf = (entry: number): RegistryEntry => {
    const search = (name: string, options: number) =>
      valueOf(searchProperty(entry, SERVICE_PLANE, keyOf(name), null, options))
    return {
      property: (name) => valueOf(createProperty(entry, keyOf(name), null, 0)),
      below: (name) => search(name, RECURSIVELY),
      above: (name) => search(name, RECURSIVELY | PARENTS),
    }
  }

  return {
    each: (className, read) => {
      const iterator: [number] = [0]
      // The dictionary is released by the call that takes it.
      if (services(MAIN_PORT, matching(className), iterator) !== 0) return null
      const found: ReturnType<typeof read>[] = []
      try {
        for (let entry = nextOf(); entry !== 0; entry = nextOf()) {
          try {
            if (found.length < MOST_SERVICES) found.push(read(entryOf(entry)))
          } finally {
            releaseObject(entry)
          }
        }
      } finally {
        if (iterator[0] !== 0) releaseObject(iterator[0])
      }
      return found

      function nextOf(): number {
        return iterator[0] === 0 ? 0 : (next(iterator[0]) as number)
      }
    },
  }
}

/** null: CoreFoundation wrote something else than is known of its form. */
function understood(bytes: Buffer): PropertyValue | null {
  try {
    return parseBinaryList(bytes)
  } catch (error) {
    if (error instanceof ProcParseError) return null
    throw error
  }
}
