import { statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { StartupItem } from '@taskmanager/contracts'
import { readResultOf } from '../read-result.ts'
import { FileRefusal, readSmallFile } from '../small-file.ts'
import { cleanName } from '../text/clean.ts'
import { idOf } from './item-id.ts'
import { parseCrontab, type CronJob } from './parse-crontab.ts'
import { ifInstalled, presentCommand, shownPath } from './present-autostart.ts'
import type { HasProgram } from './programs.ts'
import { cronWords } from './schedule-words.ts'

/** Where cron of the machine looks. */
export interface CronPlaces {
  /** Crontabs with a user in each line: one file, and all files of a directory. */
  tab: string
  directory: string
  /** Directories whose programs run once in a time. */
  periods: readonly (readonly [directory: string, words: string])[]
}

export interface CronWorld {
  places: CronPlaces
  /** Knows `CRONS`. */
  hasProgram: HasProgram
}

const MOST_FILES = 1000
/** Programs that may be the cron of a machine. */
export const CRONS = ['cron', 'crond', 'fcron', 'systemd-cron', 'anacron']
/** Names that cron and run-parts take. Source: run-parts(8), cron(8) of Debian. */
const PLAIN_NAME = /^[A-Za-z0-9_-]+$/
/** Names that cronie passes over, the cron of Red Hat. Source: its `not_a_crontab` and run-parts. */
const LEFT_OVER = /^#|~$|,v?$|\.(?:rpmsave|rpmorig|rpmnew|swp|cfsaved)$/

const noCron = (hasProgram: HasProgram): string | null =>
  CRONS.every((name) => hasProgram(name) === false) ? 'no cron is installed' : null

/** What its start hangs on, where whether there is a cron is not known. */
const ifCron = (hasProgram: HasProgram): string | null =>
  CRONS.some((name) => hasProgram(name) === true) ? null : ifInstalled('cron')

/** The program of cronie is called so, that of Debian `cron`. */
function takesName(name: string, hasProgram: HasProgram): boolean {
  const isCronie = hasProgram('crond') === true && hasProgram('cron') !== true
  return isCronie ? !LEFT_OVER.test(name) : PLAIN_NAME.test(name)
}

/** The jobs of the machine. `unreadable`: files and directories that may not be read here. Source: crontab(5), run-parts(8). */
export async function readCronItems(
  world: CronWorld,
): Promise<{ items: StartupItem[]; unreadable: string[] }> {
  const { tab, directory, periods } = world.places
  const unreadable: string[] = []
  const namesOrTold = async (place: string): Promise<string[]> => {
    const names = await namesIn(place)
    if (names === null) unreadable.push(shownPath(place))
    return names ?? []
  }
  const files = [tab, ...(await namesOrTold(directory)).map((name) => path.join(directory, name))]
  const jobs: { job: CronJob; file: string }[] = []
  for (const file of files) {
    const text = await readTab(file)
    if (text === null) unreadable.push(shownPath(file))
    else jobs.push(...parseCrontab(text, true).map((job) => ({ job, file })))
  }
  const times = periodTimes(jobs, world)
  const places = new Set(periods.map(([place]) => place))
  const items = jobs
    .filter(({ job }) => !places.has(periodOf(job.command) ?? ''))
    .map(({ job, file }) => jobItem(job, file, file === tab ? null : path.basename(file), world))
  for (const [place, words] of periods) {
    const names = await namesOrTold(place)
    items.push(...names.map((name) => periodItem(place, name, times.get(place) ?? words, world)))
  }
  return { items, unreadable }
}

/** A line that runs what is in such a directory: that is listed by itself. */
const periodOf = (command: string): string | null =>
  /\brun-parts\b[^;&|]*?(\/\S*\/cron\.\w+)/.exec(command)?.[1] ?? null

/** When the directories are run. With anacron that hangs on how long the machine is on, and no time is told. */
function periodTimes(
  jobs: readonly { job: CronJob }[],
  { hasProgram }: CronWorld,
): Map<string, string> {
  const times = new Map<string, string>()
  for (const { job } of jobs) {
    const place = periodOf(job.command)
    const isOfAnacron = /\banacron\b/.test(job.command) && hasProgram('anacron')
    if (place !== null && !isOfAnacron) times.set(place, cronWords(job.schedule))
  }
  return times
}

/** One line of a crontab. @param name of its file in the directory of crontabs; null: it is called by its program */
export function jobItem(
  job: CronJob,
  file: string,
  name: string | null,
  { hasProgram }: Pick<CronWorld, 'hasProgram'>,
): StartupItem {
  const words = job.command.split(/\s+/)
  const program = words.find((word) => !/^\w+=/.test(word)) ?? job.command
  const isTaken = name === null || takesName(name, hasProgram)
  const why = noCron(hasProgram) ?? (isTaken ? null : 'its name has signs that cron leaves out')
  return {
    id: idOf('crontab', `${file}\0${job.schedule}\0${job.user ?? ''}\0${job.command}`),
    name: cleanName(name ?? path.posix.basename(program)),
    command: presentCommand(words),
    app_id: null,
    kind: 'crontab',
    scope: job.user === null ? 'you' : 'everybody',
    file: shownPath(file),
    schedule: cronWords(job.schedule),
    next_at_ms: null,
    runs_as: job.user === null ? null : cleanName(job.user),
    state: why === null ? 'enabled' : 'cannot_start',
    reason: why ?? ifCron(hasProgram),
    fixed:
      job.user === null
        ? 'It is a line of your crontab: "crontab -e" changes it.'
        : `It is a line of ${shownPath(file)}: whoever may write that file changes it there.`,
  }
}

function periodItem(
  directory: string,
  name: string,
  words: string,
  { hasProgram }: CronWorld,
): StartupItem {
  const file = path.join(directory, name)
  const why =
    noCron(hasProgram) ??
    (takesName(name, hasProgram) ? null : 'its name has signs that run-parts leaves out') ??
    (isExecutable(file) ? null : 'its file is not executable')
  return {
    id: idOf('cron_directory', file),
    name: cleanName(name),
    command: shownPath(file),
    app_id: null,
    kind: 'cron_directory',
    scope: 'everybody',
    file: shownPath(file),
    schedule: words,
    next_at_ms: null,
    runs_as: 'root',
    state: why === null ? 'enabled' : 'cannot_start',
    reason: why ?? ifCron(hasProgram),
    fixed: `It is a file in ${shownPath(directory)}: root takes it away there.`,
  }
}

/** By root, who runs it: anybody's right to is enough. */
function isExecutable(file: string): boolean {
  try {
    return (statSync(file).mode & 0o111) !== 0
  } catch (error) {
    return readResultOf(error).kind === 'denied' // root may know better
  }
}

/** Hidden ones keep directories from being empty, and nothing runs them. null: it cannot be read. */
async function namesIn(directory: string): Promise<string[] | null> {
  try {
    const entries = await readdir(directory, { withFileTypes: true })
    return entries
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
      .slice(0, MOST_FILES)
      .map(({ name }) => name)
      .toSorted()
  } catch (error) {
    return readResultOf(error).kind === 'gone' ? [] : null
  }
}

/** null: it may not be read; '': it is not there. */
async function readTab(file: string): Promise<string | null> {
  try {
    const { text } = await readSmallFile(file)
    return Buffer.from(text, 'latin1').toString()
  } catch (error) {
    if (error instanceof FileRefusal) return null
    return readResultOf(error).kind === 'gone' ? '' : null
  }
}
