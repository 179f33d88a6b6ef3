import type { ServicesProvider } from './services-provider.ts'

/** The services of this machine; null where no provider can tell yet. */
export async function createServices(): Promise<ServicesProvider | null> {
  if (process.platform !== 'linux') return null
  const { SystemdServices } = await import('./systemd-services.ts')
  const runtimeDir = process.env['XDG_RUNTIME_DIR'] ?? `/run/user/${process.getuid?.()}`
  return new SystemdServices({
    buses: { system: '/run/dbus/system_bus_socket', user: `${runtimeDir}/bus` },
    nowMs: Date.now,
  })
}
