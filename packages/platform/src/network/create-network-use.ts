import { koffiOrNull } from '../ffi.ts'
import { defaultOptions, type PlatformOptions } from '../options.ts'
import type { NetworkUseProvider } from './network-use-provider.ts'

/** null where no provider can tell yet, and without FFI. */
export async function createNetworkUse(
  options: PlatformOptions = defaultOptions,
): Promise<NetworkUseProvider | null> {
  if (process.platform !== 'linux') return null
  const { openTcpSockets } = await import('./tcp-sockets.ts')
  const readSockets = openTcpSockets(koffiOrNull())
  if (readSockets === null) return null
  const { LinuxNetworkUse } = await import('./linux-network-use.ts')
  return new LinuxNetworkUse(options, readSockets)
}
