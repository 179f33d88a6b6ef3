import { CURRENT_PROCESS, tokenCalls } from '../tokens.ts'
import { WELL_KNOWN } from '../sid.ts'
import { accessCalls, type AccessCalls } from './access-calls.ts'
import { wholeAccessFor } from './access-list.ts'
import { privacyFault } from './access-rules.ts'

/** Directories that are a user's alone, beside `SYSTEM` and administrators. */
export interface PrivateDirectories {
  /** What is wrong with a directory, to be read behind its path; null: it is private. */
  faultOf(path: string): string | null
  /** Shuts everybody else out of it and of what is made there later; what Windows says against it, or null. */
  close(path: string): string | null
}

/** @param userSid whose they are; the user of this process, where it is not told. null where Windows cannot be asked. */
export function privateDirectories(userSid: string | null = null): PrivateDirectories | null {
  const user = userSid ?? tokenCalls()?.sidOf(CURRENT_PROCESS) ?? null
  const calls = accessCalls()
  return user === null || calls === null ? null : privateDirectoriesOf(calls, user)
}

const NOT_READ = {
  gone: 'does not exist',
  denied: 'does not let this user see who may use it',
  unsupported: 'lies on a file system that keeps no access lists',
  failed: 'does not say who may use it',
} as const

export function privateDirectoriesOf(calls: AccessCalls, user: string): PrivateDirectories {
  const list = wholeAccessFor([WELL_KNOWN.system, WELL_KNOWN.administrators, user])
  return {
    faultOf(path) {
      const access = calls.read(path)
      return access.kind === 'ok' ? privacyFault(access.value, user) : NOT_READ[access.kind]
    },
    close(path) {
      const done = calls.replace(path, list)
      return done.kind === 'ok' ? null : `cannot be closed to others (${done.kind})`
    },
  }
}
