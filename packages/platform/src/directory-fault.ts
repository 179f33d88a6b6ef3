import { privateDirectories } from './windows/access/private-directory.ts'

/**
 * What the access list of a directory that holds secrets lets others do, to be read behind its path. `null` where the mode of a
 * directory says it all, and where the list cannot be read.
 * @param ownerSid whose it is; null: of the user of this process
 */
export function directoryFaultOf(
  ownerSid: string | null,
): ((path: string) => string | null) | null {
  if (process.platform !== 'win32') return null
  const directories = privateDirectories(ownerSid)
  return directories === null ? null : (path) => directories.faultOf(path)
}
