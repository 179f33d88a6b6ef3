import { privateDirectories } from '../../packages/platform/src/windows/access/private-directory.ts'

/**
 * Shuts everybody but this user, `SYSTEM` and administrators out of the run directory when it was just made, and sees
 * that nobody else may read or change it. One that was there is not silently closed, since what is in it may be planted.
 * @throws a sentence with the way to close it
 */
export function keepPrivate(directory: string, isMade: boolean): void {
  const directories = privateDirectories()
  if (directories === null) {
    console.error(
      `Warning: who may use ${directory} cannot be seen here, since the foreign function library does not load. It holds the tokens.`,
    )
    return
  }
  const fault = (isMade ? directories.close(directory) : null) ?? directories.faultOf(directory)
  if (fault === null) return
  throw new Error(
    `${directory} ${fault}. It holds the tokens, so nobody else may. Close it with: icacls "${directory}" /inheritance:r ` +
      '/grant:r "%USERNAME%:(OI)(CI)F" "*S-1-5-18:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F" - or set TASKMANAGER_RUN_DIR to a directory of yours.',
  )
}
