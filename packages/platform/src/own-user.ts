import { userInfo } from 'node:os'
import { cleanName } from './text/clean.ts'

/** Name of the user this process runs as; null where the list of users has no entry (containers with a bare number). */
export function ownUserName(): string | null {
  try {
    return cleanName(userInfo().username)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error
    return null
  }
}
