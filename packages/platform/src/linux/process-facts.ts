import { readlinkSync } from 'node:fs'
import path from 'node:path'
import { DISK_SLEEP, type ProcessFacts } from '../process-table.ts'
import { cleanName, cleanText, cut } from '../text/clean.ts'
import { redactArguments } from '../text/redact.ts'
import { readOnce } from './kept-descriptors.ts'
import { parseCgroup } from './parse-cgroup.ts'
import { isKernelThread, type ProcStatRecord } from './parse-stat.ts'
import { parseIds } from './parse-status.ts'
import { formatStartId } from './start-id.ts'
import { sinceBoot } from './proc-world.ts'
import type { Users } from './users.ts'

/** The kernel cuts comm at 15 bytes (TASK_COMM_LEN). */
const CUT_COMM = 15
/** Enough of the arguments to name and search them; the details read all. */
const ARGS_BYTES = 4096
/** What is made visible grows; no text of a row grows beyond this. */
const MOST_CHARACTERS = 4096
const shown = (text: string) => cut(cleanText(text), MOST_CHARACTERS)
const NUL = 0
const NO_DEVICE = 0

export interface FactsSource {
  procRoot: string
  bootId: string
  bootEpochMs: number | null
  ticksPerSecond: number
  users: Users
}

const buffer = Buffer.allocUnsafe(8192)

/**
 * Reads what does not change while a program runs: three to five small files, once per program.
 * A file that is gone or not permitted leaves its fields `null`, as do the arguments of one that waits for a disk.
 * @param comm the kernel's short name, as bytes of `stat`
 */
export function readFacts(
  source: FactsSource,
  pid: number,
  stat: ProcStatRecord,
  comm: Buffer,
): ProcessFacts {
  const directory = path.join(source.procRoot, String(pid))
  const isKernel = isKernelThread(stat.flags)
  const rawArgs = isKernel || stat.status === DISK_SLEEP ? null : readArgs(directory)
  const exe = isKernel ? null : readExe(directory)
  const uid = readUid(directory)
  const place = isKernel ? null : parseCgroup(readText(directory, 'cgroup') ?? '')
  const short = cleanName(comm)
  return {
    startId: formatStartId(source.bootId, stat.starttimeTicks),
    comm: short,
    name: comm.length < CUT_COMM ? short : fullName(short, comm, rawArgs, exe),
    args: rawArgs === null ? null : redactArguments(rawArgs).map(shown),
    exe: exe === null ? null : shown(exe),
    uid,
    user: uid === null ? null : source.users.nameOf(uid),
    unit: place?.unit ?? null,
    container: place?.container ?? null,
    cgroup: place?.path ?? null,
    isKernel,
    hasTerminal: stat.tty !== NO_DEVICE,
    startedAtMs: startOf(source, stat.starttimeTicks),
  }
}

/** Epoch milliseconds of what began so many clock ticks after the boot. */
export const startOf = (
  { bootEpochMs, ticksPerSecond }: Pick<FactsSource, 'bootEpochMs' | 'ticksPerSecond'>,
  ticks: number,
): number | null => sinceBoot(bootEpochMs, (ticks * 1000) / ticksPerSecond)

/** comm was cut: the program or script that begins with it has the rest. */
function fullName(short: string, comm: Buffer, args: string[] | null, exe: string | null): string {
  const start = comm.toString()
  const candidates = [args?.[0], exe?.replace(/ \(deleted\)$/, ''), args?.[1]]
  const whole = candidates
    .map((candidate) => path.basename(candidate ?? ''))
    .find((candidate) => candidate.startsWith(start))
  return whole === undefined ? short : cleanName(whole)
}

/** Arguments as text, split at NUL; a program that wrote over them may have left one string without. */
function readArgs(directory: string): string[] | null {
  const length = read(directory, 'cmdline')
  if (length <= 0) return null
  let end = Math.min(length, ARGS_BYTES)
  while (end > 0 && buffer[end - 1] === NUL) end--
  return end === 0 ? null : buffer.toString('utf8', 0, end).split('\0')
}

function readExe(directory: string): string | null {
  try {
    return readlinkSync(path.join(directory, 'exe'))
  } catch {
    return null // another user's process, or gone
  }
}

/** Real user id, from the line `Uid:` of proc_pid_status(5): the owner of the directory may be root instead. */
function readUid(directory: string): number | null {
  return parseIds(readText(directory, 'status') ?? '', 'Uid')[0] ?? null
}

function readText(directory: string, file: string): string | null {
  const length = read(directory, file)
  return length < 0 ? null : buffer.toString('utf8', 0, length)
}

function read(directory: string, file: string): number {
  try {
    return readOnce(path.join(directory, file), buffer)
  } catch {
    return -1 // gone or not permitted: the field stays unknown
  }
}
