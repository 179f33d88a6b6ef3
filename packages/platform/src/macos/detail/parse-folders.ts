import { cleanBytes } from '../../text/clean.ts'
import { needBytes, textEnd } from '../bytes.ts'

/** Bytes of `struct proc_vnodepathinfo`: two of `struct vnode_info_path`. */
export const FOLDERS_SIZE = 2352

const PATH = 152
const PATH_LENGTH = 1024

/**
 * `proc_pidinfo(PROC_PIDVNODEPATHINFO)`: the working directory; null when the system does not tell its path.
 * Source: sys/proc_info.h of xnu.
 * @throws ProcParseError when it is cut
 */
export function parseWorkingDirectory(bytes: Buffer): string | null {
  needBytes('proc_vnodepathinfo', bytes, FOLDERS_SIZE)
  const end = textEnd(bytes, PATH, PATH_LENGTH)
  return end === PATH ? null : cleanBytes(bytes.subarray(PATH, end))
}
