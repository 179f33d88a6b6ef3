import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, mkdir, open, rename, unlink, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { FileRefusal, readSmallFile, reasonOf } from '../small-file.ts'

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants

export interface FileChange {
  directory: string
  /** Bytes of the file's name. */
  name: Buffer
  /** What it held when it was decided on; null: it was not there. */
  was: string | null
  /** null: it is removed. */
  text: string | null
}

/**
 * Changes a file of the user whole or not at all. Links are not followed, neither in place of the file nor of its
 * directory, and a file that changed meanwhile is left alone.
 * @throws FileRefusal with the reason
 */
export async function changeOwnFile({ directory, name, was, text }: FileChange): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await using handle = await openOwnDirectory(directory)
    // Names are looked up in the directory that was checked, whatever stands at its path by now.
    const at = (file: Buffer) => Buffer.concat([Buffer.from(`/proc/self/fd/${handle.fd}/`), file])
    const file = at(name)
    const mode = was === null ? 0o600 : await modeIfUnchanged(file, was)
    if (text === null) {
      await unlink(file)
      return
    }
    const temporary = at(Buffer.from(`.task-manager-pro-${randomBytes(12).toString('base64url')}`))
    try {
      await writeNew(temporary, text, mode)
      if (was === null) await link(temporary, file)
      else await rename(temporary, file)
    } finally {
      await unlink(temporary).catch(ignoreAbsent)
    }
  } catch (error) {
    throw error instanceof FileRefusal
      ? error
      : new FileRefusal(reasonOf(error as NodeJS.ErrnoException), { cause: error })
  }
}

async function openOwnDirectory(directory: string): Promise<FileHandle> {
  let handle: FileHandle
  try {
    handle = await open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOTDIR' || code === 'ELOOP')
      throw new FileRefusal(`${path.basename(directory)} is a link or no directory`)
    throw error
  }
  const { uid, mode } = await handle.stat()
  if (uid === process.getuid?.() && (mode & 0o002) === 0) return handle
  await handle.close()
  throw new FileRefusal('its directory belongs to another user or is writable by everybody')
}

async function modeIfUnchanged(file: Buffer, was: string): Promise<number> {
  const { text, mode, uid } = await readSmallFile(file, O_NOFOLLOW)
  if (uid !== process.getuid?.()) throw new FileRefusal('it belongs to another user')
  if (text !== was) throw new FileRefusal('it was changed by something else just now')
  return mode
}

async function writeNew(file: Buffer, text: string, mode: number): Promise<void> {
  await using handle = await open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  await handle.writeFile(text, 'latin1')
  await handle.chmod(mode)
  await handle.sync()
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
