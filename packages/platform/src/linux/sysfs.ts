import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { cleanText } from '../text/clean.ts'
import { isExhausted } from './spare-descriptors.ts'

/**
 * Small files of sysfs. Any errno is "not told": drivers answer EIO, ENODATA, EBUSY, EINVAL, ENXIO and more for a value
 * they do not have just now, and files come and go with the hardware. That we have no descriptor left says nothing
 * about the file, so this is thrown: the reader keeps what it knew.
 */
function absent(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === undefined || isExhausted(error)) throw error
  return null
}

/** Text without its last newline, made safe to show; null when it is not told or empty. */
export async function readText(path: string): Promise<string | null> {
  try {
    return textOf(await readFile(path))
  } catch (error) {
    return absent(error)
  }
}

/** A file of several lines, as it is; empty when it is not told. For parsing, not for showing. */
export async function readLines(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    absent(error)
    return ''
  }
}

/** As `readText`, at once: only for files that the kernel answers from memory. */
export function readTextNow(path: string): string | null {
  try {
    return textOf(readFileSync(path))
  } catch (error) {
    return absent(error)
  }
}

const textOf = (bytes: Buffer): string | null => {
  const text = cleanText(bytes.toString('utf8').trim())
  return text === '' ? null : text
}

/** A number, also negative; null when it is not told or no number. */
export async function readNumber(path: string): Promise<number | null> {
  return numberOf(await readText(path))
}

export function readNumberNow(path: string): number | null {
  return numberOf(readTextNow(path))
}

export function numberOf(text: string | null): number | null {
  if (text === null || !/^-?\d{1,20}$/.test(text)) return null
  return Number(text)
}

/** Names in a directory, in order of their numbers; empty when it is not there. */
export async function list(path: string): Promise<string[]> {
  try {
    return inOrder(await readdir(path))
  } catch (error) {
    absent(error)
    return []
  }
}

export function listNow(path: string): string[] {
  try {
    return inOrder(readdirSync(path))
  } catch (error) {
    absent(error)
    return []
  }
}

const order = new Intl.Collator('en', { numeric: true })
const inOrder = (names: string[]) => names.toSorted(order.compare)

/** Target of a link as it is written; null when it is no link. */
export function linkNow(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch (error) {
    return absent(error)
  }
}

/** A list of CPUs such as `0-3,8`, each once; what is not shaped so is left out. At most 8,192. */
export function parseCpuList(text: string | null): number[] {
  const cpus = new Set<number>()
  for (const part of (text ?? '').split(',')) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim())
    if (match === null) continue
    const from = Number(match[1])
    const to = Number(match[2] ?? match[1])
    for (let cpu = from; cpu <= to && cpus.size < 8192; cpu++) cpus.add(cpu)
  }
  return [...cpus]
}
