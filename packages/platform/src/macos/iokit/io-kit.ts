import { koffiOrNull, type Koffi } from '../../ffi.ts'
import { CORE_FOUNDATION, loadCoreFoundation, type Pointer } from '../core-foundation.ts'
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

const IO_KIT = '/System/Library/Frameworks/IOKit.framework/IOKit'

// Source: IOKit/IOKitLib.h.
const MAIN_PORT = 0
const SERVICE_PLANE = 'IOService'
const RECURSIVELY = 1
const PARENTS = 2
/** More devices of one class than any machine has. */
const MOST_SERVICES = 256

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

/** @throws when a library, or one of the functions, is not there */
export function loadIoKit(koffi: Koffi, coreFoundation: string, ioKitFile: string): IoKit {
  const foundation = loadCoreFoundation(koffi, coreFoundation)
  const kit = koffi.load(ioKitFile)
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

  const entryOf = (entry: number): RegistryEntry => {
    const search = (name: string, options: number) =>
      foundation.taken(
        searchProperty(entry, SERVICE_PLANE, foundation.text(name), null, options) as Pointer,
      )
    return {
      property: (name) =>
        foundation.taken(createProperty(entry, foundation.text(name), null, 0) as Pointer),
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
