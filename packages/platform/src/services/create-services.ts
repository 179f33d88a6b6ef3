import type { ServicesProvider } from './services-provider.ts'

/** The services of this machine; null where no provider can tell yet. */
export async function createServices(): Promise<ServicesProvider | null> {
  if (process.platform !== 'linux') return null
  const { SystemdServices } = await import('./systemd-services.ts')
  const { DBUS_SYSTEM_BUS_ADDRESS, DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR } = process.env
  const runtimeDir = XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.()}`
  return new SystemdServices({
    buses: {
      system: socketOf(DBUS_SYSTEM_BUS_ADDRESS) ?? '/run/dbus/system_bus_socket',
      user: socketOf(DBUS_SESSION_BUS_ADDRESS) ?? `${runtimeDir}/bus`,
    },
    nowMs: Date.now,
  })
}

/** The path in `unix:path=/run/user/1000/bus,guid=…`. Source: D-Bus Specification, "Server Addresses". */
function socketOf(address: string | undefined): string | null {
  const path = /(?:^|;)unix:(?:[^;]*,)?path=([^,;]+)/.exec(address ?? '')?.[1]
  return path === undefined ? null : decodeURIComponent(path)
}
