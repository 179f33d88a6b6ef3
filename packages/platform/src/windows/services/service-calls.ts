import { koffiOrNull } from '../../ffi.ts'
import { callAsync } from '../../call-async.ts'
import { failureOfAsync } from '../call-async.ts'
import { addressOf, systemLibrary } from '../system-library.ts'
import {
  DEPENDENT_SIZE,
  type ListedService,
  parseServices,
  parseServiceStatus,
  parseStartType,
  type ServiceStatus,
  STATUS_SIZE,
} from './parse-services.ts'

/** The service control manager, as far as it is used. Codes are those of winerror.h; 0: it worked. */
export interface ServiceCalls {
  /** null: the manager cannot be asked. */
  list(): Promise<ListedService[] | null>
  open(name: string, rights: number): { code: number; service: OpenService | null }
}

export interface OpenService {
  status(): ServiceStatus | null
  startType(): number | null
  /** Names of running services that need this one. */
  dependents(): string[]
  /** Answers when the service took the order, which may last: 0, or why it did not. */
  start(): Promise<number>
  stop(): Promise<number>
  setStartType(type: number): number
  close(): void
}

// Source: winsvc.h.
export const SERVICE_RIGHT = {
  queryConfig: 0x1,
  changeConfig: 0x2,
  queryStatus: 0x4,
  enumerateDependents: 0x8,
  start: 0x10,
  stop: 0x20,
} as const

const CONNECT_AND_LIST = 0x1 | 0x4
const WIN32_SERVICES = 0x30
const ALL_STATES = 3
const ACTIVE = 1
const STOP = 1
const UNCHANGED = 0xffff_ffff
const MORE_DATA = 234
const ROOM = 1 << 16
const MOST_ROOM = 1 << 22
/** Largest answer of QueryServiceConfigW. */
const CONFIG_ROOM = 8192

/** null where this system lacks the calls. */
export function serviceCalls(): ServiceCalls | null {
  const koffi = koffiOrNull()
  const find = (prototype: string) => systemLibrary('advapi32')?.optional(prototype) ?? null
  const lastError = systemLibrary('kernel32')?.optional('uint32 GetLastError()')
  const openManager = find('intptr_t OpenSCManagerW(void *machine, void *database, uint32 access)')
  const openService = find('intptr_t OpenServiceW(intptr_t manager, str16 name, uint32 access)')
  const close = find('int CloseServiceHandle(intptr_t handle)')
  const enumerate = find(
    'int EnumServicesStatusExW(intptr_t manager, int level, uint32 type, uint32 state, void *services, uint32 size, void *needed, void *count, void *resume, void *group)',
  )
  const enumerateDependents = find(
    'int EnumDependentServicesW(intptr_t service, uint32 state, void *services, uint32 size, void *needed, void *count)',
  )
  const queryStatus = find(
    'int QueryServiceStatusEx(intptr_t service, int level, void *status, uint32 size, void *needed)',
  )
  const queryConfig = find(
    'int QueryServiceConfigW(intptr_t service, void *config, uint32 size, void *needed)',
  )
  const changeConfig = find(
    'int ChangeServiceConfigW(intptr_t service, uint32 type, uint32 start, uint32 error, void *path, void *group, void *tag, void *dependencies, void *account, void *password, void *name)',
  )
  const startService = find('int StartServiceW(intptr_t service, uint32 count, void *arguments)')
  const control = find('int ControlService(intptr_t service, uint32 control, void *status)')
  if (!koffi || !lastError || !openManager || !openService || !close || !enumerate) return null
  if (!enumerateDependents || !queryStatus || !queryConfig || !changeConfig) return null
  if (!startService || !control) return null

  const errorCode = () => Number(lastError())
  const manager = () => Number(openManager(null, null, CONNECT_AND_LIST))

  async function listOf(handle: number): Promise<ListedService[] | null> {
    const [needed, count] = [Buffer.alloc(4), Buffer.alloc(4)]
    for (let room = ROOM; room <= MOST_ROOM;) {
      const bytes = Buffer.alloc(room)
      const done = await callAsync(
        enumerate!,
        handle,
        0,
        WIN32_SERVICES,
        ALL_STATES,
        bytes,
        room,
        needed,
        count,
        Buffer.alloc(4),
        null,
      )
      const base = addressOf(koffi!, bytes)
      if (done !== 0) return parseServices(bytes, { base, count: count.readUInt32LE(0) })
      if (needed.readUInt32LE(0) === 0) return null
      room += needed.readUInt32LE(0) + ROOM
    }
    return null
  }

  function opened(handle: number): OpenService {
    const needed = Buffer.alloc(4)
    return {
      status() {
        const bytes = Buffer.alloc(STATUS_SIZE)
        return queryStatus!(handle, 0, bytes, STATUS_SIZE, needed) === 0
          ? null
          : parseServiceStatus(bytes)
      },
      startType() {
        const bytes = Buffer.alloc(CONFIG_ROOM)
        return queryConfig!(handle, bytes, CONFIG_ROOM, needed) === 0 ? null : parseStartType(bytes)
      },
      dependents() {
        const [bytes, count] = [Buffer.alloc(ROOM), Buffer.alloc(4)]
        const done = enumerateDependents!(handle, ACTIVE, bytes, ROOM, needed, count)
        if (done === 0 && errorCode() !== MORE_DATA) return []
        const found = parseServices(bytes, {
          base: addressOf(koffi!, bytes),
          count: count.readUInt32LE(0),
          entrySize: DEPENDENT_SIZE,
        })
        return found.map(({ name }) => name)
      },
      start: () => failureOfAsync(lastError!, startService!, handle, 0, null),
      stop: () => failureOfAsync(lastError!, control!, handle, STOP, Buffer.alloc(28)),
      setStartType(type) {
        const same = [null, null, null, null, null, null, null]
        const done = changeConfig!(handle, UNCHANGED, type, UNCHANGED, ...same)
        return done === 0 ? errorCode() : 0
      },
      close: () => void close!(handle),
    }
  }

  return {
    async list() {
      const handle = manager()
      if (handle === 0) return null
      try {
        return await listOf(handle)
      } finally {
        close(handle)
      }
    },
    open(name, rights) {
      const handle = manager()
      if (handle === 0) return { code: errorCode(), service: null }
      try {
        const service = Number(openService(handle, name, rights))
        return service === 0
          ? { code: errorCode(), service: null }
          : { code: 0, service: opened(service) }
      } finally {
        close(handle)
      }
    },
  }
}
