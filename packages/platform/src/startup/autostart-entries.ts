import { constants } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { reasonOf, readSmallFile } from '../small-file.ts'

const MOST_FILES = 1000
const SUFFIX = '.desktop'

/** A file of an autostart directory. */
export interface EntryFile {
  directory: string
  /** Bytes of its name, which need not be UTF-8. */
  name: Buffer
  /** Each byte a character (latin1); '' where it cannot be read. */
  raw: string
  /** The same as UTF-8. */
  text: string
  isLink: boolean
  /** Why it cannot be read; null: it was. */
  unreadable: string | null
}

/** One name in all directories: the user's own file counts before everybody's. */
export interface Autostart {
  own: EntryFile | null
  /** Of the most important directory that has it. */
  shared: EntryFile | null
}

export interface AutostartDirectories {
  /** null: not looked at. */
  own: string | null
  /** The most important first. */
  shared: readonly string[]
}

/** Every entry by its file name (latin1). Source: Desktop Application Autostart Specification. */
export async function readAutostart(
  directories: AutostartDirectories,
): Promise<Map<string, Autostart>> {
  const [own, ...shared] = await Promise.all(
    [directories.own, ...directories.shared].map(readEntries),
  )
  const all = new Map<string, Autostart>()
  for (const file of own ?? []) all.set(file.name.toString('latin1'), { own: file, shared: null })
  for (const file of shared.flat()) {
    const key = file.name.toString('latin1')
    const known = all.get(key)
    if (known === undefined) all.set(key, { own: null, shared: file })
    else known.shared ??= file
  }
  return all
}

async function readEntries(directory: string | null): Promise<EntryFile[]> {
  if (directory === null) return []
  let names: Buffer[]
  try {
    names = await readdir(directory, { encoding: 'buffer' })
  } catch (error) {
    reasonOf(error as NodeJS.ErrnoException)
    return [] // most machines lack one of them
  }
  const entries = names
    .filter((name) => name.length > SUFFIX.length && name.toString('latin1').endsWith(SUFFIX))
    .toSorted((a, b) => a.compare(b))
    .slice(0, MOST_FILES)
  const files: EntryFile[] = []
  for (const name of entries) {
    const file = await readEntry(directory, name)
    if (file !== null) files.push(file)
  }
  return files
}

/** null: it left meanwhile. */
async function readEntry(directory: string, name: Buffer): Promise<EntryFile | null> {
  const file = Buffer.concat([Buffer.from(`${directory}/`), name])
  const entry = (raw: string, isLink: boolean, unreadable: string | null): EntryFile => {
    const text = Buffer.from(raw, 'latin1').toString()
    return { directory, name, raw, text, isLink, unreadable }
  }
  try {
    return entry((await readSmallFile(file, constants.O_NOFOLLOW)).text, false, null)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    if (code !== 'ELOOP') return entry('', false, reasonOf(error as NodeJS.ErrnoException))
  }
  try {
    return entry((await readSmallFile(file)).text, true, null)
  } catch (error) {
    return entry('', true, reasonOf(error as NodeJS.ErrnoException))
  }
}
