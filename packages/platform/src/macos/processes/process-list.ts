import { MAC_ERRNO, type MacLibrary } from '../lib-system.ts'
import { KINFO_PROC_SIZE, KinfoProcRecord, parseKinfoProc } from './parse-kinfo-proc.ts'

// Source: sys/sysctl.h.
const CTL_KERN = 1
const KERN_PROC = 14
const KERN_PROC_ALL = 0
const KERN_PROC_PID = 1
const ALL = Int32Array.of(CTL_KERN, KERN_PROC, KERN_PROC_ALL)
const FIRST_PROCESSES = 1024
/** Processes may begin between being told the size and asking again. */
const MOST_TRIES = 8

/** Every process with its start, by one call into a buffer that is kept. */
export class ProcessList {
  readonly #library: MacLibrary
  #room: Buffer
  /** As many bytes as the last answer had; valid until the next `take`. */
  bytes: Buffer = Buffer.alloc(0)

  constructor(library: MacLibrary, firstProcesses = FIRST_PROCESSES) {
    this.#library = library
    this.#room = Buffer.alloc(firstProcesses * KINFO_PROC_SIZE)
  }

  get count(): number {
    return Math.floor(this.bytes.length / KINFO_PROC_SIZE)
  }

  /** @throws when the system does not tell: without the list nothing is known */
  take(): void {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const length = this.#library.system(ALL, this.#room)
      if (length >= 0) {
        this.bytes = this.#room.subarray(0, length)
        return
      }
      const errno = this.#library.lastErrno()
      if (errno !== MAC_ERRNO.ENOMEM) {
        throw new Error(`macOS does not list its processes (sysctl KERN_PROC_ALL: error ${errno})`)
      }
      const needed = Math.max(this.#library.systemSize(ALL), this.#room.length)
      this.#room = Buffer.alloc(Math.ceil((needed * 1.25) / KINFO_PROC_SIZE) * KINFO_PROC_SIZE)
    }
    throw new Error('macOS lists more processes at each look (sysctl KERN_PROC_ALL: error 12)')
  }

  read(index: number, record: KinfoProcRecord): KinfoProcRecord {
    return parseKinfoProc(this.bytes, index * KINFO_PROC_SIZE, record)
  }
}

/** One process by its pid, of any user, zombies as well. */
export interface FoundProcess {
  record: KinfoProcRecord
  /** Its short name; valid until the next look. */
  comm: Buffer
}

const one = Buffer.alloc(KINFO_PROC_SIZE)

/** null: there is none. */
export function findProcess(library: MacLibrary, pid: number): FoundProcess | null {
  const length = library.system(Int32Array.of(CTL_KERN, KERN_PROC, KERN_PROC_PID, pid), one)
  if (length < KINFO_PROC_SIZE) return null // no error: an empty list
  const record = parseKinfoProc(one, 0, new KinfoProcRecord())
  if (record.pid !== pid) return null
  return { record, comm: one.subarray(record.commStart, record.commEnd) }
}

/** Opaque: microseconds of its start. */
export const startIdOf = (startMicros: number): string => `m-${startMicros.toString(36)}`
