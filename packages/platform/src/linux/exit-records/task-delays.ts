import { koffiOrNull } from '../../ffi.ts'
import { NETLINK_GENERIC, netlinkCalls, type NetlinkSocket } from '../../netlink-socket.ts'
import { encodeRequest } from './generic-netlink.ts'
import { parseSwapDelay } from './parse-exit-records.ts'
import { CMD_ATTR_TGID, CMD_GET, taskstatsFamily } from './taskstats.ts'

/** How long living processes have waited, by the kernel's delay accounting. */
export interface TaskDelays {
  /** Waited for memory that was swapped out, all threads, nanoseconds; null: no such process. */
  swapDelayNs(pid: number): number | null
}

const MESSAGE_BYTES = 4096

/** Source: taskstats over generic netlink, which takes CAP_NET_ADMIN; null without it, and without FFI. */
export function openTaskDelays(
  socket: NetlinkSocket | null = netlinkCalls(koffiOrNull())?.(NETLINK_GENERIC) ?? null,
): TaskDelays | null {
  if (socket === null) return null
  const family = taskstatsFamily(socket)
  if (family === null) {
    socket.close()
    return null
  }
  const buffer = new Uint8Array(MESSAGE_BYTES)
  return {
    swapDelayNs(pid) {
      const payload = new Uint8Array(Uint32Array.of(pid).buffer)
      const question = encodeRequest({
        family,
        command: CMD_GET,
        attribute: CMD_ATTR_TGID,
        payload,
      })
      if (!socket.send(question)) return null
      // The kernel answers inside send(), so the answer is there or will never be.
      const length = socket.receive(buffer)
      return length > 0 ? parseSwapDelay(buffer.subarray(0, length), family) : null
    },
  }
}
