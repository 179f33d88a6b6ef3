import type { NetlinkSocket } from '../../netlink-socket.ts'
import { decodeFamily, encodeRequest, familyQuestion } from './generic-netlink.ts'
import { hasKnownFields } from './parse-exit-records.ts'

// Source: linux/taskstats.h
const FAMILY = 'TASKSTATS'
export const CMD_GET = 1
const CMD_ATTR_PID = 1
export const CMD_ATTR_TGID = 2
/** The kernel's answers to a registration and a look at oneself are this small. */
const MESSAGE_BYTES = 8 * 1024

/** Sends a message and takes its answer; null: none. */
export function ask(socket: NetlinkSocket, message: Uint8Array): Uint8Array | null {
  if (!socket.send(message)) return null
  // The kernel answers inside send(), so the answer is there or will never be.
  const buffer = new Uint8Array(MESSAGE_BYTES)
  const length = socket.receive(buffer)
  return length > 0 ? buffer.subarray(0, length) : null
}

/** Number of the family where we may ask, and the kernel has the fields that answers are read by; else null. */
export function taskstatsFamily(socket: NetlinkSocket): number | null {
  const found = ask(socket, familyQuestion(FAMILY))
  const family = found === null ? null : decodeFamily(found)
  if (family === null) return null
  const payload = new Uint8Array(Uint32Array.of(process.pid).buffer)
  const own = { family, command: CMD_GET, attribute: CMD_ATTR_PID, payload }
  const self = ask(socket, encodeRequest(own))
  return self !== null && hasKnownFields(self, family) ? family : null
}
