import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'

/** Where reading goes on: everything from `offset` of this file on, and all newer files, has been read. */
interface Place {
  inode: bigint
  offset: number
}

interface LogLine {
  text: string
  /** Cursor to what is older than this line. */
  place: Place
}

export interface LogPage<T> {
  lines: T[]
  /** null: nothing is older. */
  next: string | null
  unreadable: number
}

export interface LogPageOptions<T> {
  limit: number
  /** `next` of the page before. */
  before?: string | undefined
  /** One line as a record, null where it is none. */
  parse: (text: string) => T | null
}

const CHUNK_BYTES = 32 * 1024
/** A page reads no more than this, however long the log and whatever it holds. */
const MOST_BYTES = 512 * 1024
/** No line of ours is longer. */
const MOST_LINE_BYTES = 16 * 1024

/**
 * Reads a log of lines from its end, newest first, through its rotated parts. Files that are not there are passed over;
 * one that went away between two pages ends the reading. Lines that do not parse are counted.
 * @param files newest first
 * @throws what the file system says, other than that there is no such file
 */
export async function readLogPage<T>(
  files: readonly string[],
  { limit, before, parse }: LogPageOptions<T>,
): Promise<LogPage<T>> {
  const parts = await openParts(files)
  try {
    const page: LogPage<T> = { lines: [], next: null, unreadable: 0 }
    const from = before === undefined ? null : parsePlace(before)
    const first = from === null ? 0 : parts.findIndex(({ inode }) => inode === from.inode)
    if (first === -1) return page // It was rotated away, and with it all that is older.
    let place: Place | null = from
    for await (const line of linesBackwards(parts.slice(first), from?.offset ?? Infinity)) {
      if (page.lines.length === limit) return { ...page, next: spellPlace(place) }
      place = line.place
      if (line.text === '') continue
      const record = parse(line.text)
      if (record === null) page.unreadable++
      else page.lines.push(record)
    }
    const last = parts.at(-1)
    const isAllRead = last === undefined || (place?.inode === last.inode && place.offset === 0)
    return { ...page, next: isAllRead ? null : spellPlace(place) }
  } finally {
    await Promise.all(parts.map(({ handle }) => handle.close()))
  }
}

interface Part {
  handle: FileHandle
  inode: bigint
  size: number
}

/** A file that is renamed meanwhile may be met twice, under both names: it is read once. */
async function openParts(files: readonly string[]): Promise<Part[]> {
  const parts: Part[] = []
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  const flags = O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)
  try {
    for (const file of files) {
      const handle = await openIfThere(file, flags)
      if (handle === null) continue
      const stat = await handle.stat({ bigint: true })
      const isKnown = parts.some(({ inode }) => inode === stat.ino)
      if (stat.isFile() && !isKnown)
        parts.push({ handle, inode: stat.ino, size: Number(stat.size) })
      else await handle.close()
    }
    return parts
  } catch (error) {
    await Promise.all(parts.map(({ handle }) => handle.close()))
    throw error
  }
}

async function openIfThere(file: string, flags: number): Promise<FileHandle | null> {
  try {
    return await open(file, flags)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Lines of all parts, last first, until the bytes that may be read are used up. What is too long comes in pieces. */
async function* linesBackwards(parts: readonly Part[], end: number): AsyncGenerator<LogLine> {
  let allowed = MOST_BYTES
  for (const [index, { handle, inode, size }] of parts.entries()) {
    const line = (text: Buffer, offset: number) => ({
      text: text.toString(),
      place: { inode, offset },
    })
    let at = index === 0 ? Math.min(end, size) : size
    if (at === 0) yield line(Buffer.alloc(0), 0)
    let rest = Buffer.alloc(0)
    while (at > 0) {
      if (allowed === 0) return
      const length = Math.min(CHUNK_BYTES, at, allowed)
      allowed -= length
      at -= length
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at)
      rest = Buffer.concat([buffer.subarray(0, bytesRead), rest])
      let newline = rest.lastIndexOf(0x0a)
      while (newline !== -1) {
        yield line(rest.subarray(newline + 1), at + newline + 1)
        rest = rest.subarray(0, newline)
        newline = rest.lastIndexOf(0x0a)
      }
      if (at === 0 || rest.length > MOST_LINE_BYTES) {
        yield line(rest, at)
        rest = Buffer.alloc(0)
      }
    }
  }
}

const spellPlace = (place: Place | null): string | null =>
  place === null ? null : `${place.inode.toString(36)}-${place.offset}`

function parsePlace(text: string): Place {
  const [inode = '', offset = ''] = text.split('-')
  let value = 0n
  for (const digit of inode) value = value * 36n + BigInt(Number.parseInt(digit, 36))
  return { inode: value, offset: Number(offset) }
}
