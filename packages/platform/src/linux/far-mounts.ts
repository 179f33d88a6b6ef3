import path from 'node:path'
import type { Reach } from '../unanswered-calls.ts'
import { parseMountinfo, type MountLine } from './parse-mountinfo.ts'
import { readLines } from './sysfs.ts'

const FAR_TYPES =
  /^(?:nfs4?|cifs|smb3?|smbfs|ceph|glusterfs|afs|9p|virtiofs|beegfs|lustre|gpfs|vboxsf|vmhgfs|drvfs|fuse(?:blk|\..+)?)$/

/** Whether questions to a file system go to another computer or program, which may never answer. */
export const isFarType = (type: string): boolean => FAR_TYPES.test(type)

/**
 * Where a question about a path goes to, as far as the mounts tell. Where a symbolic link of it leads is not looked
 * at, since that can hang as well. `near` where there are no mounts to read (other systems).
 */
export async function readReaches(procRoot = '/proc'): Promise<(file: string) => Reach> {
  const mounts = parseMountinfo(await readLines(path.join(procRoot, 'self/mountinfo')))
  return (file) => {
    const deepest = mounts
      .filter(({ mount }) => mount === '/' || `${file}/`.startsWith(`${mount}/`))
      .reduce<MountLine | null>(
        (best, one) => (best === null || one.mount.length >= best.mount.length ? one : best),
        null,
      )
    return deepest !== null && isFarType(deepest.type) ? 'far' : 'near'
  }
}
