import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { ProcParseError } from '../../read-result.ts'
import { readSmallFile, reasonOf } from '../../small-file.ts'
import { parsePropertyList } from '../property-lists/parse-property-list.ts'
import { flagIn, isDictionary, type PropertyDictionary } from '../property-lists/property-value.ts'

/** The description of a job, and the file it lies in. */
export interface JobFile {
  file: string
  /** Why it is none, where it is a text. */
  job: PropertyDictionary | string
}

const MOST_FILES = 1000
/** At once; each takes a descriptor. */
const TOGETHER = 32
const SWITCHES = '/var/db/com.apple.xpc.launchd'

/** Where jobs are installed. Source: launchd.plist(5). */
export const JOB_DIRECTORIES = {
  ownAgents: path.join(homedir(), 'Library/LaunchAgents'),
  agents: '/Library/LaunchAgents',
  daemons: '/Library/LaunchDaemons',
  appleAgents: '/System/Library/LaunchAgents',
  appleDaemons: '/System/Library/LaunchDaemons',
} as const

/** Files with what was switched apart from those of the jobs. */
export const JOB_SWITCHES = {
  ofUser: (uid: number) => path.join(SWITCHES, `disabled.${uid}.plist`),
  ofMachine: path.join(SWITCHES, 'disabled.plist'),
} as const

/** Jobs that are installed in a directory, by the names of their files; none where it is not there. */
export async function readJobFiles(directory: string): Promise<JobFile[]> {
  const names = (await namesIn(directory))
    .filter((name) => name.endsWith('.plist'))
    .toSorted()
    .slice(0, MOST_FILES)
  const files: JobFile[] = []
  for (let at = 0; at < names.length; at += TOGETHER) {
    const some = names.slice(at, at + TOGETHER).map(async (name) => {
      const file = path.join(directory, name)
      return { file, job: await readJobFile(file) }
    })
    files.push(...(await Promise.all(some)))
  }
  return files
}

/** What was switched by System Settings or launchctl. Nothing where it may not be read: then the files decide. */
export async function readJobSwitches(file: string): Promise<ReadonlyMap<string, boolean>> {
  const labels = await readJobFile(file)
  if (typeof labels === 'string') return new Map()
  return new Map(
    Array.from(labels.keys()).flatMap((label) => {
      const isOff = flagIn(labels, label)
      return isOff === null ? [] : [[label, isOff] as const]
    }),
  )
}

/** The dictionary in a file, or why it is none. */
export async function readJobFile(file: string): Promise<PropertyDictionary | string> {
  try {
    const { text } = await readSmallFile(file)
    const value = parsePropertyList(Buffer.from(text, 'latin1'))
    return isDictionary(value) ? value : 'its file is no description of a job'
  } catch (error) {
    if (error instanceof ProcParseError) return 'its file is no property list'
    return `its file cannot be read: ${reasonOf(error as NodeJS.ErrnoException)}`
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    reasonOf(error as NodeJS.ErrnoException)
    return []
  }
}
