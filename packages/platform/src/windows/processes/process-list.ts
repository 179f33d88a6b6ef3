import type { ProcessStatus } from '@taskmanager/contracts'
import { instantOf } from '../filetime.ts'
import { unicodeStringAt } from '../utf16.ts'

/** Of SYSTEM_PROCESS_INFORMATION without its threads, and of each thread behind it. */
const ENTRY_BYTES = 0x100
const THREAD_BYTES = 0x50
/** KTHREAD_STATE and KWAIT_REASON of a thread. */
const RUNNING = 2
const WAITING = 5
const SUSPENDED = 5

/** What the threads of a process do: one runs, all wait, all are suspended; `untold` where the system does not say. */
export type ThreadStates = 'running' | 'waiting' | 'suspended' | 'untold'

export const STATUS_OF_THREADS: Record<ThreadStates, ProcessStatus> = {
  running: 'running',
  waiting: 'sleeping',
  suspended: 'stopped',
  untold: 'unknown',
}

/** One thread as of the instant. Times in units of 100 ns. */
export interface ListedThread {
  tid: number
  userTime: number
  kernelTime: number
  /** null where the system does not tell. */
  startedAtMs: number | null
  basePriority: number
  contextSwitches: number
  /** KTHREAD_STATE and KWAIT_REASON. */
  state: number
  waitReason: number
}

export class ProcessListError extends Error {
  override name = 'ProcessListError'
}

/**
 * Goes through the answer of NtQuerySystemInformation(SystemProcessInformation), entry by entry, without making anything:
 * its fields are those of the entry it stands at. Layout of 64-bit Windows, x64 and arm64; entries need not be aligned.
 */
export class ProcessList {
  pid = 0
  parentPid = 0
  sessionId = 0
  threads = 0
  handles = 0
  basePriority = 0
  /** FILETIME in two halves: a number cannot hold it exactly. */
  startLow = 0
  startHigh = 0
  /** Units of 100 ns. */
  userTime = 0
  kernelTime = 0
  /** Bytes. Private: the part of the working set that is no other's; 0 where the system does not tell. */
  privateWorkingSet = 0
  workingSet = 0
  commit = 0
  /** Bytes read and written by any I/O, not by that of disks alone. */
  readBytes = 0
  writeBytes = 0
  #bytes: Buffer = Buffer.alloc(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  #base = 0
  #limit = 0
  #at = 0
  #next = 0

  /**
   * Stands before the first entry.
   * @param base address of the first byte, by which entries point to their names
   * @param limit bytes that were filled
   */
  begin(bytes: Buffer, base: number, limit: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    this.#base = base
    this.#limit = Math.min(limit, bytes.length)
    this.#at = -1
    this.#next = 0
  }

  /**
   * Goes to the next entry.
   * @returns false behind the last
   * @throws ProcessListError when the entry does not lie within what was filled, as nothing a kernel writes
   */
  advance(): boolean {
    if (this.#at >= 0 && this.#next === 0) return false
    const at = Math.max(0, this.#at) + this.#next
    if (at + ENTRY_BYTES > this.#limit) throw malformed(at)
    const view = this.#view
    const next = view.getUint32(at, true)
    const threads = view.getUint32(at + 0x04, true)
    const end = next === 0 ? this.#limit : at + next
    if (end > this.#limit || at + ENTRY_BYTES + threads * THREAD_BYTES > end) throw malformed(at)
    this.#at = at
    this.#next = next
    this.threads = threads
    this.privateWorkingSet = this.#quad(0x08)
    this.startLow = view.getUint32(at + 0x20, true)
    this.startHigh = view.getUint32(at + 0x24, true)
    this.userTime = this.#quad(0x28)
    this.kernelTime = this.#quad(0x30)
    this.basePriority = view.getInt32(at + 0x48, true)
    this.pid = view.getUint32(at + 0x50, true)
    this.parentPid = view.getUint32(at + 0x58, true)
    this.handles = view.getUint32(at + 0x60, true)
    this.sessionId = view.getUint32(at + 0x64, true)
    this.workingSet = this.#quad(0x90)
    this.commit = this.#quad(0xb8)
    this.readBytes = this.#quad(0xe8)
    this.writeBytes = this.#quad(0xf0)
    return true
  }

  /** File name of the program; null for the idle process, which has none, and where it lies elsewhere. */
  name(): string | null {
    return unicodeStringAt(this.#bytes, this.#at + 0x38, { base: this.#base, limit: this.#limit })
  }

  /** What only the details show. Bytes; page faults since its start. */
  amounts(): { peakWorkingSet: number; virtualSize: number; pageFaults: number } {
    return {
      virtualSize: this.#quad(0x78),
      pageFaults: this.#view.getUint32(this.#at + 0x80, true),
      peakWorkingSet: this.#quad(0x88),
    }
  }

  /** @param index below `threads` */
  thread(index: number): ListedThread {
    const view = this.#view
    const offset = ENTRY_BYTES + index * THREAD_BYTES
    const at = this.#at + offset
    return {
      kernelTime: this.#quad(offset),
      userTime: this.#quad(offset + 0x08),
      startedAtMs: instantOf(view.getUint32(at + 0x10, true), view.getUint32(at + 0x14, true)),
      tid: view.getUint32(at + 0x30, true),
      basePriority: view.getInt32(at + 0x3c, true),
      contextSwitches: view.getUint32(at + 0x40, true),
      state: view.getUint32(at + 0x44, true),
      waitReason: view.getUint32(at + 0x48, true),
    }
  }

  /** As of the instant. A system that tells nothing of them (Wine) has zeros in all. */
  threadStates(): ThreadStates {
    let suspended = 0
    let told = 0
    for (let i = 0; i < this.threads; i++) {
      const thread = this.#at + ENTRY_BYTES + i * THREAD_BYTES
      const state = this.#view.getUint32(thread + 0x44, true)
      if (state === RUNNING) return 'running'
      if (state !== 0) told++
      if (state === WAITING && this.#view.getUint32(thread + 0x48, true) === SUSPENDED) suspended++
    }
    if (told === 0) return 'untold'
    return suspended === this.threads ? 'suspended' : 'waiting'
  }

  /** 8 bytes; more than a number holds exactly is no amount of anything. */
  #quad(offset: number): number {
    const at = this.#at + offset
    const high = this.#view.getUint32(at + 4, true)
    return high > 0x1f_ffff ? NaN : high * 0x1_0000_0000 + this.#view.getUint32(at, true)
  }
}

const malformed = (at: number) =>
  new ProcessListError(`The list of processes breaks off at byte ${at}.`)
