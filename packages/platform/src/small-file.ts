import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

const { O_NONBLOCK, O_RDONLY } = constants
const MOST_BYTES = 1024 * 1024

/** Why a file is not read or not written, as the rest of a sentence. */
export class FileRefusal extends Error {
  override readonly name = 'FileRefusal'
}

export interface SmallFile {
  /** Each byte a character (latin1). */
  text: string
  mode: number
  uid: number
}

/** A regular file of at most 1 MiB; a pipe is never waited for. The error has the code of the system or says why. */
export async function readSmallFile(file: Buffer | string, flags = 0): Promise<SmallFile> {
  await using handle = await open(file, O_RDONLY | O_NONBLOCK | flags)
  const status = await handle.stat()
  if (!status.isFile()) throw new FileRefusal('it is no regular file')
  if (status.size > MOST_BYTES) throw new FileRefusal('it is larger than 1 MiB')
  const bytes = Buffer.alloc(status.size + 1)
  const { bytesRead } = await handle.read(bytes, 0, status.size, 0)
  return {
    text: bytes.toString('latin1', 0, bytesRead),
    mode: status.mode & 0o777,
    uid: status.uid,
  }
}

const REASONS: Record<string, string> = {
  EACCES: 'the system does not allow it',
  EPERM: 'the system does not allow it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'another file of that name is in the way',
  ELOOP: 'a symbolic link is in the way',
  ENOENT: 'it is gone',
}

/** An error of the file system as the rest of a sentence. @throws what is none */
export function reasonOf(error: NodeJS.ErrnoException): string {
  if (error instanceof FileRefusal) return error.message
  if (error.code === undefined || error.syscall === undefined) throw error
  return REASONS[error.code] ?? `the system says ${error.code}`
}
