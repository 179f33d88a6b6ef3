import { defaultOptions, type PlatformOptions } from '../options.ts'
import type { PortsProvider } from './ports-provider.ts'

/** The ports of this machine; null where no provider can tell yet who holds them. */
export async function createPorts(
  options: PlatformOptions = defaultOptions,
): Promise<PortsProvider | null> {
  if (process.platform === 'win32') {
    const { createWindowsPorts } = await import('../windows/ports/create-ports.ts')
    return createWindowsPorts(options.clock)
  }
  if (process.platform === 'darwin') {
    const { createMacPorts } = await import('../macos/sockets/mac-ports.ts')
    return createMacPorts(options.clock)
  }
  if (process.platform !== 'linux') return null
  const { LinuxPorts } = await import('./linux-ports.ts')
  return new LinuxPorts(options)
}
