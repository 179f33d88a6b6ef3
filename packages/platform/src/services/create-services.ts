import { koffiOrNull } from '../ffi.ts'
import { busSockets } from './bus-sockets.ts'
import type { ServicesProvider } from './services-provider.ts'

/** The services of this machine; null where no provider can tell yet. */
export async function createServices(): Promise<ServicesProvider | null> {
  if (process.platform === 'win32') {
    const { serviceCalls } = await import('../windows/services/service-calls.ts')
    const { WindowsServices } = await import('../windows/services/windows-services.ts')
    const calls = serviceCalls()
    return calls === null ? null : new WindowsServices({ calls, nowMs: Date.now })
  }
  if (process.platform === 'darwin') {
    const { createMacServices } = await import('../macos/services/mac-services.ts')
    return koffiOrNull() === null ? null : createMacServices()
  }
  if (process.platform !== 'linux') return null
  const { SystemdServices } = await import('./systemd-services.ts')
  return new SystemdServices({ buses: busSockets(), nowMs: Date.now })
}
