import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseRecording, type RecordedEntry, type Recording } from './archive.ts'

const folder = fileURLToPath(new URL('../recordings', import.meta.url))
const SUFFIX = '.recording'

/** Roots of an unpacked machine, shaped as `PlatformOptions` wants them. */
export interface UnpackedMachine extends AsyncDisposable {
  name: string
  about: string
  /** No machine was recorded: written by hand after public documentation. */
  constructed: boolean
  root: string
  procRoot: string
  sysRoot: string
  etcRoot: string
}

/** Names of all recorded machines. */
export const recordings = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .toSorted()

export const readRecording = (name: string): Recording =>
  parseRecording(readFileSync(path.join(folder, name + SUFFIX), 'latin1'))

/** Unpacks a recorded machine into a temporary root; dispose of it (`await using`) to remove the files. */
export async function unpack(name: string): Promise<UnpackedMachine> {
  const text = await readFile(path.join(folder, name + SUFFIX), 'latin1')
  const recording = parseRecording(text)
  const root = await mkdtemp(path.join(tmpdir(), `tmp-${name}-`))
  for (const part of ['proc', 'sys', 'etc']) await mkdir(path.join(root, part))
  const folders = recording.entries.filter((entry) => entry.kind === 'dir')
  for (const entry of recording.entries) await write(root, entry)
  // Modes last: a folder without the right to write would refuse its own content.
  for (const entry of folders.toReversed()) await chmod(at(root, entry.path), entry.mode)
  return {
    name,
    about: recording.about,
    constructed: recording.about.startsWith('constructed'),
    root,
    procRoot: path.join(root, 'proc'),
    sysRoot: path.join(root, 'sys'),
    etcRoot: path.join(root, 'etc'),
    [Symbol.asyncDispose]: () => remove(root, folders),
  }
}

async function remove(root: string, folders: RecordedEntry[]) {
  for (const entry of folders) await chmod(at(root, entry.path), 0o700)
  await rm(root, { recursive: true, force: true })
}

/** Paths are bytes (latin1 here): a Buffer keeps names that are not UTF-8. */
const at = (root: string, file: string) =>
  Buffer.concat([Buffer.from(`${root}/`), Buffer.from(file, 'latin1')])

const parentOf = (file: string) => file.slice(0, file.lastIndexOf('/'))

async function write(root: string, entry: RecordedEntry) {
  await mkdir(at(root, parentOf(entry.path)), { recursive: true })
  const target = at(root, entry.path)
  switch (entry.kind) {
    case 'dir':
      await mkdir(target, { recursive: true })
      return
    case 'link':
      await symlink(Buffer.from(entry.target, 'latin1'), target)
      return
    case 'denied':
      await writeDenied(target)
      return
    case 'file':
      await writeFile(target, entry.content)
      await chmod(target, entry.mode | 0o400)
  }
}

/**
 * Root reads files of mode 000 too. The kernel's write-only sysctls refuse everybody, since proc_sys_permission()
 * looks at mode bits alone; a link to one therefore fails with EACCES for root as for anyone.
 */
const REFUSES_EVERYBODY = '/proc/sys/vm/compact_memory'

async function writeDenied(target: Buffer) {
  if (existsSync(REFUSES_EVERYBODY)) return symlink(REFUSES_EVERYBODY, target)
  await writeFile(target, '')
  await chmod(target, 0o000)
}
