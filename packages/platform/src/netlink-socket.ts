import { cLibrary, type Koffi } from './ffi.ts'

// Source: socket(7), netlink(7), asm-generic/socket.h
const AF_NETLINK = 16
const SOCK_RAW_CLOEXEC = 3 | 0o2000000
const SOL_SOCKET = 1
const SO_RCVBUF = 8
const SO_RCVBUFFORCE = 33
const MSG_DONTWAIT = 0x40
const EAGAIN = 11
const EINTR = 4

/** Protocols of netlink(7). */
export const NETLINK_SOCK_DIAG = 4
export const NETLINK_GENERIC = 16

/** A netlink socket that never waits. */
export interface NetlinkSocket {
  /** False when the kernel refused the message itself. */
  send(message: Uint8Array): boolean
  /** Bytes of one message; 0 when none is there; a negative error number. */
  receive(into: Uint8Array): number
  close(): void
}

/**
 * Opens a socket of one protocol; null where the kernel gives none.
 * @param bufferBytes what may wait to be read; more than the system's limit where rights allow
 */
export type OpenNetlink = (protocol: number, bufferBytes?: number) => NetlinkSocket | null

/** Binds the system calls; null without FFI and on other systems. */
export function netlinkCalls(koffi: Koffi | null): OpenNetlink | null {
  if (koffi === null || process.platform !== 'linux') return null
  try {
    const libc = cLibrary(koffi)
    const socket = libc.func('int socket(int domain, int type, int protocol)')
    const send = libc.func('long send(int fd, const void *bytes, size_t length, int flags)')
    const recv = libc.func('long recv(int fd, void *bytes, size_t length, int flags)')
    const setOption = libc.func(
      'int setsockopt(int fd, int level, int name, const void *value, uint32_t length)',
    )
    const close = libc.func('int close(int fd)')
    return (protocol, bufferBytes) => {
      const fd = socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol) as number
      if (fd < 0) return null
      if (bufferBytes !== undefined) {
        const bytes = Int32Array.of(bufferBytes)
        if (setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes, 4) !== 0)
          setOption(fd, SOL_SOCKET, SO_RCVBUF, bytes, 4)
      }
      return {
        send: (message) => Number(send(fd, message, message.length, 0)) === message.length,
        receive(into) {
          const length = Number(recv(fd, into, into.length, MSG_DONTWAIT))
          if (length >= 0) return length
          const error = koffi.errno()
          return error === EAGAIN || error === EINTR ? 0 : -error
        },
        close: () => void close(fd),
      }
    }
  } catch {
    return null // symbols missing
  }
}
