import path from 'node:path'
import type { ProcessFacts } from '../../process-table.ts'
import { cleanName, cleanText, cut } from '../../text/clean.ts'
import { redactArguments } from '../../text/redact.ts'
import type { MacLibrary } from '../lib-system.ts'
import type { MacUsers } from '../mac-users.ts'
import { systemNumber } from '../system-values.ts'
import { parseArguments } from './parse-arguments.ts'
import type { KinfoProcRecord } from './parse-kinfo-proc.ts'
import { startIdOf } from './process-list.ts'

// Source: sys/sysctl.h, libproc.h, sys/param.h.
const CTL_KERN = 1
const KERN_PROCARGS2 = 49
const MOST_PATH = 4096
/** MAXCOMLEN: the kernel cuts its names here. */
const CUT_COMM = 16
/** ARG_MAX of every macOS there is. A shorter buffer is filled with the end, which is the environment. */
const MOST_ARGUMENTS = 1 << 20
/** Enough of the arguments to name and search them. */
export const ARGS_BYTES = 4096
const MOST_CHARACTERS = 4096
const shown = (text: string) => cut(cleanText(text), MOST_CHARACTERS)

export interface FactsRequest {
  record: KinfoProcRecord
  comm: Buffer
  /** The longer name, where it may be read. */
  longName: Buffer | null
  /** Of the same user, or asked as root. */
  readable: boolean
}

/** What does not change while a program runs: one or two calls, once per program. */
export class MacFacts {
  readonly #library: MacLibrary
  readonly #users: MacUsers
  readonly #path = Buffer.alloc(MOST_PATH)
  readonly #name = Int32Array.of(CTL_KERN, KERN_PROCARGS2, 0)
  #arguments: Buffer | null = null

  constructor(library: MacLibrary, users: MacUsers) {
    this.#library = library
    this.#users = users
  }

  of({ record, comm, longName, readable }: FactsRequest): ProcessFacts {
    const isKernel = record.pid === 0
    const exe = isKernel ? null : this.#exe(record.pid)
    const args = readable && !isKernel ? this.#args(record.pid) : null
    return {
      startId: startIdOf(record.startMicros),
      comm: cleanName(comm),
      name: wholeName(comm, [exe, args?.[0], longName?.toString()]),
      args: args === null ? null : redactArguments(args).map(shown),
      exe: exe === null ? null : shown(exe),
      uid: record.ruid,
      user: this.#users.nameOf(record.ruid),
      unit: null,
      container: null,
      cgroup: null,
      isKernel,
      hasTerminal: record.terminal !== null,
      startedAtMs: record.startMicros / 1000,
    }
  }

  #exe(pid: number): string | null {
    const length = this.#library.processPath(pid, this.#path)
    return length < 0 ? null : this.#path.toString('utf8', 0, length)
  }

  #args(pid: number): string[] | null {
    this.#arguments ??= Buffer.allocUnsafe(
      Math.max(MOST_ARGUMENTS, systemNumber(this.#library, 'kern.argmax') ?? 0),
    )
    this.#name[2] = pid
    const length = this.#library.system(this.#name, this.#arguments)
    // Ended, became a zombie, or is protected by the system: its arguments stay unknown.
    return length < 4 ? null : parseArguments(this.#arguments.subarray(0, length), ARGS_BYTES)
  }
}

/** The kernel's name; where that was cut, the first of some paths or names that begins with it has the rest. */
export function wholeName(
  comm: Buffer,
  candidates: readonly (string | null | undefined)[],
): string {
  if (comm.length < CUT_COMM) return cleanName(comm)
  const start = comm.toString()
  const names = candidates.map((each) => path.basename(each ?? ''))
  return cleanName(names.find((each) => each.startsWith(start)) ?? comm)
}
