import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { cLibrary, type Koffi } from '../ffi.ts'
import type { DriveAnswer, DriveDoor } from './drive-door.ts'
import { resultOf, SG_IO, sgRequest } from './sg-io.ts'

/** Source: linux/nvme_ioctl.h, `_IOWR('N', 0x41, struct nvme_admin_cmd)`. */
const NVME_IOCTL_ADMIN_CMD = 0xc048_4e41
const NVME_COMMAND_BYTES = 72
const GET_LOG_PAGE = 0x02
const WHOLE_CONTROLLER = 0xffff_ffff
/** After this the kernel aborts the command. */
const TIMEOUT_MS = 5000

// Source: errno(3) of Linux.
const DENIED = new Set([1, 13])
const REFUSED = new Set([6, 19, 22, 25, 38, 95])

/** `struct nvme_admin_cmd` of Get Log Page, and behind it the memory for the page. */
export function logPageRequest(
  page: number,
  length: number,
  addressOf: (bytes: Buffer) => bigint,
): Buffer {
  const request = Buffer.alloc(NVME_COMMAND_BYTES + length)
  request.writeUInt8(GET_LOG_PAGE, 0)
  request.writeUInt32LE(WHOLE_CONTROLLER, 4)
  request.writeBigUInt64LE(addressOf(request) + BigInt(NVME_COMMAND_BYTES), 24)
  request.writeUInt32LE(length, 36)
  request.writeUInt32LE((length / 4 - 1) * 0x1_0000 + page, 40) // dwords, less one, and the page
  request.writeUInt32LE(TIMEOUT_MS, 64)
  return request
}

interface Calls {
  /** Answers what the call does, or the errno below zero. */
  ioctl: (fd: number, argument: Buffer, request: number) => Promise<number>
  addressOf: (bytes: Buffer) => bigint
}

/**
 * ioctl(2) on the device files of disks, each call on a thread beside ours. The foreign function library is loaded
 * for a drive that may be opened: most services may not, and need not pay for it.
 */
export function linuxDoor(loadKoffi: () => Koffi | null): DriveDoor {
  let calls: Calls | null | undefined
  return {
    async open(id) {
      // Without waiting for what a drive may have to do to become ready.
      const file = await open(`/dev/${id}`, constants.O_RDONLY | constants.O_NONBLOCK)
      if (calls === undefined) calls = findCalls(loadKoffi())
      if (calls === null) {
        await file.close()
        return null
      }
      const { ioctl, addressOf } = calls
      return {
        async nvmeLog(page, length) {
          const request = logPageRequest(page, length, addressOf)
          const result = await ioctl(file.fd, request, NVME_IOCTL_ADMIN_CMD)
          // Above zero: a status of the controller, which does not have this page.
          if (result > 0) return { kind: 'refused' }
          if (result < 0) return refusal(-result)
          return { kind: 'ok', value: request.subarray(NVME_COMMAND_BYTES) }
        },
        async ata(command) {
          const request = sgRequest(command, addressOf, TIMEOUT_MS)
          const result = await ioctl(file.fd, request, SG_IO)
          return result < 0 ? refusal(-result) : resultOf(request)
        },
        close: () => file.close(),
      }
    },
  }
}

function findCalls(koffi: Koffi | null): Calls | null {
  if (koffi === null) return null
  let found
  try {
    const libc = cLibrary(koffi)
    found = libc.func('int ioctl(int fd, unsigned long request, void *argument)')
  } catch {
    return null // symbols missing
  }
  const { async: start } = found
  return {
    ioctl: (fd, argument, request) =>
      new Promise((resolve, reject) => {
        start(fd, request, argument, (error: Error | null, result: number) =>
          error === null ? resolve(result < 0 ? -koffi.errno() : result) : reject(error),
        )
      }),
    addressOf: (bytes) => koffi.address(bytes),
  }
}

function refusal(errno: number): Exclude<DriveAnswer<never>, { kind: 'ok' }> {
  if (DENIED.has(errno)) return { kind: 'denied' }
  return { kind: REFUSED.has(errno) ? 'refused' : 'failed' }
}
