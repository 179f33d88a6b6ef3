import path from 'node:path'
import type { Reach } from '../unanswered-calls.ts'
import { parseMountinfo, type MountLine } from './parse-mountinfo.ts'
import { readLines } from './sysfs.ts'

const FAR_TYPES =
  /^(?:nfs4?|cifs|smb3?|smbfs|ceph|glusterfs|afs|9p|virtiofs|beegfs|lustre|gpfs|vboxsf|vmhgfs|drvfs|fuse(?:blk|\..+)?)$/

/** Whether questions to a file system go to another computer or program, which may never answer. */
export const isFarType = (type: string): boolean => FAR_TYPES.test(type)

/** As far as the mounts tell; where a symbolic link of the path leads is not looked at, since that can hang as well. */
export async function reachOf(file: string, procRoot = '/proc'): Promise<Reach> {
  return reachIn(parseMountinfo(await readLines(path.join(procRoot, 'self/mountinfo'))), file)
}

function reachIn(mounts: readonly MountLine[], file: string): Reach {
  let deepest: MountLine | undefined
  for (const mount of mounts) {
    const isAbove = mount.mount === '/' || `${file}/`.startsWith(`${mount.mount}/`)
    if (isAbove && mount.mount.length >= (deepest?.mount.length ?? 0)) deepest = mount
  }
  return deepest !== undefined && isFarType(deepest.type) ? 'far' : 'near'
}
