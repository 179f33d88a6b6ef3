import { readFileSync, readlinkSync } from 'node:fs'
import { koffiOrNull } from '../../ffi.ts'
import { NETLINK_GENERIC, netlinkCalls, type NetlinkSocket } from '../../netlink-socket.ts'
import { decodeAcknowledgement, encodeRequest, textPayload } from './generic-netlink.ts'
import { type ExitRecord, parseExitRecords } from './parse-exit-records.ts'
import { ask, CMD_GET, taskstatsFamily } from './taskstats.ts'

/** The kernel's word on every process that ended. */
export interface ExitRecords {
  /** What ended since the last call; null when some of it was lost. One system call when nothing ended. */
  take(): ExitRecord[] | null
  close(): void
}

// Source: linux/taskstats.h
const CMD_ATTR_REGISTER_CPUMASK = 3
/** Some 2 KB a record in the kernel's account: 16,000 ends between two looks. It is a limit and takes nothing before. */
const BUFFER_BYTES = 32 * 1024 * 1024
/** A record is this small. */
const MESSAGE_BYTES = 8 * 1024
/** Errors in a row after which a look ends. */
const MOST_ERRORS = 3

/**
 * Registers for the exit records of all CPUs (taskstats over generic netlink). That takes CAP_NET_ADMIN in the first
 * user and pid namespaces; null without it, in containers, without FFI, and where the kernel has other fields.
 */
export function openExitRecords(
  socket: NetlinkSocket | null = isFirstNetwork() ? openGeneric() : null,
  possibleCpus: string | null = readPossibleCpus(),
): ExitRecords | null {
  if (socket === null) return null
  const family = possibleCpus === null ? null : register(socket, possibleCpus)
  if (family === null) {
    socket.close()
    return null
  }
  const buffer = new Uint8Array(MESSAGE_BYTES)
  return {
    take() {
      const records: ExitRecord[] = []
      // ENOBUFS is told once, before what did fit; what did fit is taken and is no whole picture.
      let errors = 0
      while (errors < MOST_ERRORS) {
        const length = socket.receive(buffer)
        if (length === 0) break
        if (length < 0) errors++
        else parseExitRecords(buffer.subarray(0, length), family, records)
      }
      return errors > 0 ? null : records
    },
    close: () => socket.close(),
  }
}

const openGeneric = (): NetlinkSocket | null =>
  netlinkCalls(koffiOrNull())?.(NETLINK_GENERIC, BUFFER_BYTES) ?? null

/** Number of the family once the kernel sends its records here. */
function register(socket: NetlinkSocket, possibleCpus: string): number | null {
  const family = taskstatsFamily(socket)
  if (family === null) return null
  const answer = ask(
    socket,
    encodeRequest({
      family,
      command: CMD_GET,
      attribute: CMD_ATTR_REGISTER_CPUMASK,
      payload: textPayload(possibleCpus),
      acknowledge: true,
    }),
  )
  return answer !== null && decodeAcknowledgement(answer) === 0 ? family : null
}

/** As a list of ranges, the form a registration takes. Source: sysfs-devices-system-cpu. */
function readPossibleCpus(): string | null {
  try {
    return readFileSync('/sys/devices/system/cpu/possible', 'utf8').trim()
  } catch {
    return null // no sysfs
  }
}

/** The kernel sends records into the first network namespace alone, and lets others register all the same. */
function isFirstNetwork(): boolean {
  try {
    return readlinkSync('/proc/self/ns/net') === readlinkSync('/proc/1/ns/net')
  } catch {
    return true // not ours to see; records that do not come are noticed
  }
}
