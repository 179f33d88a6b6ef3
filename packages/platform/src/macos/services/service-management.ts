import type { ServiceScope } from '@taskmanager/contracts'
import { callAsync } from '../../call-async.ts'
import { koffiOrNull, type Koffi } from '../../ffi.ts'
import { SlicedWork } from '../../sliced-work.ts'
import {
  CORE_FOUNDATION,
  loadCoreFoundation,
  type CoreFoundation,
  type Pointer,
} from '../core-foundation.ts'
import {
  isDictionary,
  type PropertyDictionary,
  type PropertyValue,
} from '../property-lists/property-value.ts'
import { JOB_KEYS } from './parse-job.ts'

/** The jobs of launchd, as it has them just now. */
export interface ServiceManagement {
  /** Those of the machine, or of the user this service runs as; null: launchd does not tell. */
  jobs(scope: ServiceScope): Promise<PropertyDictionary[] | null>
}

const SERVICE_MANAGEMENT =
  '/System/Library/Frameworks/ServiceManagement.framework/ServiceManagement'
/** More than launchd has: about 500 of the machine and as many of a user. */
const MOST_JOBS = 10_000

let known: ServiceManagement | null | undefined

/** null on other systems, where koffi has no binary, and on a macOS that lists no jobs any more. */
export function serviceManagement(): ServiceManagement | null {
  return (known ??= open())
}

function open(): ServiceManagement | null {
  const koffi = koffiOrNull()
  if (koffi === null || process.platform !== 'darwin') return null
  try {
    return loadServiceManagement(koffi, CORE_FOUNDATION, SERVICE_MANAGEMENT)
  } catch {
    return null // the call is deprecated since macOS 10.10, and may be taken away
  }
}

/**
 * Source: SMCopyAllJobDictionaries of ServiceManagement.h. It asks launchd, so it is called on a thread beside ours.
 * @throws when a library, one of the functions or a domain is not there
 */
export function loadServiceManagement(
  koffi: Koffi,
  coreFoundation: string,
  serviceManagementFile: string,
): ServiceManagement {
  const foundation = loadCoreFoundation(koffi, coreFoundation)
  const library = koffi.load(serviceManagementFile)
  const copyAll = library.func('void *SMCopyAllJobDictionaries(void *domain)')
  const constant = (name: string) => koffi.decode(library.symbol(name), 'void *') as Pointer
  const domains: Record<ServiceScope, Pointer> = {
    system: constant('kSMDomainSystemLaunchd'),
    user: constant('kSMDomainUserLaunchd'),
  }
  return {
    jobs: async (scope) => {
      const array: Pointer = await callAsync(copyAll, domains[scope])
      if (array === null) return null
      try {
        const work = new SlicedWork()
        const count = Math.min(MOST_JOBS, foundation.countOf(array))
        const jobs: PropertyDictionary[] = []
        for (let index = 0; index < count; index++) {
          await work.goesOn() // all of them, whatever they take: half a list would be a wrong one
          jobs.push(dictionaryOf(foundation, foundation.at(array, index)))
        }
        return jobs
      } finally {
        foundation.release(array)
      }
    },
  }
}

/** Where one holds what no property list can (a port of Mach), what is needed of it is taken key by key. */
function dictionaryOf(foundation: CoreFoundation, job: Pointer): PropertyDictionary {
  const whole = foundation.valueOf(job)
  if (isDictionary(whole)) return whole
  const entries = new Map<string, PropertyValue>()
  for (const key of JOB_KEYS) {
    const object = foundation.under(job, foundation.text(key))
    const value = object === null ? null : foundation.valueOf(object)
    if (value !== null) entries.set(key, value)
  }
  return entries
}
