import { readFile, readdir, readlink } from 'node:fs/promises'
import path from 'node:path'
import { readResultOf, type ReadResult } from '../read-result.ts'

/** What is read with the memory map of the process held, which one that waits for a disk may hold for ever itself. */
const OF_MEMORY_MAP: ReadonlySet<string> = new Set(['cmdline', 'maps', 'smaps_rollup'])

/** Reads of one process's directory: asynchronous, and absence is a value. */
export class DetailFiles {
  readonly directory: string
  readonly #waitsForDisk: boolean

  /** @param waitsForDisk in state D: files that might wait with it fail at once */
  constructor(procRoot: string, pid: number, waitsForDisk = false) {
    this.directory = path.join(procRoot, String(pid))
    this.#waitsForDisk = waitsForDisk
  }

  async bytes(file: string): Promise<ReadResult<Buffer>> {
    if (this.#waitsForDisk && OF_MEMORY_MAP.has(file)) return { kind: 'failed' }
    return resultOf(() => readFile(path.join(this.directory, file)))
  }

  /** Text, or null for whatever reason it is not to be had. */
  async text(file: string): Promise<string | null> {
    const result = await this.bytes(file)
    return result.kind === 'ok' ? result.value.toString() : null
  }

  link(file: string): Promise<ReadResult<string>> {
    return resultOf(() => readlink(path.join(this.directory, file)))
  }

  names(directory: string): Promise<ReadResult<string[]>> {
    return resultOf(() => readdir(path.join(this.directory, directory)))
  }
}

/**
 * Whether the link to a program leads to a file that was deleted or replaced. A program that was run from memory alone
 * (memfd_create(2)) never had a file. Source: proc_pid_exe(5).
 */
export const isReplacedProgram = (link: string): boolean =>
  link.endsWith(' (deleted)') && !link.startsWith('/memfd:')

async function resultOf<T>(read: () => Promise<T>): Promise<ReadResult<T>> {
  try {
    return { kind: 'ok', value: await read() }
  } catch (error) {
    // A kernel thread has no program: its link exists and leads nowhere.
    if ((error as NodeJS.ErrnoException).code === 'EINVAL') return { kind: 'unsupported' }
    return readResultOf(error)
  }
}

/** Number of a line `Key: 12 kB` of status(5)-like files; null when there is none, or no amount. */
export function statusNumber(text: string | null, key: string): number | null {
  const line = new RegExp(`^${key}:[ \\t]*(\\d{1,20})(?:[ \\t\\n]|$)`, 'm')
  const value = text === null ? undefined : line.exec(text)?.[1]
  return value === undefined ? null : Number(value)
}

/** The same in bytes, of a line in kB (KiB, as the kernel means it). */
export function statusBytes(text: string | null, key: string): number | null {
  const kib = statusNumber(text, key)
  return kib === null ? null : kib * 1024
}
