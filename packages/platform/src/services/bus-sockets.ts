import type { ServiceScope } from '@taskmanager/contracts'

/** Sockets of the D-Bus of the machine and of the session. */
export function busSockets(): Record<ServiceScope, string> {
  const { DBUS_SYSTEM_BUS_ADDRESS, DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR } = process.env
  const runtimeDir = XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.()}`
  return {
    system: socketOf(DBUS_SYSTEM_BUS_ADDRESS) ?? '/run/dbus/system_bus_socket',
    user: socketOf(DBUS_SESSION_BUS_ADDRESS) ?? `${runtimeDir}/bus`,
  }
}

/** The path in `unix:path=/run/user/1000/bus,guid=…`. Source: D-Bus Specification, "Server Addresses". */
function socketOf(address: string | undefined): string | null {
  const path = /(?:^|;)unix:(?:[^;]*,)?path=([^,;]+)/.exec(address ?? '')?.[1]
  return path === undefined ? null : decodeURIComponent(path)
}
