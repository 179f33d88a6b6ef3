import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { readResultOf } from '../read-result.ts'
import { FileRefusal, readSmallFile } from '../small-file.ts'
import { cleanName } from '../text/clean.ts'

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants

/**
 * The name a container was given, of the `/etc/hostname` in its own root; null: not told, or not permitted. A link
 * there, of whoever made the container, is never followed: it would lead to a file of the machine.
 */
export async function readOwnHostname(procRoot: string, pid: number): Promise<string | null> {
  try {
    const root = path.join(procRoot, String(pid), 'root')
    await using outer = await open(`${root}/`, O_RDONLY | O_DIRECTORY)
    const etcPath = `/proc/self/fd/${outer.fd}/etc`
    await using etc = await open(etcPath, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    const { text } = await readSmallFile(`/proc/self/fd/${etc.fd}/hostname`, O_NOFOLLOW)
    const name = text.split('\n', 1)[0]?.trim() ?? ''
    return /^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/.test(name) ? cleanName(name) : null
  } catch (error) {
    if (!(error instanceof FileRefusal)) readResultOf(error)
    return null
  }
}
