import { busSockets } from './bus-sockets.ts'
import type { ServicesProvider } from './services-provider.ts'

/** The services of this machine; null where no provider can tell yet. */
export async function createServices(): Promise<ServicesProvider | null> {
  if (process.platform !== 'linux') return null
  const { SystemdServices } = await import('./systemd-services.ts')
  return new SystemdServices({ buses: busSockets(), nowMs: Date.now })
}
